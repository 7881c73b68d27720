import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { clientParagraphs } from '~/domain/clients/client-text'
import { reviewRequestedMail } from '~/domain/mail/mails'
import { memberMailSteps } from '~/domain/tenant/member-mails'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { listMessageSlice } from '~db/queries/app-list'
import { type AppDetails, type AppVersion, updateAppVersion } from '~db/queries/apps'
import { listAskableApis } from './askable-scopes'
import { EDITABLE_STATES } from './edit-app'
import { isAskable } from './manifest'
import { changedFields } from './manifest-diff'
import { partnerMessage } from './partner-message'
import { requireNotSuspended } from './require-not-suspended'

/** What a partner writes to the reviewers. */
export const reviewNote = clientParagraphs({ label: 'a note', max: 1000 }).default('')

/**
 * Puts a proposal up for review, with a note, and mails every owner, once until an owner acts on the app. Until it is
 * decided or withdrawn it cannot change.
 * @throws DomainError `conflict` when there is nothing to submit or it was submitted already, `invalid` when it asks
 *   for a scope that partners can no longer ask for, or is without a word what was sent back, `not_allowed` while the app is suspended, `throttled`
 */
export async function submitVersion(ctx: AppContext, details: AppDetails, note: string): Promise<void> {
  const { app, client, partner, proposed } = details
  requireNotSuspended(client)
  if (!proposed) throw nothingToSubmit()
  requireNews(proposed, note)
  await requireAskableScopes(ctx, details)
  await takeSubmission(ctx, details)
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
  const isNews = await isNewsToOwners(ctx, details)
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
    ...(isNews ? await memberMailSteps(ctx, (person) => reviewRequestedMail(ctx, { ...words, ...person })) : []),
  ])
}

/** What was sent back comes again with a change, or with a reason why it needs none. */
function requireNews({ sentBackManifest, manifest }: AppVersion, note: string): void {
  if (note !== '' || !sentBackManifest || changedFields(sentBackManifest, manifest).length > 0) return
  throw new DomainError(
    'invalid',
    'Nothing was changed since the reviewers sent it back. Change what they ask for, or write them here why it should stay as it is.',
    { field: 'message' },
  )
}

/** @throws DomainError `throttled` */
async function takeSubmission({ throttle }: AppContext, { client, partner }: AppDetails): Promise<void> {
  try {
    await throttle.take('submission-day', client.clientId)
    await throttle.take('submission', client.clientId)
    await throttle.take('partner-submission', partner.id)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw new DomainError(
      error.code,
      `Nothing was submitted: an app is submitted at most 6 times an hour and 20 times a day, and all apps of an organization 20 times an hour. ${error.message}`,
      error.options,
    )
  }
}

/**
 * Whether the owners are mailed: not again while an earlier submission of the last day waits for them to act, and only
 * some times a day for one partner, whatever its apps.
 */
async function isNewsToOwners(ctx: AppContext, { client, partner }: AppDetails): Promise<boolean> {
  const newest = await listMessageSlice(ctx.db, client.clientId, { skip: 0, limit: 2 }, 'descending')
  const last = newest.find(({ act }) => act !== 'withdraw')
  if (last?.act === 'submit' && last.createdAt > ctx.clock.now() - DAY) return false
  return ctx.throttle.take('submission-mail', partner.id).then(
    () => true,
    (error) => {
      if (error instanceof DomainError) return false
      throw error
    },
  )
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
