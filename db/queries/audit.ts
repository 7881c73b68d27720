import { and, asc, desc, eq, gt, gte, inArray, lt, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, query, statement } from '../database'
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

const byId = query<{ id: string }, AuditEvent>('find_audit_event', ({ sql, t: { auditEvents: e } }) =>
  sql
    .select()
    .from(e)
    .where(eq(e.id, raw.placeholder('id'))),
)
export const findAuditEvent = async (db: Database, id: string) => (await byId(db, { id }))[0]

/** Events in the order in which they happened: those behind one, up to another id, which is not among them. */
export const listAuditEventsAfter = query<{ after: string; before: string; limit: number }, AuditEvent>(
  'list_audit_events_after',
  ({ sql, t: { auditEvents: e } }) =>
    sql
      .select()
      .from(e)
      .where(and(gt(e.id, raw.placeholder('after')), lt(e.id, raw.placeholder('before'))))
      .orderBy(asc(e.id))
      .limit(raw.placeholder('limit')),
)

/** The columns that events are searched by; each is indexed together with the id. */
const SEARCHED = ['id', 'userId', 'clientId', 'ip', 'connectionId', 'type'] as const

/** Of each column one of the values. `from` and `before` are ids: the first that counts, and the first that does not. */
export type AuditSearch = Partial<Record<(typeof SEARCHED)[number], string[]>> & { from?: string; before?: string }

type Order = 'newest-first' | 'oldest-first'

/**
 * The search by one value of the column that narrows most. Its index gives the rows in order; the other conditions are
 * written so that no database takes their indexes instead, which could be read from end to end.
 */
export function auditSearch(db: Database, { from, before, ...search }: AuditSearch, order: Order, limit: number) {
  const { auditEvents: e } = db.handle.t
  const [leading] = SEARCHED.filter((name) => search[name])
  const conditions = SEARCHED.flatMap((name) => {
    const values = search[name]
    if (!values) return []
    return [name === leading ? inArray(e[name], values) : inArray(raw`coalesce(${e[name]}, '')`, values)]
  })
  return db.handle.sql
    .select()
    .from(e)
    .where(and(...conditions, from ? gte(e.id, from) : undefined, before ? lt(e.id, before) : undefined))
    .orderBy(order === 'newest-first' ? desc(e.id) : asc(e.id))
    .limit(limit)
}

/** One search for each value of the leading column. */
function split(search: AuditSearch): AuditSearch[] {
  const leading = SEARCHED.find((name) => search[name])
  const values = leading && search[leading]
  return leading && values ? values.map((value) => ({ ...search, [leading]: [value] })) : [search]
}

/** Events that a search finds; `skip` is small. */
export async function listFoundAuditEvents(
  db: Database,
  search: AuditSearch,
  { order, skip, limit }: { order: Order; skip: number; limit: number },
): Promise<AuditEvent[]> {
  const found = await Promise.all(split(search).map((part) => auditSearch(db, part, order, skip + limit)))
  const direction = order === 'newest-first' ? -1 : 1
  return found
    .flat()
    .sort((a, b) => (a.id < b.id ? -direction : direction))
    .slice(skip, skip + limit)
}

/** How many events a search finds; counted up to `most`. */
export async function countFoundAuditEvents(db: Database, search: AuditSearch, most: number): Promise<number> {
  const counts = await Promise.all(
    split(search).map(async (part) => {
      const found = auditSearch(db, part, 'newest-first', most).as('found')
      const [row] = await db.handle.sql.select({ count: raw<number>`count(*)` }).from(found)
      return Number(row?.count ?? 0)
    }),
  )
  return Math.min(
    most,
    counts.reduce((sum, count) => sum + count, 0),
  )
}
