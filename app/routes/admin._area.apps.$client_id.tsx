import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { appActs } from '~/admin/app-acts'
import { appPage } from '~/admin/app-pages'
import { AppView } from '~/admin/app-view'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data ? data.app.name : 'App'} – Admin` }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  const search = new URL(args.request.url).searchParams
  return { ...(await appPage(ctx, args.params.client_id ?? '', search)), notice: noticeOf(search) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, clientId: args.params.client_id ?? '' }, appActs)
}

/** Also after a refusal: what was looked at is other by now, and the next act is on what is there. */
export const shouldRevalidate = () => true

export default function AdminApp() {
  return <AppView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
