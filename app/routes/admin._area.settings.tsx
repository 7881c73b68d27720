import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { settingsActs } from '~/admin/settings-acts'
import { settingsPage } from '~/admin/settings-page'
import { SettingsView } from '~/admin/settings-view'

export const meta: MetaFunction = () => [{ title: 'Settings – Admin' }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx, user } = await enterAdminPage(args)
  return { ...(await settingsPage(ctx, user)), notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return carryOut(await enterAdminForm(args), settingsActs)
}

export default function Settings() {
  return <SettingsView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
