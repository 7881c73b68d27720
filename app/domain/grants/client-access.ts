/** What the tenant lets a client have of an API: the client grants, as far as the API still has their scopes. */
import type { AppContext } from '~/context'
import { isForEveryone } from '~/domain/clients/availability'
import { policyFor } from '~/domain/policy/client-policy'
import { partnerScopes } from '~/domain/resource-servers/management-api'
import { DomainError } from '~/platform/errors'
import { type ClientGrant, findClientGrant } from '~db/queries/client-grants'
import type { Client } from '~db/queries/clients'
import { findPartnerOfApiClient } from '~db/queries/partner-api-clients'
import { listScopes, type ResourceServer, type ResourceServerScope } from '~db/queries/resource-servers'
import type { Target } from './scopes'

/** Of the scopes of a client grant those that the API has today, and had when the grant was written. */
export function standingScopeOfClientGrant(
  { scope, createdAt, updatedAt }: ClientGrant,
  apiScopes: ResourceServerScope[],
): string[] {
  const writtenAt = Math.max(createdAt, updatedAt)
  const known = new Set(apiScopes.flatMap((item) => (item.createdAt <= writtenAt ? item.value : [])))
  return scope.filter((value) => known.has(value))
}

/**
 * What a client grant leaves of scopes, for a client of a row that asks for one: a user can only let it have what the
 * tenant lets it have. `undefined` where it has none for the API.
 */
export async function scopeWithinClientGrant(
  { db }: Pick<AppContext, 'db'>,
  client: Client,
  { api, apiScopes }: Target,
  scope: string[],
): Promise<string[] | undefined> {
  if (!policyFor(client).userAccessNeedsClientGrant) return scope
  if (!api) return undefined
  const key = { clientId: client.clientId, audience: api.identifier, subjectType: 'user' } as const
  const grant = await findClientGrant(db, key)
  if (!grant) return undefined
  const granted = standingScopeOfClientGrant(grant, apiScopes)
  // How long access lasts is between the person and the app: no API has that scope.
  return scope.filter((value) => value === 'offline_access' || granted.includes(value))
}

/**
 * What a client may have of an API in its own name, at this moment: what its client grant says, or what every partner's
 * program may. Asked before each issue and at each reading.
 * @throws DomainError `not_granted`
 */
export async function clientScope(
  ctx: Pick<AppContext, 'db'>,
  client: Client,
  api: ResourceServer,
): Promise<readonly string[]> {
  const { db } = ctx
  if (client.suspendedAt !== null) throw notGranted('The app is suspended.')
  if (!(await isForEveryone(ctx, client)))
    throw notGranted('The app is not approved yet. Submit it for review in the developer portal.')
  const { manages } = policyFor(client)
  if (manages === 'partner') {
    const partner = await findPartnerOfApiClient(db, client.clientId)
    if (!api.isSystem || !partner) throw notGranted('A program of a partner has only the Management API here.')
    if (partner.suspendedAt !== null) throw notGranted('The organization of this program is suspended.')
    return partnerScopes
  }
  if (api.isSystem && manages !== 'tenant')
    throw notGranted('A client of a third party cannot have the Management API in its own name.')
  const key = { clientId: client.clientId, audience: api.identifier, subjectType: 'client' } as const
  const grant = await findClientGrant(db, key)
  if (grant) return standingScopeOfClientGrant(grant, await listScopes(db, { resourceServerId: api.id }))
  throw notGranted(
    `Client is not authorized to access "${api.identifier}". You might probably want to create a "client-grant" associated to this API.`,
  )
}

export const notGranted = (message: string): DomainError => new DomainError('not_granted', message)
