import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { mayKeepAccess, requireSameResource } from '~/domain/grants/scopes'
import { type StandingAccess, standingAccess } from '~/domain/grants/standing-access'
import { tokenReplayMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { teamMailSteps } from '~/domain/partners/team-mails'
import { takeMail } from '~/domain/rate-limits/take-mail'
import { SECOND } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { hashSecret } from '~/platform/secrets'
import { also, isOutage, must, type Step } from '~db/database'
import { findPartnerOfClient } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import {
  extendRefreshToken,
  type FamilyWithParties,
  findRefreshToken,
  type RefreshToken,
  revokeFamily,
  rotateRefreshToken,
  touchTokenFamily,
} from '~db/queries/tokens'
import type { User } from '~db/queries/users'
import { type DpopProof, takenSteps } from './dpop'
import { accessOf } from './inspect-token'
import { continueBinding } from './key-binding'
import { idleEnd, isRotating, successorOf } from './refresh-token'
import { createUserTokens, type IssuedTokens } from './user-tokens'

type Refresh = {
  refreshToken: string
  /** Narrows the scope of this access token, not that of the refresh token. */
  requested: string[] | undefined
  resource: string | undefined
  proof: DpopProof | undefined
}

type Found = FamilyWithParties & { token: RefreshToken }

const refused = (why = 'Unknown or invalid refresh token.') => new DomainError('expired', why)

/** Another request used the token first. */
class LostRace extends Error {}

/**
 * Refreshes (RFC 6749 §6). A rotated token is replaced at each use; presenting a replaced one again ends the whole
 * family, because either the client or a thief holds the other one (RFC 9700 §4.14.2). Within the client's `leeway` a
 * replaced token gets the same successor again: for clients whose answer got lost, or that ask twice at a time. An answer
 * that an outage of the database has lost counts for nothing.
 * @throws DomainError `expired`
 */
export async function refreshTokens(ctx: AppContext, client: Client, given: Refresh): Promise<IssuedTokens> {
  const tokenHash = hashSecret(given.refreshToken)
  let found = await findRefreshToken(ctx.db, tokenHash)
  if (await ctx.lostRefreshes.settled(tokenHash)) found = await findRefreshToken(ctx.db, tokenHash)
  // Another client's token: its owner is not to suffer from the attempt.
  if (!found || found.client.clientId !== client.clientId) throw refused()
  const { token, family, user } = found
  const now = ctx.clock.now()
  if (family.revokedAt !== null || user.blockedAt !== null || hasEnded(token, now)) throw refused()
  if (family.dpopJkt !== null && family.dpopJkt !== given.proof?.jkt)
    throw refused('The refresh token is bound to a key: send a DPoP proof of that key.')
  requireSameResource(family.audience, given.resource)
  const boundSteps = await continueBinding(ctx, family, given.proof?.jkt)
  const rotates = isRotating(client)
  const isRepeat = token.rotatedAt !== null
  const successorHash = hashSecret(successorOf(ctx, given.refreshToken))
  if (isRepeat && !isWithinLeeway(client, token, now)) {
    if (await ctx.lostRefreshes.isTakenBackElsewhere(token, successorHash)) return refreshTokens(ctx, client, given)
    throw await replayed(ctx, found, given.proof)
  }

  const { target, scope } = await standingScope(ctx, found, given.requested)
  const { tokens, steps } = await createUserTokens(
    ctx,
    { client, user, api: target.api, family, scope, gty: 'refresh_token', dpopJkt: given.proof?.jkt },
    rotates ? { ...token, presented: given.refreshToken } : 'none',
  )
  const replace: Step = rotates
    ? must(rotateRefreshToken({ tokenHash: token.tokenHash, at: now }), () => new LostRace())
    : also(extendRefreshToken({ tokenHash: token.tokenHash, idleExpiresAt: idleEnd(client, now) }))
  try {
    await ctx.db.atomically([
      ...takenSteps(given.proof),
      ...(isRepeat ? [] : [replace]),
      // Before the family, as whoever removes a device takes it first.
      ...boundSteps,
      must(touchTokenFamily({ id: family.id, at: now }), refused),
      ...steps,
      also(tokenEvent(ctx, 'token.refreshed', found, { scope })),
    ])
  } catch (error) {
    // It has been replaced meanwhile, and is looked at as such.
    if (error instanceof LostRace) return refreshTokens(ctx, client, given)
    // It may be stored all the same, and nobody is given the successor: the client asks again.
    if (rotates && !isRepeat && isOutage(error)) ctx.lostRefreshes.takeBack({ tokenHash, successorHash, at: now })
    throw error
  }
  return tokens
}

/** Without a leeway it is past, whatever the clocks of two nodes say. */
const isWithinLeeway = ({ refreshToken: { leeway } }: Client, { rotatedAt }: RefreshToken, now: number): boolean =>
  leeway > 0 && now < (rotatedAt ?? 0) + leeway * SECOND

const hasEnded = ({ expiresAt, idleExpiresAt }: RefreshToken, now: number): boolean =>
  (expiresAt !== null && expiresAt <= now) || (idleExpiresAt !== null && idleExpiresAt <= now)

/** What the token may still have of what was granted at first. @throws DomainError `expired`, `not_allowed` */
async function standingScope(ctx: AppContext, found: Found, requested: string[] | undefined): Promise<StandingAccess> {
  const { family, client } = found
  const standing = await standingAccess(ctx, accessOf(found))
  if ('ended' in standing) throw refused(standing.ended)
  const { target, scope } = standing
  if (!mayKeepAccess(client, target.api)) throw refused('The API no longer lets apps keep access.')
  const beyond = requested?.find((value) => !family.scope.includes(value))
  if (beyond)
    throw new DomainError(
      'not_allowed',
      `The scope ${beyond} is beyond what the user granted; send them to /authorize with it.`,
    )
  return { target, scope: requested ? scope.filter((value) => requested.includes(value)) : scope }
}

/** A request that is repeated as it was, with its proof, is refused for that and ends nothing. */
async function replayed(ctx: AppContext, found: Found, proof: DpopProof | undefined): Promise<DomainError> {
  const { family, client, user } = found
  const event = tokenEvent(ctx, 'token.replayed', found, {})
  try {
    await ctx.db.atomically([
      ...takenSteps(proof),
      must(revokeFamily(family.id, ctx.clock.now()), () => new EndedBefore()),
      also(event),
      ...(await tellingSteps(ctx, client, user)),
    ])
  } catch (error) {
    if (!(error instanceof EndedBefore)) throw error
    await ctx.db.run(event)
  }
  return refused()
}

/** The family had ended already: everybody who is to know has been told. */
class EndedBefore extends Error {}

/** The person, whose session it was, and the app's team, who may have a leak; the team not more often than mails go. */
async function tellingSteps(ctx: AppContext, client: Client, { email, name }: User): Promise<Step[]> {
  const appName = client.name
  const link = `${ctx.config.issuer}account/apps`
  const own = email ? [await mailStep(ctx, await tokenReplayMail(ctx, { to: email, name, appName, link }))] : []
  return [...own, ...(await teamTellingSteps(ctx, client))]
}

async function teamTellingSteps(ctx: AppContext, { clientId, name: appName }: Client): Promise<Step[]> {
  const partner = await findPartnerOfClient(ctx.db, clientId)
  if (!partner) return []
  try {
    await takeMail(ctx, `replay:${clientId}`)
  } catch (error) {
    if (error instanceof DomainError) return []
    throw error
  }
  const link = `${ctx.config.issuer}portal/apps/${clientId}/activity`
  return teamMailSteps(ctx, partner.id, (person) => tokenReplayMail(ctx, { ...person, appName, link }))
}

const tokenEvent = (
  ctx: AppContext,
  action: 'token.refreshed' | 'token.replayed',
  { client, user }: Found,
  details: Record<string, unknown>,
) =>
  auditEvent(actingAs(ctx, asClient(client)), action, asClient(client), {
    clientId: client.clientId,
    userId: user.userId,
    details,
  })
