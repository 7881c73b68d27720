import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { ID_TOKEN_TYP } from '~/domain/tokens/id-token'
import { toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { readHeader, readUnverified, verifyJwt } from '~/platform/jwt'
import type { Client } from '~db/queries/clients'
import { countGrants, findGrant } from '~db/queries/grants'
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
  if (said.iss !== ctx.config.issuer) throw refused('JWT (link_with) must have the same issuer as the calling user.')
  if (said.aud !== clientId)
    throw refused("JWT (link_with) must have an aud claim that matches that of the calling token's azp.")
  const expected = { issuer: ctx.config.issuer, typ: ID_TOKEN_TYP, audience: clientId, now: ctx.clock.now() }
  const claims = await verifyJwt(idToken, await ctx.keyring.verificationKeys(), expected)
  if (!claims?.sub) throw refused('Invalid token (link_with).')
  const user = await findUser(ctx.db, claims.sub)
  if (user && (await isOutdated(ctx, user, claims.iat ?? 0, client))) throw refused('Invalid token (link_with).')
  if (user && !(await letsBeLinked(ctx, user, client)))
    throw refused(
      `Unable to link with the secondary account. Its person has to let the app do so: ask them for the scope ${LINKING} of the Management API too.`,
    )
  return claims.sub
}

const LINKING = 'update:current_user_identities'

/**
 * Linking ends an account. An app that people have to let do things may do so only where the person of that account has
 * let it, and not by an ID token alone, which every sign-in gives.
 */
async function letsBeLinked({ db, config }: AppContext, { userId }: User, client: Client): Promise<boolean> {
  if (policyFor(client).consent !== 'always') return true
  const grant = await findGrant(db, userId, client.clientId, managementApiIdentifier(config.issuer))
  return grant?.scope.includes(LINKING) ?? false
}

/**
 * Whether a token is from before the account was made, or got its password, or is of an app that the person has taken
 * their consent back from. An app without consent was never given any.
 */
async function isOutdated({ db }: AppContext, user: User, issuedAt: number, client: Client): Promise<boolean> {
  const { userId, createdAt, passwordChangedAt } = user
  if (issuedAt < toSeconds(Math.max(createdAt, passwordChangedAt ?? 0))) return true
  return policyFor(client).consent === 'always' && (await countGrants(db, { userId, clientId: client.clientId })) === 0
}
