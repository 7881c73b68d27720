import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type AppDetails, discardProposedVersion, updateAppVersion } from '~db/queries/apps'
import { EDITABLE_STATES } from './edit-app'
import { partnerMessage } from './partner-message'

/**
 * Takes a submission back: it is a draft again.
 * @throws DomainError `conflict` when it is not in review, or was decided in the meantime
 */
export async function withdrawVersion(ctx: AppContext, details: AppDetails): Promise<void> {
  const { proposed } = details
  const notInReview = () =>
    new DomainError('conflict', 'There is nothing to withdraw: no version of this app is in review.')
  if (!proposed) throw notInReview()
  const change = { state: 'draft', submittedAt: null, submittedBy: null, updatedAt: ctx.clock.now() } as const
  await ctx.db.atomically([
    must(updateAppVersion(proposed.id, ['submitted'], change), notInReview),
    also(partnerMessage(ctx, { clientId: details.app.clientId, versionId: proposed.id }, 'withdraw', '')),
    also(withdrawn(ctx, details, { version: proposed.number })),
  ])
}

/**
 * Drops the changes that are proposed to a live app; what is live stays as it is.
 * @throws DomainError `conflict` when there are none, or they are in review
 */
export async function discardProposal(ctx: AppContext, details: AppDetails): Promise<void> {
  const { app, proposed } = details
  const nothing = () =>
    new DomainError('conflict', 'There are no changes to discard, or they are in review: withdraw them first.')
  if (!proposed) throw nothing()
  const now = ctx.clock.now()
  await ctx.db.atomically([
    must(updateAppVersion(proposed.id, [...EDITABLE_STATES], { state: 'superseded', updatedAt: now }), nothing),
    must(discardProposedVersion(app.clientId, proposed.id, now), nothing),
    also(withdrawn(ctx, details, { version: proposed.number, discarded: true })),
  ])
}

const withdrawn = (ctx: AppContext, { app, client }: AppDetails, details: Record<string, unknown>) =>
  auditEvent(ctx, 'app.withdrawn', asClient(client), { clientId: client.clientId, partnerId: app.partnerId, details })
