import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ApiListView } from '~/admin/api-list-view'
import { apiListPage } from '~/admin/api-pages'
import { enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction = () => [{ title: 'APIs – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return { ...(await apiListPage(ctx)), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export default function Apis() {
  return <ApiListView {...useLoaderData<typeof loader>()} />
}
