import type { AppContext } from '~/context'
import { DAY, HOUR } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'
import { listAuditEventsAfter } from '~db/queries/audit'
import {
  countAuditEventsOfTypes,
  type DailyStats,
  findLastDailyStats,
  insertDailyStats,
  listDailyStats,
} from '~db/queries/statistics'

/** Sign-ins on our pages, and those with a password at the token endpoint. */
const LOGINS = ['s', 'sepft']
const SIGNUPS = ['ss']

/** Days are counted in steps: a database of years is through after a few hours. */
const AT_ONCE = 400

/** The day of a time in UTC: `2030-01-31`. */
export const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
const timeOf = (date: string): number => Date.parse(`${date}T00:00:00.000Z`)

/**
 * What happened on each of some days, both among them. Days that are over were counted once; the others are counted
 * now, from an index.
 */
export async function dailyStats(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  { from, to }: { from: string; to: string },
): Promise<DailyStats[]> {
  const counted = new Map((await listDailyStats(ctx.db, from, to)).map((row) => [row.date, row]))
  return Promise.all(datesBetween(from, to).map((date) => counted.get(date) ?? countDay(ctx, date)))
}

/** Counts the days that are over and were not counted yet, so that nobody has to count them again. */
export async function countFinishedDays(ctx: Pick<AppContext, 'db' | 'clock'>): Promise<void> {
  const last = await findLastDailyStats(ctx.db)
  const from = last ? timeOf(last.date) + DAY : await timeOfFirstEvent(ctx)
  // An hour later nothing of the day before is on its way any more.
  const to = ctx.clock.now() - HOUR - DAY
  if (from === undefined || from > to) return
  const dates = datesBetween(dateOf(from), dateOf(to)).slice(0, AT_ONCE)
  for (const date of dates) await ctx.db.run(insertDailyStats(await countDay(ctx, date)))
}

async function timeOfFirstEvent({ db, clock }: Pick<AppContext, 'db' | 'clock'>): Promise<number | undefined> {
  const [first] = await listAuditEventsAfter(db, { after: '', before: firstIdAt(clock.now()), limit: 1 })
  return first?.at
}

async function countDay({ db, clock }: Pick<AppContext, 'db' | 'clock'>, date: string): Promise<DailyStats> {
  const begins = timeOf(date)
  const counts = await countAuditEventsOfTypes(db, {
    types: [...LOGINS, ...SIGNUPS],
    from: firstIdAt(begins),
    before: firstIdAt(begins + DAY),
  })
  const sum = (types: string[]) => types.reduce((total, type) => total + (counts.get(type) ?? 0), 0)
  return { date, logins: sum(LOGINS), signups: sum(SIGNUPS), countedAt: clock.now() }
}

function datesBetween(from: string, to: string): string[] {
  const days = Math.floor((timeOf(to) - timeOf(from)) / DAY) + 1
  return Array.from({ length: Math.max(0, days) }, (_, n) => dateOf(timeOf(from) + n * DAY))
}
