import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AppListView } from '~/portal/app-list-view'
import { appListPage } from '~/portal/app-pages'
import { enterPortalPage } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'

export const meta: MetaFunction = () => [{ title: 'Apps' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, partner } = await enterPortalPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { apps: await appListPage(ctx, partner.id), notice }
}

export default function Apps() {
  return <AppListView {...useLoaderData<typeof loader>()} />
}
