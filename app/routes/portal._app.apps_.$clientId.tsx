import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { overviewActs } from '~/portal/app-acts'
import { overviewPage } from '~/portal/app-pages'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { OverviewView } from '~/portal/overview-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data ? `${data.head.name}` : 'App' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { ...(await overviewPage(visit.ctx, details)), notice }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  return carryOut({ ...visit, details: await requireOwnApp(visit, args.params.clientId) }, overviewActs)
}

export default function AppOverview() {
  return <OverviewView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
