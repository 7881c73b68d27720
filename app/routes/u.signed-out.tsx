import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAccountPublicPage } from '~/account/guard'
import { SignedOutView } from '~/account/logout-views'
import { readTenant } from '~/account/tenant'

export const meta: MetaFunction = () => [{ title: 'You are signed out' }]

export async function loader(args: LoaderFunctionArgs) {
  return { tenantName: (await readTenant(enterAccountPublicPage(args))).name }
}

export default function SignedOut() {
  return <SignedOutView {...useLoaderData<typeof loader>()} />
}
