import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { answerForgottenPassword, answerNewPassword } from '~/account/answer-forms'
import { enterAccountPublicForm, enterAccountPublicPage, findRequestOfPage } from '~/account/guard'
import { ResetPasswordView, type ResetStep } from '~/account/reset-password-view'
import { entranceOfAccount, entranceOfAuthorization } from '~/account/sign-in-page'
import { accountConnections } from '~/domain/connections/account-connections'
import { findPasswordReset } from '~/domain/users/reset-password'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.page.texts['reset-password-request'].pageTitle ?? 'Reset your password' },
]

/** It stands inside an authorization where there is one; the link of the mail may be opened in another browser. */
export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  const pending = await findRequestOfPage(args.request, ctx)
  const ticket = ticketOf(args.request.url)
  const reset = ticket ? await findPasswordReset(ctx, ticket) : undefined
  const step: ResetStep = ticket ? (reset ? 'choose' : 'dead') : 'ask'
  const page = pending
    ? await entranceOfAuthorization({ ctx, pending }, args.request, 'reset-password')
    : await entranceOfAccount(ctx, args.request, 'reset-password')
  return pageOfLink({ page, step, email: reset?.email ?? null }, { isAlive: step !== 'dead' })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterAccountPublicForm(args)
  const { context, request } = args
  const ticket = ticketOf(request.url)
  if (ticket && form.has('password')) return answerNewPassword(context, ticket, form)
  const pending = await findRequestOfPage(request, context)
  const connections = pending?.connections ?? (await accountConnections(context))
  return answerForgottenPassword(context, connections, form, pending?.request.id)
}

export default function ResetPassword() {
  return <ResetPasswordView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
