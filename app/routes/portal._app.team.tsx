import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { teamActs, teamPage } from '~/portal/team-page'
import { TeamView } from '~/portal/team-view'

export const meta: MetaFunction = () => [{ title: 'Team' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  return { ...(await teamPage(visit)), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterPortalForm(args), teamActs)
}

export default function Team() {
  return <TeamView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
