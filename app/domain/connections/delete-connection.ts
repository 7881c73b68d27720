import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Connection, deleteConnection as deleteWrite } from '~db/queries/connections'
import { endSessionsOfConnection } from '~db/queries/sessions'
import { deleteUsersOfConnection } from '~db/queries/users'

/**
 * Deletes a connection and the people whose main identity it has, with all that is theirs. Accounts that an identity of
 * the connection was linked to lose that one way to sign in.
 * @throws DomainError `not_found` when it was deleted meanwhile
 */
export async function deleteConnection(ctx: AppContext, { id, name, strategy }: Connection): Promise<void> {
  const target = { type: 'connection', id, name } as const
  await ctx.db.atomically([
    also(endSessionsOfConnection(id, ctx.clock.now())),
    also(deleteUsersOfConnection(id)),
    must(deleteWrite(id), () => new DomainError('not_found', 'The connection does not exist')),
    also(auditEvent(ctx, 'connection.deleted', target, { connectionId: id, details: { strategy } })),
  ])
}
