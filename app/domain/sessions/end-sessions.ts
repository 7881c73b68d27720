import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { endSessionsSteps } from '~/domain/users/end-sessions-of-user'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import { deleteWaitingChangesOf } from '~db/queries/identity-changes'
import { revokeFamiliesOfSession } from '~db/queries/refresh-tokens'
import { endSessionOfUser, type Session } from '~db/queries/sessions'
import type { User } from '~db/queries/users'

/**
 * Signs a browser of an end user out from afar. Its apps are told as when the person signs out there.
 * @param tokens `revoked`: what apps got in the session ends with it
 * @throws DomainError `not_found` when it has ended before
 */
export async function endSession(
  ctx: AppContext,
  { id, userId }: Session,
  { tokens }: { tokens: 'kept' | 'revoked' } = { tokens: 'kept' },
): Promise<void> {
  const now = ctx.clock.now()
  const ended = () => new DomainError('not_found', 'The session does not exist.')
  await ctx.db.atomically([
    must(endSessionOfUser(userId, id, now), ended),
    also(deleteWaitingChangesOf(userId)),
    ...(tokens === 'revoked' ? [also(revokeFamiliesOfSession(userId, id, now))] : []),
    signedOut(ctx, { userId }, { sessionId: id, tokens }),
  ])
}

/** Signs an end user out of every browser from afar. */
export async function endAllSessions(ctx: AppContext, user: User): Promise<void> {
  await ctx.db.atomically([...endSessionsSteps(ctx, user.userId), signedOut(ctx, user, { sessions: 'all' })])
}

const signedOut = (
  ctx: AppContext,
  { userId, name }: Pick<User, 'userId'> & Partial<User>,
  details: Record<string, unknown>,
): Step => also(auditEvent(ctx, 'user.signed-out', { type: 'user', id: userId, name }, { userId, details }))
