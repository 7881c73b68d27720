import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { policyFor } from '~/domain/policy/client-policy'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { didYouMean } from '~/domain/resource-servers/resource-spelling'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import {
  type ClientGrant,
  deleteClientGrant as deleteWrite,
  insertClientGrant,
  updateClientGrant as updateWrite,
} from '~db/queries/client-grants'
import { type Client, findClient } from '~db/queries/clients'
import { findResourceServer, holdResourceServer, listScopes } from '~db/queries/resource-servers'

export type NewClientGrant = Pick<ClientGrant, 'clientId' | 'audience' | 'subjectType' | 'scope'>

/**
 * Lets a client have scopes of an API, in its own name or with a user. Nobody grants a client of a third party the
 * Management API: it would act on the whole tenant.
 * @throws DomainError `not_found` without such a client or API, `not_allowed`, `invalid` at `scope`, `conflict`
 */
export async function createClientGrant(ctx: AppContext, given: NewClientGrant): Promise<ClientGrant> {
  const client = await findClient(ctx.db, given.clientId)
  if (!client) throw new DomainError('not_found', 'The client does not exist')
  requireMayManage(ctx, client, given.audience)
  await requireScopes(ctx, given)
  const now = ctx.clock.now()
  const grant = { ...given, id: newId('cgr'), createdAt: now, updatedAt: now }
  const taken = () =>
    new DomainError('conflict', 'A resource with the same identifier exists: change the grant that there is.')
  const deleted = () => new DomainError('not_found', 'The resource server does not exist')
  await ctx.db.atomically([
    must(holdResourceServer(grant.audience), deleted),
    must(insertClientGrant(grant), taken),
    also(grantEvent(ctx, 'client-grant.created', grant)),
  ])
  return grant
}

/** Changes the scopes of a client grant, for tokens from now on. @throws DomainError `not_found`, `invalid` at `scope` */
export async function updateClientGrant(ctx: AppContext, grant: ClientGrant, scope: string[]): Promise<ClientGrant> {
  const after = { ...grant, scope, updatedAt: ctx.clock.now() }
  await requireScopes(ctx, after)
  const gone = () => new DomainError('not_found', 'The grant does not exist.')
  await ctx.db.atomically([must(updateWrite(after), gone), also(grantEvent(ctx, 'client-grant.updated', after))])
  return after
}

/** Takes a client grant back. @throws DomainError `not_found` */
export async function deleteClientGrant(ctx: AppContext, grant: ClientGrant): Promise<void> {
  const gone = () => new DomainError('not_found', 'The grant does not exist.')
  await ctx.db.atomically([must(deleteWrite(grant.id), gone), also(grantEvent(ctx, 'client-grant.deleted', grant))])
}

function requireMayManage({ config }: AppContext, client: Client, audience: string): void {
  const { manages } = policyFor(client)
  if (manages === 'partner')
    throw new DomainError('not_allowed', 'A program of a partner has the scopes that all of them have, and no others.')
  if (audience !== managementApiIdentifier(config.issuer) || manages === 'tenant') return
  const message = 'A client of a third party cannot be granted the Management API: users let it have their own data.'
  throw new DomainError('not_allowed', message)
}

async function requireScopes({ db }: AppContext, { audience, scope }: NewClientGrant): Promise<void> {
  const api = await findResourceServer(db, audience)
  if (!api) throw new DomainError('not_found', `The resource server does not exist${await didYouMean(db, audience)}`)
  const known = new Set((await listScopes(db, { resourceServerId: api.id })).map(({ value }) => value))
  const unknown = scope.filter((value) => !known.has(value))
  if (unknown.length > 0)
    throw new DomainError('invalid', `The API has no scope ${unknown.join(', ')}`, { field: 'scope' })
}

const grantEvent = (
  ctx: AppContext,
  action: 'client-grant.created' | 'client-grant.updated' | 'client-grant.deleted',
  { id, clientId, audience, scope, subjectType }: ClientGrant,
) => auditEvent(ctx, action, { type: 'grant', id }, { clientId, details: { audience, scope, subjectType } })
