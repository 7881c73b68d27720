import { parseWithZod } from '@conform-to/zod/v4'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { requestPasswordReset } from '~/domain/users/reset-password'
import { refusal, refusedForm } from '~/pages/form-answers'
import { forgotPasswordForm } from '~/portal/forms'
import { enterPortalPublicForm, enterPortalPublicPage } from '~/portal/guard'
import { ForgotPasswordView } from '~/portal/password-views'
import { siteNameOf } from '~/portal/support'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Reset your password' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterPortalPublicPage(args)
  return { siteName: await siteNameOf(ctx) }
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterPortalPublicForm(args)
  const parsed = parseWithZod(form, { schema: forgotPasswordForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const connection = await connectionOfArea(args.context, 'portal')
    await requestPasswordReset(args.context, [connection], parsed.value.email, '/portal/reset-password')
    return { mailedTo: parsed.value.email }
  } catch (error) {
    return refusal(error, form)
  }
}

export default function ForgotPassword() {
  return <ForgotPasswordView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
