import { and, asc, eq, gt, gte, lt, lte, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, type Write, write } from '../database'

export type { UsageCount } from '../schema/tables/statistics'
export type DailyStats = Handle['t']['dailyStats']['$inferSelect']
export type ClientUsage = Handle['t']['clientUsage']['$inferSelect']

/** The last event that is counted; empty when none is. */
export async function findCountedUntil({ handle: { sql, t } }: Database): Promise<string> {
  return (await sql.select().from(t.countedEvents))[0]?.until ?? ''
}

/** Touches no row when somebody else has counted on from the same event. */
export const moveCountedUntil = (from: string, to: string): Write =>
  write(({ sql, t: { countedEvents: e } }) =>
    sql
      .insert(e)
      .values({ id: 'tenant', until: to })
      .onConflictDoUpdate({ target: e.id, set: { until: to }, setWhere: eq(e.until, from) }),
  )

export type CountableEvent = { id: string; at: number; action: string; type: string; clientId: string | null }

/** What is counted of the events behind one, as `listAuditEventsAfter`; without clients that are gone. */
export const listCountableEvents = query<{ after: string; before: string; limit: number }, CountableEvent>(
  'list_countable_events',
  ({ sql, t: { auditEvents: e, clients } }) =>
    sql
      .select({ id: e.id, at: e.at, action: e.action, type: e.type, clientId: clients.clientId })
      .from(e)
      .leftJoin(clients, eq(clients.clientId, e.clientId))
      .where(and(gt(e.id, raw.placeholder('after')), lt(e.id, raw.placeholder('before'))))
      .orderBy(asc(e.id))
      .limit(raw.placeholder('limit')),
)

/** Adds to what was counted of some days. */
export const addDailyStats = (rows: DailyStats[]): Write =>
  write(({ sql, t: { dailyStats: d } }) =>
    sql
      .insert(d)
      .values(rows)
      .onConflictDoUpdate({
        target: d.date,
        set: { logins: raw`${d.logins} + excluded.logins`, signups: raw`${d.signups} + excluded.signups` },
      }),
  )

/** Adds to what was counted of some clients. */
export const addClientUsage = (rows: ClientUsage[]): Write =>
  write(({ sql, t: { clientUsage: u } }) =>
    sql
      .insert(u)
      .values(rows)
      .onConflictDoUpdate({
        target: [u.clientId, u.date, u.name],
        set: { count: raw`${u.count} + excluded.count` },
      }),
  )

type Dates = { from: string; to: string }

const inDays = query<Dates, DailyStats>('list_daily_stats', ({ sql, t: { dailyStats: d } }) =>
  sql
    .select()
    .from(d)
    .where(and(gte(d.date, raw.placeholder('from')), lte(d.date, raw.placeholder('to')))),
)
/** The days on which something was counted, of some; both dates are among them. */
export const listDailyStats = (db: Database, dates: Dates) => inDays(db, dates)

const ofClient = query<Dates & { clientId: string }, ClientUsage>(
  'list_client_usage',
  ({ sql, t: { clientUsage: u } }) =>
    sql
      .select()
      .from(u)
      .where(
        and(
          eq(u.clientId, raw.placeholder('clientId')),
          gte(u.date, raw.placeholder('from')),
          lte(u.date, raw.placeholder('to')),
        ),
      ),
)
/** What was counted of a client on some days; both dates are among them. */
export const listClientUsage = (db: Database, clientId: string, dates: Dates) => ofClient(db, { clientId, ...dates })

export const deleteClientUsageBefore = (date: string): Write =>
  write(({ sql, t: { clientUsage: u } }) => sql.delete(u).where(lt(u.date, date)))
