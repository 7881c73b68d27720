import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ActivityView } from '~/portal/activity-view'
import { activityPage } from '~/portal/app-pages'
import { enterPortalPage, requireOwnApp } from '~/portal/guard'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Activity of ${data.head.name}` : 'App' },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const before = new URL(args.request.url).searchParams.get('before') ?? undefined
  return activityPage(visit.ctx, details, before)
}

export default function AppActivity() {
  return <ActivityView {...useLoaderData<typeof loader>()} />
}
