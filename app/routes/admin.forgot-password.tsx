import { parseWithZod } from '@conform-to/zod/v4'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { forgotPasswordForm } from '~/admin/forms'
import { enterAdminPublicForm, enterAdminPublicPage } from '~/admin/guard'
import { ForgotPasswordView } from '~/admin/password-views'
import { tenantName } from '~/admin/settings-page'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { requestPasswordReset } from '~/domain/users/reset-password'
import { refusal, refusedForm } from '~/pages/form-answers'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Reset your password' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPublicPage(args)
  return { tenant: await tenantName(ctx) }
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAdminPublicForm(args)
  const parsed = parseWithZod(form, { schema: forgotPasswordForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const connection = await connectionOfArea(args.context, 'admin')
    await requestPasswordReset(args.context, [connection], parsed.value.email, '/admin/reset-password')
    return { mailedTo: parsed.value.email }
  } catch (error) {
    return refusal(error, form)
  }
}

export default function ForgotPassword() {
  return <ForgotPasswordView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
