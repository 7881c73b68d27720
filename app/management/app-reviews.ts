/** An extension: what waits for an owner's decision. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { decideReview } from '~/domain/moderation/decide-review'
import { DECISIONS, decision } from '~/domain/moderation/review-fields'
import { seenSubmission } from '~/domain/moderation/seen-submission'
import { listSubmissionSlice, type Submission } from '~db/queries/app-list'
import { countSubmittedVersions, findApp, findAppVersion, listReviewMessages } from '~db/queries/apps'
import type { Access } from './access'
import { messageAnswer, serializeMessage, serializeWithChanges, versionAnswer } from './app-versions'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'App reviews'
const params = z.object({ id: z.string().describe('The id of the version that was submitted.') })

const submission = z.object({
  id: z.string(),
  client_id: z.string(),
  partner_id: z.string(),
  name: z.string(),
  number: z.int(),
  submissions: z.int(),
  is_first_version: z.boolean(),
  submitted_at: z.string().optional(),
})

const review = z.object({
  ...versionAnswer.shape,
  client_id: z.string(),
  partner_id: z.string(),
  messages: z.array(messageAnswer).describe('The last hundred.'),
  seen: z.string().describe('Stands for all that a decision is made on; a decision sends it along.'),
})

const serialize = ({ version, app, partner }: Submission): z.input<typeof submission> =>
  withoutUnset({
    id: version.id,
    client_id: version.clientId,
    partner_id: partner.id,
    name: version.manifest.name,
    number: version.number,
    submissions: version.submissions,
    is_first_version: app.liveVersionId === null,
    submitted_at: version.submittedAt === null ? undefined : isoTime(version.submittedAt),
  })

/** A version that was submitted once; drafts are nobody's but the partner's. */
async function reviewOf(ctx: AppContext, access: Access, id: string): Promise<z.input<typeof review>> {
  const version = await findAppVersion(ctx.db, id)
  const details = version && version.submissions > 0 ? await findApp(ctx.db, version.clientId) : undefined
  if (!version || !details) throw new ManagementError(404, 'inexistent_review', 'The review does not exist.')
  const messages = await listReviewMessages(ctx.db, version.clientId)
  return {
    ...serializeWithChanges(version, details),
    client_id: version.clientId,
    partner_id: details.partner.id,
    messages: messages.slice(-100).map((message) => serializeMessage(message, access)),
    seen: await seenSubmission(ctx, details, version),
  }
}

const body = z.strictObject({
  decision: z.enum(DECISIONS),
  message: z.string().max(2000).optional().describe('What the partner reads; needed unless the decision is approve.'),
  seen: z
    .string()
    .max(400)
    .describe(
      'As it stood in the submission that was read. If anything of it is other by now, nothing is decided (409).',
    ),
})

function readVerdict(given: z.output<typeof body>) {
  const parsed = decision.safeParse({ decision: given.decision, message: given.message })
  if (parsed.success) return { ...parsed.data, seen: given.seen }
  const message = parsed.error.issues[0]?.message ?? ''
  throw new ManagementError(400, 'invalid_body', `Payload validation error: '${message}' on property message.`)
}

export const appReviewEndpoints = [
  listEndpoint({
    path: '/api/v2/app-reviews',
    summary: 'Get what waits for a decision, the longest waiting first',
    tag,
    scopes: ['read:app_reviews'],
    key: 'app_reviews',
    filters: {},
    item: submission,
    list: ({ db }, slice) => listSubmissionSlice(db, slice),
    count: ({ db }) => countSubmittedVersions(db),
    positionOf: ({ version }) => [version.submittedAt ?? 0, version.id],
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/app-reviews/{id}',
    summary: 'Get a submission: what it says, what it changes, and what was said about it',
    tag,
    scopes: ['read:app_reviews'],
    params,
    answer: review,
    run: (ctx, { params: { id }, access }) => reviewOf(ctx, access, id),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/app-reviews/{id}/decision',
    summary: 'Decide on a submission',
    tag,
    scopes: ['create:app_reviews'],
    params,
    body,
    answer: review,
    async run(ctx, { params: { id }, body: given, access }) {
      const verdict = readVerdict(given)
      await reviewOf(ctx, access, id)
      await decideReview(ctx, id, verdict)
      return reviewOf(ctx, access, id)
    },
  }),
]
