import { createHash } from 'node:crypto'
import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { needsPkce } from '~/domain/clients/pkce'
import { requireSameResource } from '~/domain/grants/scopes'
import { DomainError } from '~/platform/errors'
import { constantTimeEqual, hashSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import { type AuthorizationCode, findAuthorizationCode, redeemAuthorizationCode } from '~db/queries/grants'
import { revokeFamily } from '~db/queries/tokens'
import { type DpopProof, takenSteps } from './dpop'
import { exchangeForTokens } from './exchange'
import type { IssuedTokens } from './user-tokens'

type Redemption = {
  code: string
  redirectUri: string | undefined
  codeVerifier: string | undefined
  resource: string | undefined
  proof: DpopProof | undefined
}

const refused = (why = 'Invalid authorization code') => new DomainError('expired', why)

/**
 * Exchanges a code for tokens (RFC 6749 §4.1.3). It works once: whoever comes second gets nothing, and ends what the
 * first got, as one of the two has stolen it (RFC 6749 §4.1.2, RFC 9700 §4.5).
 * @throws DomainError `expired`, always with the code unusable afterwards if its own client sent a wrong verifier
 */
export async function redeemCode(ctx: AppContext, client: Client, given: Redemption): Promise<IssuedTokens> {
  const now = ctx.clock.now()
  const found = await findAuthorizationCode(ctx.db, hashSecret(given.code), now)
  // Another client's code: its owner is not to suffer from the attempt.
  if (!found || found.code.clientId !== client.clientId) throw refused()
  const { code: row, user, session, grant } = found
  if (row.redeemedAt !== null) throw await replayed(ctx, client, row, given.proof)
  requireSameRedirectUri(client, row, given)
  await requireVerifier(ctx, client, row, given.codeVerifier)
  requireSameKey(row, given)
  requireSameResource(row.audience, given.resource)
  // Whoever signed out, or changed the password, since the code was issued has ended what it stems from.
  if (!session) throw refused()
  const { familyId: id, scope, grantId, sessionId, audience, authTime, amr, nonce } = row
  const { connectionId } = session
  const { proof } = given
  const from = { grantId, grant, sessionId, connectionId, givenAt: row.createdAt }
  const allowed = { id, client, user, scope, audience, ...from, authTime, amr, nonce, proof }
  try {
    return await exchangeForTokens(ctx, allowed, {
      useUp: must(redeemAuthorizationCode({ codeHash: row.codeHash, at: now }), () => new LostRace()),
      event: codeEvent(ctx, 'code.exchanged', client, row),
      refused,
    })
  } catch (error) {
    if (error instanceof LostRace)
      throw now < row.expiresAt
        ? await replayed(ctx, client, row, given.proof)
        : refused('Authorization code has expired')
    throw error
  }
}

/** Another request redeemed the code first. */
class LostRace extends Error {}

/** A request that is repeated as it was, with its proof, is refused for that and ends nothing. */
async function replayed(
  ctx: AppContext,
  client: Client,
  row: AuthorizationCode,
  proof: DpopProof | undefined,
): Promise<DomainError> {
  await ctx.db.atomically([
    ...takenSteps(proof),
    also(revokeFamily(row.familyId, ctx.clock.now())),
    also(codeEvent(ctx, 'code.replayed', client, row)),
  ])
  return refused()
}

/**
 * RFC 6749 §4.1.3. It may be left out where the verifier binds the code to its requester (OAuth 2.1 §10.2), and by a
 * client of one callback, as at `/authorize`.
 */
function requireSameRedirectUri({ callbacks }: Client, row: AuthorizationCode, { redirectUri }: Redemption): void {
  const isOnly = callbacks.length === 1 && callbacks[0] === row.redirectUri
  if (redirectUri === undefined && (row.codeChallenge !== null || isOnly)) return
  if (redirectUri === row.redirectUri) return
  throw refused(`The redirect URI is wrong. You sent ${redirectUri ?? 'none'}, and we expected ${row.redirectUri}`)
}

/** RFC 9449 §10: a code that was asked for with a key is redeemed with a proof of that key. */
function requireSameKey({ dpopJkt }: AuthorizationCode, given: Redemption): void {
  if (dpopJkt === null || dpopJkt === given.proof?.jkt) return
  throw refused('The code is bound to a key: send a DPoP proof of the key that dpop_jkt named.')
}

/**
 * RFC 7636 §4.6. A wrong verifier uses the code up: there is no second guess. A verifier without a challenge is a downgrade,
 * and so is a code without one of a client that has come to need it.
 */
async function requireVerifier(
  ctx: AppContext,
  client: Client,
  row: AuthorizationCode,
  verifier: string | undefined,
): Promise<void> {
  if (row.codeChallenge === null && verifier === undefined && !(await needsPkce(ctx, client))) return
  const isRight =
    row.codeChallenge !== null &&
    verifier !== undefined &&
    /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) &&
    constantTimeEqual(createHash('sha256').update(verifier).digest('base64url'), row.codeChallenge)
  if (isRight) return
  await ctx.db.run(redeemAuthorizationCode({ codeHash: row.codeHash, at: ctx.clock.now() }))
  throw refused('Failed to verify code verifier')
}

const codeEvent = (
  ctx: AppContext,
  action: 'code.exchanged' | 'code.replayed',
  client: Client,
  row: AuthorizationCode,
) =>
  auditEvent(actingAs(ctx, asClient(client)), action, asClient(client), {
    clientId: client.clientId,
    userId: row.userId,
    details: { scope: row.scope, audience: row.audience },
  })
