import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { testersActs } from '~/portal/app-acts'
import { testersPage } from '~/portal/app-pages'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { TestersView } from '~/portal/testers-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Testers of ${data.head.name}` : 'App' },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const notice = noticeOf(new URL(args.request.url).searchParams)
  return { ...(await testersPage(visit.ctx, details)), notice }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  return carryOut({ ...visit, details: await requireOwnApp(visit, args.params.clientId) }, testersActs)
}

export default function AppTesters() {
  return <TestersView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
