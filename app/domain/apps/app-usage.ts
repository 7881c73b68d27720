import type { AppContext } from '~/context'
import { USAGE_COUNTS } from '~/domain/audit/count-events'
import { dateOf, datesBetween } from '~/platform/dates'
import { DAY } from '~/platform/durations'
import { listClientUsage, type UsageCount } from '~db/queries/statistics'

export const MAX_USAGE_DAYS = 366

export type DayOfUse = { date: string } & Record<UsageCount, number>

/**
 * How a client was used on each of the last days of UTC, the oldest first; today is the last one. Up to a few seconds
 * ago (`countEvents`).
 */
export async function appUsage(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  clientId: string,
  days: number,
): Promise<DayOfUse[]> {
  const now = clock.now()
  const dates = { from: dateOf(now - (days - 1) * DAY), to: dateOf(now) }
  const counted = new Map(
    (await listClientUsage(db, clientId, dates)).map(({ date, name, count }) => [`${date} ${name}`, count]),
  )
  return datesBetween(dates).map((date) => {
    const ofDay = USAGE_COUNTS.map((name) => [name, counted.get(`${date} ${name}`) ?? 0])
    return { date, ...(Object.fromEntries(ofDay) as Record<UsageCount, number>) }
  })
}
