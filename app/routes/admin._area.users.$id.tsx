import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { userActs } from '~/admin/user-acts'
import { userPage } from '~/admin/user-pages'
import { UserView } from '~/admin/user-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data ? data.user.name : 'Person'} – Admin` },
]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  const page = await userPage(ctx, args.params.id ?? '')
  return { ...page, notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, userId: args.params.id ?? '' }, userActs)
}

export default function AdminUser() {
  return <UserView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
