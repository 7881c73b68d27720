import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { logStreamActs, logStreamsPage } from '~/admin/log-streams'
import { LogStreamsView } from '~/admin/log-streams-view'
import { noticeOf } from '~/admin/notices'
import { LOG_CATEGORIES } from '~/domain/audit/log-types'

export const meta: MetaFunction = () => [{ title: 'Log streams – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterAdminPage(args)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return {
    page: await logStreamsPage(visit),
    categories: LOG_CATEGORIES,
    mayChange: visit.member.role === 'owner',
    notice,
  }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), logStreamActs)
}

export default function LogStreams() {
  return <LogStreamsView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
