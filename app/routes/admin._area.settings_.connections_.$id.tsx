import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { ConnectionView } from '~/admin/connection-view'
import { connectionActs, connectionPage, requireConnection } from '~/admin/connections'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.page.name ?? 'Connection'} – Admin` }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, member } = await enterAdminPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { page: await connectionPage(ctx, args.params.id ?? ''), mayChange: member.role === 'owner', notice }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, connection: await requireConnection(visit.ctx, args.params.id ?? '') }, connectionActs)
}

export default function Connection() {
  return <ConnectionView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
