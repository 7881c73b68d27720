import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { carryOut } from '~/admin/carry-out'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf } from '~/admin/notices'
import { reviewActs } from '~/admin/review-acts'
import { reviewPage } from '~/admin/review-pages'
import { ReviewView } from '~/admin/review-view'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.fields.name}, version ${data.version.number} – Admin` : 'Submission – Admin' },
]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  const { searchParams } = new URL(args.request.url)
  const page = await reviewPage(ctx, args.params.id ?? '', searchParams.get('before'))
  return { ...page, notice: noticeOf(searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminForm(args)
  return carryOut({ ...visit, versionId: args.params.id ?? '' }, reviewActs)
}

/** Also after a refusal: what was read is other by now, and the next decision is on what is there. */
export const shouldRevalidate = () => true

export default function Review() {
  return <ReviewView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
