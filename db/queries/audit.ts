import { and, desc, eq, inArray, lt, type SQL } from 'drizzle-orm'
import { type Database, type Handle, statement } from '../database'
import { rowPlaceholders } from './placeholders'

export type AuditEvent = Handle['t']['auditEvents']['$inferSelect']

export const insertAuditEvent = statement<AuditEvent>('insert_audit_event', ({ sql, t }) =>
  sql.insert(t.auditEvents).values(rowPlaceholders(t.auditEvents)),
)

export type AuditFilter = { clientId?: string; userId?: string; partnerId?: string; action?: string; before?: string }

/** The newest events first; `before` is the id of the last one of the page before. */
export function listAuditEvents(db: Database, filter: AuditFilter, limit: number): Promise<AuditEvent[]> {
  const { auditEvents: e } = db.handle.t
  const conditions: (SQL | undefined)[] = [
    filter.clientId ? eq(e.clientId, filter.clientId) : undefined,
    filter.userId ? eq(e.userId, filter.userId) : undefined,
    filter.partnerId ? eq(e.partnerId, filter.partnerId) : undefined,
    filter.action ? eq(e.action, filter.action) : undefined,
    filter.before ? lt(e.id, filter.before) : undefined,
  ]
  return db.handle.sql
    .select()
    .from(e)
    .where(and(...conditions))
    .orderBy(desc(e.id))
    .limit(limit)
}

/** The newest events about a client that are one of the actions; `before` as above. */
export function listAuditEventsOfClient(
  db: Database,
  { clientId, actions, before }: { clientId: string; actions: string[]; before?: string },
  limit: number,
): Promise<AuditEvent[]> {
  const { auditEvents: e } = db.handle.t
  return db.handle.sql
    .select()
    .from(e)
    .where(and(eq(e.clientId, clientId), inArray(e.action, actions), before ? lt(e.id, before) : undefined))
    .orderBy(desc(e.id))
    .limit(limit)
}
