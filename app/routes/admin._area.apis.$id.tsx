import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { actOnApi } from '~/admin/api-acts'
import { apiPage } from '~/admin/api-pages'
import { ApiView } from '~/admin/api-view'
import { enterAdminPage, enterOwnerForm } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data ? data.api.name : 'API'} – Admin` }]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  const page = await apiPage(ctx, args.params.id ?? '')
  return { ...page, notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  return actOnApi(await enterOwnerForm(args), args.params.id ?? '')
}

export default function AdminApi() {
  return <ApiView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
