import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { programActs, programsPage } from '~/admin/programs'
import { ProgramsView } from '~/admin/programs-view'

export const meta: MetaFunction = () => [{ title: 'Programs – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, member } = await enterAdminPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { page: await programsPage(ctx), mayChange: member.role === 'owner', notice }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), programActs)
}

export default function Programs() {
  return <ProgramsView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
