import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'

/** What is counted of a client's events. */
export type UsageCount =
  | 'sign_ins'
  | 'consents_granted'
  | 'consents_denied'
  | 'consents_revoked'
  | 'tokens_issued'
  | 'tokens_refreshed'
  | 'authentication_failures'

export function statisticsTables(c: ColumnKit, { clients }: ReturnType<typeof clientTables>) {
  /** What happened on a day in the whole tenant. */
  const dailyStats = c.table('daily_stats', {
    /** `2030-01-31`, in UTC. */
    date: c.text().primaryKey(),
    logins: c.int().notNull(),
    signups: c.int().notNull(),
  })

  /** How often something happened with a client on a day; no row where it did not. */
  const clientUsage = c.table(
    'client_usage',
    {
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      date: c.text().notNull(),
      name: c.text().$type<UsageCount>().notNull(),
      count: c.int().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.clientId, t.date, t.name] }), c.index('client_usage_date').on(t.date)],
  )

  /** The one row says up to which event of the audit log all are counted. */
  const countedEvents = c.table('counted_events', {
    id: c.text().$type<'tenant'>().primaryKey(),
    until: c.text().notNull(),
  })
  return { dailyStats, clientUsage, countedEvents }
}
