import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAccountPublicPage } from '~/account/guard'
import { readTenant } from '~/account/tenant'
import { followVerificationLink } from '~/account/verification-link'
import { VerifyEmailView } from '~/account/verify-email-view'

export const meta: MetaFunction = () => [{ title: 'Your e-mail address' }]

/** The link of the mail confirms by itself: it is followed by a person who does not expect one more step. */
export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  const { name: tenantName } = await readTenant(ctx)
  const ticket = new URL(args.request.url).searchParams.get('ticket') ?? ''
  const { result, status } = await followVerificationLink(ctx, ticket)
  return data({ tenantName, result }, { status })
}

export default function VerifyEmail() {
  return <VerifyEmailView {...useLoaderData<typeof loader>()} />
}
