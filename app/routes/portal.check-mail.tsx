import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { resendPartnerVerification } from '~/domain/partners/sign-up-partner'
import { refusal } from '~/pages/form-answers'
import { CheckMailView } from '~/portal/check-mail-view'
import { enterPortalAsGuest, enterPortalFormAsGuest } from '~/portal/guard'
import { siteNameOf } from '~/portal/support'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Confirm your address' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, user } = await enterPortalAsGuest(args)
  if (user.emailVerified) return redirect('/portal/apps')
  return { siteName: await siteNameOf(ctx), email: user.email ?? '' }
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, user, form } = await enterPortalFormAsGuest(args)
  try {
    await resendPartnerVerification(ctx, user)
    return { wasSent: true }
  } catch (error) {
    return refusal(error, form)
  }
}

export default function CheckMail() {
  return <CheckMailView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
