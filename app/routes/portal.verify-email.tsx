import { data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { verifyEmail } from '~/domain/users/verify-email'
import { describeRefusal } from '~/pages/form-answers'
import { ExpiredLinkView } from '~/portal/check-mail-view'
import { enterPortalPublicPage } from '~/portal/guard'
import { siteNameOf } from '~/portal/support'

export const meta: MetaFunction = () => [{ title: 'Confirm your address' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, found } = await enterPortalPublicPage(args)
  try {
    const user = await verifyEmail(ctx, new URL(args.request.url).searchParams.get('ticket') ?? '')
    return redirect(
      found?.user.userId === user.userId ? '/portal/apps?notice=welcome' : '/portal/sign-in?notice=verified',
    )
  } catch (error) {
    const { status } = describeRefusal(error)
    return data({ siteName: await siteNameOf(ctx) }, { status })
  }
}

export default function VerifyEmail() {
  return <ExpiredLinkView {...useLoaderData<typeof loader>()} />
}
