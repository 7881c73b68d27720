import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { connectionsPage } from '~/admin/connections'
import { ConnectionsView } from '~/admin/connections-view'
import { enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction = () => [{ title: 'Connections – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, member } = await enterAdminPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { page: await connectionsPage(ctx), mayChange: member.role === 'owner', notice }
}

export default function Connections() {
  return <ConnectionsView {...useLoaderData<typeof loader>()} />
}
