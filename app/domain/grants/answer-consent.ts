import type { AppContext } from '~/context'
import { acceptanceSteps } from '~/domain/apps/testers'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient, asUser } from '~/domain/audit/who'
import { invitedAddress } from '~/domain/clients/availability'
import type { LiveSession } from '~/domain/sessions/sessions'
import { changedAt, changedMeanwhile, untilUnchanged } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must, type Step } from '~db/database'
import {
  answerAuthorizationRequest,
  deleteGrant,
  findGrant,
  type Grant,
  insertGrant,
  updateGrantScope,
} from '~db/queries/grants'
import { revokeFamiliesOfGrant } from '~db/queries/tokens'
import { consentQuestion, type PendingAuthorization } from './pending-authorization'
import { findTarget } from './scopes'

/**
 * Records that the person allows some of the requested scopes. The answer replaces what they allowed of them before; what
 * the request did not ask for stays as it was.
 * @param scopes what the form held: it has every required scope, and nothing is added to it
 * @throws DomainError `invalid` where nothing would be allowed, or a required scope is missing; `expired` where the request
 * was answered before; `not_found` where the API is gone
 */
export async function allowConsent(
  ctx: AppContext,
  pending: PendingAuthorization,
  { user }: LiveSession,
  scopes: string[],
): Promise<void> {
  const question = await consentQuestion(ctx, pending, user)
  const allowed = question.scopes.filter(({ value }) => scopes.includes(value)).map(({ value }) => value)
  if (allowed.length === 0 && question.scopes.length > 0)
    throw new DomainError('invalid', 'Tick at least one item, or choose Deny.')
  const missing = question.scopes.filter(({ value, required }) => required && !allowed.includes(value))
  if (missing.length > 0) {
    const named = missing.map(({ description }) => description).join(', ')
    throw new DomainError('invalid', `The app cannot work without this: ${named}. Allow it too, or choose Deny.`)
  }
  await answer(ctx, pending, user, { consentedScope: allowed, consentedBy: user.userId })
}

/**
 * Records that the person refuses. The request is over, and of what it asked for nothing stays allowed.
 * @throws DomainError `expired` where the request was answered before
 */
export const denyConsent = (ctx: AppContext, pending: PendingAuthorization, { user }: LiveSession): Promise<void> =>
  answer(ctx, pending, user, { deniedAt: ctx.clock.now() })

type Answer = { consentedScope: string[]; consentedBy: string } | { deniedAt: number }

/** One answer of those that come at once wins, with all that it writes. */
function answer(ctx: AppContext, pending: PendingAuthorization, user: LiveSession['user'], given: Answer) {
  const { request, client, partner } = pending
  const [action, scope] =
    'deniedAt' in given ? (['consent.denied', []] as const) : (['consent.granted', given.consentedScope] as const)
  return untilUnchanged(async () => {
    const target = await findTarget(ctx, request.params.audience)
    const invited = 'deniedAt' in given ? undefined : await invitedAddress(ctx, client, user)
    const before = target && (await findGrant(ctx.db, user.userId, client.clientId, target.audience))
    const kept = before?.scope.filter((value) => !request.params.scope.includes(value)) ?? []
    const details = { audience: target?.audience, scope: 'deniedAt' in given ? request.params.scope : scope }
    const subjects = { clientId: client.clientId, userId: user.userId, partnerId: partner?.id, details }
    await ctx.db.atomically([
      must(answerAuthorizationRequest(request.id, user.userId, given), answered),
      ...(target
        ? grantSteps(ctx, { userId: user.userId, clientId: client.clientId, audience: target.audience }, before, [
            ...kept,
            ...scope,
          ])
        : []),
      ...(invited === undefined ? [] : acceptanceSteps(ctx, pending, user, invited)),
      also(auditEvent(actingAs(ctx, asUser(user)), action, asClient(client), subjects)),
    ])
  })
}

/** Whoever writes another scope at the same moment has the other one begin anew. */
function grantSteps(
  { clock }: AppContext,
  key: Pick<Grant, 'userId' | 'clientId' | 'audience'>,
  before: Grant | undefined,
  scope: string[],
): Step[] {
  const now = clock.now()
  const changed = () => changedMeanwhile('What you allow the app')
  if (!before) {
    if (scope.length === 0) return []
    const grant = {
      ...key,
      id: newId('grt', 24),
      scope,
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
      presentedAs: null,
    }
    return [must(insertGrant(grant), changed)]
  }
  if (scope.length === 0)
    return [must(deleteGrant(key.userId, before.id), changed), also(revokeFamiliesOfGrant(before.id, now))]
  return [must(updateGrantScope(before, { scope, updatedAt: changedAt(now, before) }), changed)]
}

const answered = () =>
  new DomainError('expired', 'This question has been answered already. Go back to the app and start again.')
