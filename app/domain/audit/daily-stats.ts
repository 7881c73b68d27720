import type { AppContext } from '~/context'
import { datesBetween } from '~/platform/dates'
import { type DailyStats, listDailyStats } from '~db/queries/statistics'

/** What happened in the tenant on each of some days, both among them; up to a few seconds ago (`countEvents`). */
export async function dailyStats(
  { db }: Pick<AppContext, 'db'>,
  dates: { from: string; to: string },
): Promise<DailyStats[]> {
  const counted = new Map((await listDailyStats(db, dates)).map((row) => [row.date, row]))
  return datesBetween(dates).map((date) => counted.get(date) ?? { date, logins: 0, signups: 0 })
}
