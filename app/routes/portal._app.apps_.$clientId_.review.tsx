import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { reviewActs } from '~/portal/app-acts'
import { reviewPage } from '~/portal/app-pages'
import { carryOut } from '~/portal/carry-out'
import { enterPortalForm, enterPortalPage, requireOwnApp } from '~/portal/guard'
import { noticeOf } from '~/portal/notices'
import { ReviewView } from '~/portal/review-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data ? `Review of ${data.head.name}` : 'App' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterPortalPage(args)
  const details = await requireOwnApp(visit, args.params.clientId)
  const { searchParams } = new URL(args.request.url)
  const page = await reviewPage(visit.ctx, details, searchParams.get('before'))
  return { ...page, notice: noticeOf(searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterPortalForm(args)
  return carryOut({ ...visit, details: await requireOwnApp(visit, args.params.clientId) }, reviewActs)
}

export default function AppReview() {
  return <ReviewView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
