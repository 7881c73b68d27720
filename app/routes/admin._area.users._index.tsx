import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { enterAdminPage } from '~/admin/guard'
import { UserListView } from '~/admin/user-list-view'
import { userListPage } from '~/admin/user-pages'

export const meta: MetaFunction = () => [{ title: 'People – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  return userListPage(ctx, new URL(args.request.url).searchParams)
}

export default function People() {
  return <UserListView {...useLoaderData<typeof loader>()} />
}
