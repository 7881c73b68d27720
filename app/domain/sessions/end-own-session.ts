import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { deleteWaitingChangesOf } from '~db/queries/identity-changes'
import { endSessionOfUser, endSessionsOfUser } from '~db/queries/sessions'
import type { LiveSession } from './sessions'

/**
 * Ends another session of the person: the browser there is signed out at its next request.
 * @throws DomainError `not_found` when it has ended already, or is not theirs
 */
export async function endOwnSession(ctx: AppContext, { user }: LiveSession, sessionId: string): Promise<void> {
  await ctx.db.atomically([
    must(
      endSessionOfUser(user.userId, sessionId, ctx.clock.now()),
      () => new DomainError('not_found', 'This session has ended already.'),
    ),
    also(deleteWaitingChangesOf(user.userId)),
    also(signedOut(ctx, user, { sessionId })),
  ])
}

/**
 * Ends every session of the person but the one that asks for it.
 * @throws DomainError `conflict` where there is no other
 */
export async function endOtherSessions(ctx: AppContext, { session, user }: LiveSession): Promise<void> {
  const alone = () => new DomainError('conflict', 'You are signed in nowhere else: there is no other session to end.')
  await ctx.db.atomically([
    must(endSessionsOfUser(user.userId, ctx.clock.now(), session.id), alone),
    also(deleteWaitingChangesOf(user.userId)),
    also(signedOut(ctx, user, { sessions: 'all others' })),
  ])
}

const signedOut = (ctx: AppContext, user: LiveSession['user'], details: Record<string, unknown>) =>
  auditEvent(ctx, 'user.signed-out', asUser(user), { userId: user.userId, details })
