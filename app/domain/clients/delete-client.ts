import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Client, deleteClient as deleteWrite } from '~db/queries/clients'

/** Deletes a client with its secrets, and every consent and token that people gave it. @throws DomainError `not_found` */
export async function deleteClient(ctx: AppContext, { clientId, name }: Client): Promise<void> {
  await ctx.db.atomically([
    must(deleteWrite(clientId), () => new DomainError('not_found', 'This client was deleted already.')),
    also(auditEvent(ctx, 'client.deleted', asClient({ clientId, name }), { clientId })),
  ])
}
