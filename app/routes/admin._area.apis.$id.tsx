import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { apiActs } from '~/admin/api-acts'
import { apiPage, requireApi } from '~/admin/api-pages'
import { ApiView } from '~/admin/api-view'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data ? data.api.name : 'API'} – Admin` }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  const page = await apiPage(ctx, args.params.id ?? '')
  return { ...page, notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, api: await requireApi(visit.ctx, args.params.id ?? '') }, apiActs)
}

export default function AdminApi() {
  return <ApiView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
