import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { logoutDeliverySteps } from '~/domain/sessions/deliver-logouts'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { listSessionsOfUser } from '~db/queries/sessions'
import { deleteUser, type User } from '~db/queries/users'

/**
 * Deletes a person with their identities, sessions, consents and tokens. Apps in which they were signed in are told that
 * the sessions ended; the log keeps who they were.
 * @throws DomainError `not_found`
 */
export async function deleteAccount(ctx: AppContext, { userId, name }: User): Promise<void> {
  const sessions = await listSessionsOfUser(ctx.db, userId, ctx.clock.now())
  const deliveries = await Promise.all(sessions.map((session) => logoutDeliverySteps(ctx, session)))
  await ctx.db.atomically([
    ...deliveries.flat(),
    must(deleteUser(userId), () => new DomainError('not_found', 'The user was deleted already.')),
    also(auditEvent(ctx, 'user.deleted', { type: 'user', id: userId, name }, { userId })),
  ])
}
