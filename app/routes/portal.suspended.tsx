import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { SuspendedView } from '~/portal/check-mail-view'
import { enterPortalAsGuest } from '~/portal/guard'
import { supportOf } from '~/portal/support'
import { suspensionOf } from '~/portal/suspension'

export const meta: MetaFunction = () => [{ title: 'No access to the portal' }]

export async function loader(args: LoaderFunctionArgs) {
  const guest = await enterPortalAsGuest(args)
  const suspension = await suspensionOf(guest)
  return data({ support: await supportOf(guest.ctx), suspension }, { status: 403 })
}

export default function Suspended() {
  return <SuspendedView {...useLoaderData<typeof loader>()} />
}
