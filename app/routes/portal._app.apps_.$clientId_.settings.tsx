import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { settingsActs } from '~/portal/app-acts'
import { settingsPage } from '~/portal/app-pages'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { SettingsView } from '~/portal/settings-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Settings of ${data.head.name}` : 'App' },
]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  return { ...settingsPage(details), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  return carryOut({ ...visit, details: await requireOwnApp(visit, args.params.clientId) }, settingsActs)
}

export default function AppSettings() {
  return <SettingsView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
