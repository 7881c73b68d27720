import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAccountPublicForm, enterAccountPublicPage } from '~/account/guard'
import { readTenant } from '~/account/tenant'
import { confirmAddress, verificationPage } from '~/account/verification-link'
import { VerifyEmailView } from '~/account/verify-email-view'
import { pageOfLink, ticketOf } from '~/pages/mailed-link'

export const meta: MetaFunction = () => [{ title: 'Your e-mail address' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = enterAccountPublicPage(args)
  const { name: tenantName } = await readTenant(ctx)
  const page = await verificationPage(ctx, ticketOf(args.request.url))
  return pageOfLink({ tenantName, page }, { isAlive: page.state !== 'dead' })
}

export async function action(args: ActionFunctionArgs) {
  await enterAccountPublicForm(args)
  return confirmAddress(args.context, ticketOf(args.request.url))
}

export default function VerifyEmail() {
  return <VerifyEmailView {...useLoaderData<typeof loader>()} />
}
