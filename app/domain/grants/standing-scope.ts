import type { AppContext } from '~/context'
import { mayUseClient } from '~/domain/clients/availability'
import { policyFor } from '~/domain/policy/client-policy'
import { findClientGrant } from '~db/queries/client-grants'
import type { Client } from '~db/queries/clients'
import type { User } from '~db/queries/users'
import { mayAskFor, scopesOfRow, type Target } from './scopes'

/**
 * What a client grant leaves of scopes, for a client of a row that asks for one: a user can only let it have what the
 * tenant lets it have. `undefined` where it has none for the API.
 */
export async function scopeWithinClientGrant(
  ctx: Pick<AppContext, 'db'>,
  client: Client,
  { api }: Target,
  scope: string[],
): Promise<string[] | undefined> {
  if (!policyFor(client).userAccessNeedsClientGrant) return scope
  if (!api) return undefined
  const key = { clientId: client.clientId, audience: api.identifier, subjectType: 'user' } as const
  const grant = await findClientGrant(ctx.db, key)
  // How long access lasts is between the person and the app: no API has that scope.
  return grant && scope.filter((value) => value === 'offline_access' || grant.scope.includes(value))
}

/**
 * What is left today of scopes that a person has let a client have: nothing, `undefined`, once the app was closed to
 * the person, or the tenant has taken the API from it. Asked wherever tokens are issued for it.
 */
export async function standingScope(
  ctx: Pick<AppContext, 'db'>,
  { client, user, target }: { client: Client; user: User; target: Target },
  scope: string[],
): Promise<string[] | undefined> {
  if (!mayAskFor(client, target) || !(await mayUseClient(ctx, client, user))) return undefined
  return scopeWithinClientGrant(ctx, client, target, scopesOfRow(client, scope))
}
