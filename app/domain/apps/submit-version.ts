import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { clientParagraphs } from '~/domain/clients/client-text'
import { reviewRequestedMail } from '~/domain/mail/mails'
import { memberMailSteps } from '~/domain/tenant/member-mails'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type AppDetails, updateAppVersion } from '~db/queries/apps'
import { listAskableApis } from './askable-scopes'
import { EDITABLE_STATES } from './edit-app'
import { isAskable } from './manifest'
import { partnerMessage } from './partner-message'

/** What a partner writes to the reviewers. */
export const reviewNote = clientParagraphs({ label: 'a note', max: 1000 }).default('')

/**
 * Puts a proposal up for review, with a note, and tells every owner. Until it is decided or withdrawn it cannot change.
 * @throws DomainError `conflict` when there is nothing to submit or it was submitted already, `invalid` when it asks
 *   for a scope that partners can no longer ask for, `not_allowed` while the app is suspended
 */
export async function submitVersion(ctx: AppContext, details: AppDetails, note: string): Promise<void> {
  const { app, client, partner, proposed } = details
  if (client.suspendedAt !== null) {
    throw new DomainError(
      'not_allowed',
      'The app is suspended. Ask the people who run this site to reinstate it first.',
    )
  }
  if (!proposed) throw nothingToSubmit()
  await requireAskableScopes(ctx, details)
  await ctx.throttle.take('submission', client.clientId)
  await ctx.throttle.take('partner-submission', partner.id)
  const now = ctx.clock.now()
  const submittedBy = 'id' in ctx.actor ? ctx.actor.id : null
  const change = {
    state: 'submitted',
    submittedAt: now,
    submittedBy,
    submissions: proposed.submissions + 1,
    decidedAt: null,
    decidedBy: null,
    updatedAt: now,
  } as const
  const words = {
    appName: proposed.manifest.name,
    partnerName: partner.name,
    link: `${ctx.config.issuer}admin/reviews/${proposed.id}`,
  }
  await ctx.db.atomically([
    must(updateAppVersion(proposed.id, [...EDITABLE_STATES], change), nothingToSubmit),
    also(partnerMessage(ctx, { clientId: client.clientId, versionId: proposed.id }, 'submit', note)),
    also(
      auditEvent(ctx, 'app.submitted', asClient({ clientId: client.clientId, name: proposed.manifest.name }), {
        clientId: client.clientId,
        partnerId: app.partnerId,
        details: { version: proposed.number, submission: change.submissions },
      }),
    ),
    ...(await memberMailSteps(ctx, (person) => reviewRequestedMail(ctx, { ...words, ...person }))),
  ])
}

async function requireAskableScopes(ctx: AppContext, { proposed }: AppDetails): Promise<void> {
  const askable = await listAskableApis(ctx)
  const gone = proposed?.manifest.scopeRequests.find((request) => !isAskable(askable, request))
  if (gone) {
    throw new DomainError(
      'invalid',
      `Partners can no longer ask for the scope “${gone.scope}”. Take it off the app’s scopes, then submit again.`,
    )
  }
}

const nothingToSubmit = () =>
  new DomainError('conflict', 'There is nothing to submit: this version is in review already, or nothing was changed.')
