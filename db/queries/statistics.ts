import { and, asc, count, desc, gte, inArray, lt, lte, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement } from '../database'
import { rowPlaceholders } from './placeholders'

export type DailyStats = Handle['t']['dailyStats']['$inferSelect']

/** Touches no row when another node has counted the day. */
export const insertDailyStats = statement<DailyStats>('insert_daily_stats', ({ sql, t }) =>
  sql.insert(t.dailyStats).values(rowPlaceholders(t.dailyStats)).onConflictDoNothing(),
)

const inDays = query<{ from: string; to: string }, DailyStats>('list_daily_stats', ({ sql, t: { dailyStats: d } }) =>
  sql
    .select()
    .from(d)
    .where(and(gte(d.date, raw.placeholder('from')), lte(d.date, raw.placeholder('to'))))
    .orderBy(asc(d.date)),
)
/** The days that were counted, of some; both dates are among them. */
export const listDailyStats = (db: Database, from: string, to: string) => inDays(db, { from, to })

/** The last day that was counted. */
export async function findLastDailyStats(db: Database): Promise<DailyStats | undefined> {
  const { dailyStats: d } = db.handle.t
  return (await db.handle.sql.select().from(d).orderBy(desc(d.date)).limit(1))[0]
}

/** How many events of some log types there were between two ids. */
export async function countAuditEventsOfTypes(
  db: Database,
  { types, from, before }: { types: string[]; from: string; before: string },
): Promise<Map<string, number>> {
  const { auditEvents: e } = db.handle.t
  const rows = await db.handle.sql
    .select({ type: e.type, count: count() })
    .from(e)
    .where(and(inArray(e.type, types), gte(e.id, from), lt(e.id, before)))
    .groupBy(e.type)
  return new Map(rows.map((row) => [row.type, row.count]))
}
