import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { actOnApp } from '~/portal/app-acts'
import { overviewPage } from '~/portal/app-pages'
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
  return actOnApp(visit, await requireOwnApp(visit, args.params.clientId))
}

export default function AppOverview() {
  return <OverviewView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
