import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterPortalPage } from '~/portal/guard'
import { PortalFrame } from '~/portal/portal-frame'
import { siteNameOf } from '~/portal/support'

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, user } = await enterPortalPage(args)
  return { person: { name: user.name, email: user.email ?? '' }, siteName: await siteNameOf(ctx) }
}

export default function Portal() {
  return <PortalFrame {...useLoaderData<typeof loader>()} />
}
