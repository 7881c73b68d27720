import { parseWithZod } from '@conform-to/zod/v4'
import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { decisionForm } from '~/admin/forms'
import { enterAdminForm, enterAdminPage } from '~/admin/guard'
import { noticeOf, noticeOfDecision } from '~/admin/notices'
import { reviewPage } from '~/admin/review-pages'
import { ReviewView } from '~/admin/review-view'
import { decideReview } from '~/domain/moderation/decide-review'
import { refusal, refusedForm } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `${data.fields.name}, version ${data.version.number} – Admin` : 'Submission – Admin' },
]

export async function loader(args: LoaderFunctionArgs) {
  const { ctx } = await enterAdminPage(args)
  const page = await reviewPage(ctx, args.params.id ?? '')
  return { ...page, notice: noticeOf(new URL(args.request.url).searchParams) }
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await enterAdminForm(args)
  const versionId = args.params.id ?? ''
  const parsed = parseWithZod(form, { schema: decisionForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { decision, message, submitted_at: readAt } = parsed.value
    await decideReview(ctx, versionId, { decision, message, readAt })
    return redirect(`/admin/reviews/${encodeURIComponent(versionId)}?notice=${noticeOfDecision(decision)}`)
  } catch (error) {
    return refusal(error, form)
  }
}

export default function Review() {
  return <ReviewView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
