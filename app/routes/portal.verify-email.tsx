import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { refusal } from '~/pages/form-answers'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'
import { enterPortalPublicForm, enterPortalPublicPage } from '~/portal/guard'
import { answerVerification, verificationPage } from '~/portal/verification-link'
import { VerifyEmailView } from '~/portal/verify-email-view'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Confirm your address' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterPortalPublicPage(args)
  const page = await verificationPage(ctx, ticketOf(args.request.url))
  return pageOfLink(page, { isAlive: page.signUp !== null })
}

export async function action(args: ActionFunctionArgs) {
  const form = await enterPortalPublicForm(args)
  try {
    return await answerVerification(args.context, ticketOf(args.request.url), form)
  } catch (error) {
    return refusal(error, form)
  }
}

export default function VerifyEmail() {
  return <VerifyEmailView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
