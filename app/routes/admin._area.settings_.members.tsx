import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { memberActs, membersPage } from '~/admin/members'
import { MembersView } from '~/admin/members-view'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction = () => [{ title: 'Members – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterAdminPage(args)
  return { page: await membersPage(visit), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), memberActs)
}

export default function Members() {
  return <MembersView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
