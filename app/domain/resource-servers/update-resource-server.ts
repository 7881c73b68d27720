import { isDeepStrictEqual } from 'node:util'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { firstKeySteps } from '~/domain/keys/signing-keys'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import {
  deleteScopesExcept,
  listScopes,
  type ResourceServer,
  updateCustomResourceServer,
} from '~db/queries/resource-servers'
import { type NewResourceServer, type ScopeInput, scopeSteps } from './create-resource-server'

/**
 * Changes an API; the identifier stays as it is, because clients and tokens name it. Where scopes are given they take
 * the place of all earlier ones. A scope that is gone is no longer issued, whoever consented to it; made again, it is
 * another scope, which nobody has consented to yet.
 * What is so already changes nothing, and may be said of an API of the system too.
 * @throws DomainError `not_allowed` for an API of the system, or one that is gone
 */
export async function updateResourceServer(
  ctx: AppContext,
  resourceServer: ResourceServer,
  { scopes: given, ...said }: Partial<Omit<NewResourceServer, 'identifier'>>,
): Promise<void> {
  const { id, name } = resourceServer
  const change = changedColumns(resourceServer, said)
  const scopes = given && (await areOther(ctx, resourceServer, given)) ? given : undefined
  if (scopes === undefined && Object.keys(change).length === 0) return
  const updatedAt = ctx.clock.now()
  await ctx.db.atomically([
    must(updateCustomResourceServer(id, { ...change, updatedAt }), systemApi),
    ...(change.signingAlg ? await firstKeySteps(ctx, change.signingAlg) : []),
    ...(scopes
      ? [
          also(
            deleteScopesExcept(
              id,
              scopes.map(({ value }) => value),
            ),
          ),
          ...scopeSteps(id, scopes, updatedAt),
        ]
      : []),
    also(
      auditEvent(
        ctx,
        'resource-server.updated',
        { type: 'resource-server', id, name: change.name ?? name },
        {
          details: {
            identifier: resourceServer.identifier,
            fields: Object.keys(change),
            scopes: scopes?.map(({ value }) => value),
          },
        },
      ),
    ),
  ])
  ctx.keyring.forget()
}

type Columns = Partial<ResourceServer>

function changedColumns(before: ResourceServer, said: Columns): Columns {
  return Object.fromEntries(
    Object.entries(said).filter(([column, value]) => value !== before[column as keyof ResourceServer]),
  )
}

/** Whether an API has other scopes than these, or has them otherwise. Those of the system's are in no order. */
async function areOther({ db }: AppContext, { id, isSystem }: ResourceServer, given: ScopeInput[]): Promise<boolean> {
  const told = (scopes: ScopeInput[]) => {
    const all = scopes.map(({ value, description, sensitivity }) => [value, description, sensitivity].join(' '))
    return isSystem ? all.sort() : all
  }
  return !isDeepStrictEqual(told(await listScopes(db, { resourceServerId: id })), told(given))
}

export const systemApi = (): DomainError =>
  new DomainError('not_allowed', 'This API belongs to the program, or is gone: it cannot be changed or deleted.')
