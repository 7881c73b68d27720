import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { firstKeySteps } from '~/domain/keys/signing-keys'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { deleteScopes, type ResourceServer, updateCustomResourceServer } from '~db/queries/resource-servers'
import { type NewResourceServer, scopeSteps } from './create-resource-server'

/**
 * Changes an API; the identifier stays as it is, because clients and tokens name it. Where scopes are given they take
 * the place of all earlier ones; a scope that is gone is no longer issued, whoever consented to it.
 * @throws DomainError `not_allowed` for an API of the system, or one that is gone
 */
export async function updateResourceServer(
  ctx: AppContext,
  resourceServer: ResourceServer,
  { scopes, ...change }: Partial<Omit<NewResourceServer, 'identifier'>>,
): Promise<void> {
  const { id, name } = resourceServer
  const updatedAt = ctx.clock.now()
  await ctx.db.atomically([
    must(updateCustomResourceServer(id, { ...change, updatedAt }), systemApi),
    ...(change.signingAlg ? await firstKeySteps(ctx, change.signingAlg) : []),
    ...(scopes ? [also(deleteScopes(id)), ...scopeSteps(id, scopes)] : []),
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

export const systemApi = (): DomainError =>
  new DomainError('not_allowed', 'This API belongs to the program, or is gone: it cannot be changed or deleted.')
