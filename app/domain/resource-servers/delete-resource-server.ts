import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { also, must } from '~db/database'
import { deleteClientGrantsOfAudience } from '~db/queries/client-grants'
import { deleteGrantsOfAudience } from '~db/queries/grants'
import { deleteResourceServer as deleteWrite, type ResourceServer } from '~db/queries/resource-servers'
import { revokeFamiliesOfAudience } from '~db/queries/tokens'
import { systemApi } from './update-resource-server'

/**
 * Deletes an API with its scopes, the consents to it, the client grants for it and all tokens: an API that is made later
 * under the same identifier inherits nothing.
 * @throws DomainError `not_allowed` for an API of the system, or one that is gone
 */
export async function deleteResourceServer(ctx: AppContext, { id, identifier, name }: ResourceServer): Promise<void> {
  await ctx.db.atomically([
    must(deleteWrite(id), systemApi),
    also(deleteGrantsOfAudience(identifier)),
    also(deleteClientGrantsOfAudience(identifier)),
    also(revokeFamiliesOfAudience(identifier, ctx.clock.now())),
    also(
      auditEvent(ctx, 'resource-server.deleted', { type: 'resource-server', id, name }, { details: { identifier } }),
    ),
  ])
}
