import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { resetPasswordForm } from '~/admin/forms'
import { enterAdminPublicForm, enterAdminPublicPage } from '~/admin/guard'
import { ResetPasswordView } from '~/admin/password-views'
import { tenantName } from '~/admin/settings-page'
import { findPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { refusal, refusedForm } from '~/pages/form-answers'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Choose a new password' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPublicPage(args)
  const ticket = ticketOf(args.request.url)
  const reset = await findPasswordReset(ctx, ticket)
  return pageOfLink({ tenant: await tenantName(ctx), ticket, reset }, { isAlive: reset !== undefined })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAdminPublicForm(args)
  const parsed = parseWithZod(form, { schema: resetPasswordForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    await resetPassword(args.context, parsed.value.ticket, parsed.value.password)
    return redirect('/admin/sign-in?notice=password-changed')
  } catch (error) {
    return refusal(error, form)
  }
}

export default function ResetPassword() {
  return <ResetPasswordView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
