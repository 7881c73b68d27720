import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { dashboardPage } from '~/admin/dashboard-page'
import { DashboardView } from '~/admin/dashboard-view'
import { enterAdminPage } from '~/admin/guard'

export const meta: MetaFunction = () => [{ title: 'Overview – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return dashboardPage(ctx)
}

export default function Dashboard() {
  return <DashboardView {...useLoaderData<typeof loader>()} />
}
