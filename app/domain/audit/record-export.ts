import type { AppContext } from '~/context'
import { auditEvent } from './audit-event'

/** Records that somebody takes the audit log with them, and which part of it. */
export async function recordExport(
  ctx: AppContext,
  part: { from?: string; to?: string; format: string },
): Promise<void> {
  await ctx.db.run(auditEvent(ctx, 'audit-log.exported', { type: 'tenant', id: 'tenant' }, { details: part }))
}
