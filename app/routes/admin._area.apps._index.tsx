import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AppListView } from '~/admin/app-list-view'
import { appListPage } from '~/admin/app-pages'
import { enterAdminPage } from '~/admin/guard'

export const meta: MetaFunction = () => [{ title: 'Apps – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return appListPage(ctx, new URL(args.request.url).searchParams)
}

export default function Apps() {
  return <AppListView {...useLoaderData<typeof loader>()} />
}
