import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { findPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { refusal, refusedForm } from '~/pages/form-answers'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'
import { resetPasswordForm } from '~/portal/forms'
import { enterPortalPublicForm, enterPortalPublicPage } from '~/portal/guard'
import { ResetPasswordView } from '~/portal/password-views'
import { siteNameOf } from '~/portal/support'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Choose a new password' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterPortalPublicPage(args)
  const ticket = ticketOf(args.request.url)
  const reset = await findPasswordReset(ctx, ticket)
  return pageOfLink({ siteName: await siteNameOf(ctx), ticket, reset }, { isAlive: reset !== undefined })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterPortalPublicForm(args)
  const parsed = parseWithZod(form, { schema: resetPasswordForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    await resetPassword(args.context, parsed.value.ticket, parsed.value.password)
    return redirect('/portal/sign-in?notice=password-changed')
  } catch (error) {
    return refusal(error, form)
  }
}

export default function ResetPassword() {
  return <ResetPasswordView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
