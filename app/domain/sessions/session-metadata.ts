import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type Session, updateSessionMetadata } from '~db/queries/sessions'

/** Replaces what programs have noted of a live session; nothing of it is told to apps. @throws DomainError `not_found` */
export async function setSessionMetadata(
  ctx: AppContext,
  { id, userId }: Session,
  metadata: Record<string, string>,
): Promise<void> {
  await ctx.db.atomically([
    must(updateSessionMetadata(id, metadata), () => new DomainError('not_found', 'The session does not exist.')),
    also(auditEvent(ctx, 'session.updated', { type: 'user', id: userId }, { userId, details: { sessionId: id } })),
  ])
}
