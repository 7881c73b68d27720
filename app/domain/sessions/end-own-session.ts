import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { endSessionsSteps } from '~/domain/users/end-sessions-of-user'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { deleteWaitingChangesOf } from '~db/queries/identity-changes'
import { endSessionOfUser } from '~db/queries/sessions'
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

/** Ends every session of the person but the one that asks for it. */
export async function endOtherSessions(ctx: AppContext, { session, user }: LiveSession): Promise<void> {
  await ctx.db.atomically([
    ...endSessionsSteps(ctx, user.userId, session.id),
    also(signedOut(ctx, user, { sessions: 'all others' })),
  ])
}

const signedOut = (ctx: AppContext, user: LiveSession['user'], details: Record<string, unknown>) =>
  auditEvent(ctx, 'user.signed-out', asUser(user), { userId: user.userId, details })
