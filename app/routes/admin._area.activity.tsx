import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { activityPage } from '~/admin/activity-page'
import { ActivityView } from '~/admin/activity-view'
import { enterAdminPage } from '~/admin/guard'

export const meta: MetaFunction = () => [{ title: 'Activity – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return activityPage(ctx, new URL(args.request.url).searchParams)
}

export default function Activity() {
  return <ActivityView {...useLoaderData<typeof loader>()} />
}
