import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { readTenant } from '~/account/tenant'
import { confirmAddress, verificationPage } from '~/account/verification-link'
import { VerifyEmailView } from '~/account/verify-email-view'

export const meta: MetaFunction = () => [{ title: 'Your e-mail address' }]

const ticketOf = (request: Request): string => new URL(request.url).searchParams.get('ticket') ?? ''

export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  const { name: tenantName } = await readTenant(ctx)
  const { page, status } = await verificationPage(ctx, ticketOf(args.request))
  return data({ tenantName, page }, { status })
}

export async function action(args: ActionFunctionArgs) {
  await enterAccountPublicForm(args)
  return confirmAddress(args.context, ticketOf(args.request))
}

export default function VerifyEmail() {
  return <VerifyEmailView {...useLoaderData<typeof loader>()} />
}
