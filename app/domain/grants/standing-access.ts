import type { AppContext } from '~/context'
import { isOpenTo } from '~/domain/clients/availability'
import { type ConnectionUse, mayComeFrom } from '~/domain/connections/connections-for-client'
import { policyFor } from '~/domain/policy/client-policy'
import type { Client } from '~db/queries/clients'
import type { Grant } from '~db/queries/grants'
import type { User } from '~db/queries/users'
import { scopeWithinClientGrant } from './client-access'
import { findTarget, mayAskFor, OPENID_SCOPES, scopesWithinRegistration, type Target } from './scopes'

/** What a client was given access to a while ago: a code, a device code, a family of tokens, a password that was right. */
export type GivenAccess = {
  client: Client
  user: User
  /** The API; null for `/userinfo` alone. */
  audience: string | null
  scope: string[]
  /** Where the person signed in for it. */
  connection: ConnectionUse | undefined
  /** The consent that it rests on: the id as it was noted, and the row as it is today. */
  grantId: string | null
  grant: Pick<Grant, 'id' | 'scope' | 'updatedAt'> | null | undefined
  /** When it was given, in milliseconds. */
  givenAt: number
}

/** Why nothing is left, for the developer of the client. */
export type Ended = { ended: string }
export type StandingAccess = { target: Target; scope: string[] }

const ended = (why: string): Ended => ({ ended: why })

/**
 * The rule of this server: which scopes of an API a client may have now for a person of a connection. It is asked
 * before each issue (code, device code, refresh, password, second factor) and at each reading (userinfo, Management
 * API, introspection), of the rows as they are at that moment. Access that was given under other rows than today's is
 * worth as much as access that is asked for now: nothing survives a change of the client, its party, the person, the
 * connection, the API, the consent or a client grant only because it was issued before.
 */
export async function standingAccess(
  ctx: Pick<AppContext, 'db' | 'config'>,
  given: GivenAccess,
): Promise<StandingAccess | Ended> {
  const { client, user, audience, connection, grantId, grant } = given
  if (client.suspendedAt !== null || user.blockedAt !== null || !(await isOpenTo(ctx, client, user)))
    return ended('The app may not act for this user any more.')
  if (!mayComeFrom(client, connection))
    return ended('The app may not be used with the connection of this user any more.')
  // Core §3.1.2.4: a client that always has to ask has nothing without an answer, however it came by what it has.
  if (grantId === null ? policyFor(client).consent === 'always' : !grant)
    return ended('The user has taken back the consent. Send them to /authorize again.')
  const target = await findTarget(ctx, audience ?? undefined)
  if (!target) return ended('The API that was asked for is no longer there.')
  if (!mayAskFor(client, target)) return ended('The app may not act for this user any more.')
  const standing = grant && standingScopeOf(grant, target)
  const consented = standing ? given.scope.filter((value) => standing.includes(value)) : given.scope
  const known = scopesWithinRegistration(client, target, scopesSince(target, consented, given.givenAt))
  const scope = await scopeWithinClientGrant(ctx, client, target, known)
  return scope ? { target, scope } : ended('The app may not act for this user any more.')
}

/** Of the scopes of a consent those that the API has today, and had when the person last answered. */
export const standingScopeOf = ({ scope, updatedAt }: Pick<Grant, 'scope' | 'updatedAt'>, target: Target): string[] =>
  scopesSince(target, scope, updatedAt)

/** Leaves out the scopes that the API has lost or come by since: one that was deleted and made again is another one. */
function scopesSince({ apiScopes }: Target, scope: string[], at: number): string[] {
  const known = new Set(apiScopes.flatMap(({ value, createdAt }) => (createdAt <= at ? value : [])))
  return scope.filter((value) => OPENID_SCOPES.has(value) || known.has(value))
}
