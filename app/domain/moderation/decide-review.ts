import type { AppContext } from '~/context'
import { clientChangeFrom } from '~/domain/apps/apply-manifest'
import { type AuditAction, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { changeClientSteps } from '~/domain/clients/save-client'
import { reviewMail } from '~/domain/mail/mails'
import { teamMailSteps } from '~/domain/partners/team-mails'
import { DomainError } from '~/platform/errors'
import { newSortableId } from '~/platform/ids'
import { changedSince } from '~/platform/shown'
import { also, must, type Step } from '~db/database'
import {
  type AppDetails,
  type AppVersion,
  decideAppVersion,
  findApp,
  findAppVersion,
  insertReviewMessage,
  updateApp,
  updateAppVersion,
} from '~db/queries/apps'
import { clientGrantSteps } from './approved-client-grants'
import type { Decision } from './review-fields'
import { shownSubmission } from './seen-submission'

const OUTCOMES = {
  approve: { state: 'approved', action: 'app.approved', words: 'approved' },
  request_changes: {
    state: 'changes_requested',
    action: 'app.changes-requested',
    words: 'sent back with changes to make',
  },
  reject: { state: 'rejected', action: 'app.rejected', words: 'rejected' },
} as const satisfies Record<Decision, { state: AppVersion['state']; action: AuditAction; words: string }>

/** @property seen `seenSubmission` of what the owner has read */
type Verdict = { decision: Decision; message: string; seen: string }

/**
 * Decides on a submitted version and tells the partner's team. An approval makes it the live one in the same
 * transaction: the client obeys it from the next request on, and whoever has consented keeps the tokens that are out. After the
 * other two the app goes on as it was, and the partner can edit and submit again.
 * @throws DomainError `not_found`, `conflict` when somebody was faster: another owner, or the partner; or where something
 * is not as the owner has read it
 */
export async function decideReview(ctx: AppContext, versionId: string, verdict: Verdict): Promise<void> {
  const version = await findAppVersion(ctx.db, versionId)
  const details = version && (await findApp(ctx.db, version.clientId))
  if (!version || !details) throw new DomainError('not_found', 'There is no such submission; the app may be gone.')
  const others = changedSince(verdict.seen, await shownSubmission(ctx, details, version))
  // A decision writes into the conversation: whoever reads its words here comes too late, not to something else.
  if (others.length > 0 && (await findAppVersion(ctx.db, versionId))?.state === 'submitted') throw isOther(others)
  const { action, state, words: outcome } = OUTCOMES[verdict.decision]
  const now = ctx.clock.now()
  const sentBackManifest = verdict.decision === 'approve' ? null : version.manifest
  const decided = { state, sentBackManifest, decidedAt: now, decidedBy: actorId(ctx), updatedAt: now }
  const link = `${ctx.config.issuer}portal/apps/${version.clientId}`
  const words = { appName: version.manifest.name, outcome, message: verdict.message, link }
  await ctx.db.atomically([
    must(decideAppVersion(versionId, version.submittedAt ?? 0, decided), overtaken),
    ...(verdict.decision === 'approve' ? await goLive(ctx, details, version) : []),
    also(
      insertReviewMessage({
        id: newSortableId(now),
        clientId: version.clientId,
        versionId,
        authorId: actorId(ctx),
        authorSide: 'tenant',
        act: verdict.decision,
        message: verdict.message,
        createdAt: now,
      }),
    ),
    also(
      auditEvent(ctx, action, asClient({ clientId: version.clientId, name: version.manifest.name }), {
        clientId: version.clientId,
        partnerId: details.partner.id,
        details: { version: version.number, versionId, message: verdict.message },
      }),
    ),
    ...(await teamMailSteps(ctx, details.partner.id, (person) => reviewMail(ctx, { ...person, ...words }))),
  ])
}

async function goLive(ctx: AppContext, { app, client, live }: AppDetails, version: AppVersion): Promise<Step[]> {
  const now = ctx.clock.now()
  return [
    ...(live ? [also(updateAppVersion(live.id, ['approved'], { state: 'superseded', updatedAt: now }))] : []),
    also(updateApp(app.clientId, { liveVersionId: version.id, proposedVersionId: null, updatedAt: now })),
    ...changeClientSteps(ctx, client, {
      ...clientChangeFrom(client.appType, version.manifest, now),
      availability: 'everyone',
    }),
    ...(await clientGrantSteps(ctx, client, version.manifest)),
  ]
}

/** Who writes into the conversation: a person, or the client of a program that acts for them. */
const actorId = ({ actor }: AppContext): string => ('id' in actor ? actor.id : actor.type)

const isOther = (parts: string[]) =>
  new DomainError(
    'conflict',
    `While you had it open, this changed: ${parts.join(', ')}. Nothing was decided; read it again, and decide then.`,
  )

const overtaken = () =>
  new DomainError(
    'conflict',
    'This submission was decided or withdrawn, or submitted again, while you had it open. Nothing was changed; read it again.',
  )
