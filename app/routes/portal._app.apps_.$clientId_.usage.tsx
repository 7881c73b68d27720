import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { usagePage } from '~/portal/app-pages'
import { enterPortalPage, requireOwnApp } from '~/portal/guard'
import { UsageView } from '~/portal/usage-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data ? `Usage of ${data.head.name}` : 'App' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  return usagePage(visit.ctx, details, new URL(args.request.url).searchParams)
}

export default function AppUsage() {
  return <UsageView {...useLoaderData<typeof loader>()} />
}
