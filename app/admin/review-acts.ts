import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { decideReview } from '~/domain/moderation/decide-review'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { decisionForm } from './forms'
import type { AdminForm } from './guard'
import { noticeOfDecision } from './notices'

/** A form of the page of a submission. */
type ReviewForm = AdminForm & { versionId: string }

export const reviewActs = { send: { by: 'everybody', fresh: true, run: decide } } satisfies Acts<ReviewForm>

async function decide({ ctx, form, versionId }: ReviewForm) {
  const parsed = parseWithZod(form, { schema: decisionForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await decideReview(ctx, versionId, parsed.value)
  const notice = noticeOfDecision(parsed.value.decision)
  return redirect(`/admin/reviews/${encodeURIComponent(versionId)}?notice=${notice}`)
}
