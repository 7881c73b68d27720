import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterPortalPage, requireOwnApp } from '~/portal/guard'
import { RefusalView } from '~/portal/refusal-view'
import { refusalPage } from '~/portal/refusals'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `A refused request of ${data.head.name}` : 'App' },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  return refusalPage(visit.ctx, await requireOwnApp(visit, args.params.clientId), args.params.id)
}

export default function AppRefusal() {
  return <RefusalView {...useLoaderData<typeof loader>()} />
}
