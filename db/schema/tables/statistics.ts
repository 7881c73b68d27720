import type { ColumnKit } from '../columns'

export function statisticsTables(c: ColumnKit) {
  /** What was counted of days that are over: they do not change any more. */
  const dailyStats = c.table('daily_stats', {
    /** `2030-01-31`, in UTC. */
    date: c.text().primaryKey(),
    logins: c.int().notNull(),
    signups: c.int().notNull(),
    countedAt: c.time().notNull(),
  })
  return { dailyStats }
}
