import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { scopesActs } from '~/portal/app-acts'
import { scopesPage } from '~/portal/app-pages'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { ScopesView } from '~/portal/scopes-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data ? `Scopes of ${data.head.name}` : 'App' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  return { ...(await scopesPage(visit.ctx, details)), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  return carryOut({ ...visit, details: await requireOwnApp(visit, args.params.clientId) }, scopesActs)
}

export default function AppScopes() {
  return <ScopesView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
