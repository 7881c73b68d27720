import type { AppContext } from '~/context'
import { acceptedIssuers } from '~/domain/resource-servers/former-issuers'
import { ID_TOKEN_TYP } from '~/domain/tokens/id-token'
import { toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { readHeader, readUnverified, verifyJwt } from '~/platform/jwt'
import type { Client } from '~db/queries/clients'
import { findUser, type User } from '~db/queries/users'

/**
 * Whom an ID token proves that is to be linked: it was made here, for the client that calls, and has not ended. What has
 * ended the person's other tokens since ends its worth too.
 * @returns its subject
 * @throws DomainError `wrong_credentials` that says what is wrong with it
 */
export async function readLinkedSubject(ctx: AppContext, idToken: string, client: Client): Promise<string> {
  const { clientId } = client
  const refused = (message: string) => new DomainError('wrong_credentials', message)
  const header = readHeader(idToken)
  const said = readUnverified(idToken)
  if (!header || !said) throw refused('Invalid token (link_with).')
  if (header.alg !== 'RS256') throw refused('JWT (link_with) must have an alg of RS256.')
  if (said.aud === undefined) throw refused('JWT (link_with) contains an invalid aud claim.')
  if (said.sub === undefined) throw refused('JWT (link_with) must contains sub claim.')
  const issuers = await acceptedIssuers(ctx)
  if (!issuers.includes(String(said.iss)))
    throw refused('JWT (link_with) must have the same issuer as the calling user.')
  if (said.aud !== clientId)
    throw refused("JWT (link_with) must have an aud claim that matches that of the calling token's azp.")
  const expected = { issuer: issuers, typ: ID_TOKEN_TYP, audience: clientId, now: ctx.clock.now() }
  const claims = await verifyJwt(idToken, await ctx.keyring.verificationKeys(), expected)
  if (!claims?.sub) throw refused('Invalid token (link_with).')
  const user = await findUser(ctx.db, claims.sub)
  if (user && isOutdated(user, claims.iat ?? 0)) throw refused('Invalid token (link_with).')
  return claims.sub
}

/** Whether a token is from before the account was made, or got its password. */
const isOutdated = ({ createdAt, passwordChangedAt }: User, issuedAt: number): boolean =>
  issuedAt < toSeconds(Math.max(createdAt, passwordChangedAt ?? 0))
