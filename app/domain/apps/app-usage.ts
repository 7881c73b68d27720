import type { AppContext } from '~/context'
import type { AuditAction } from '~/domain/audit/audit-event'
import { dateOf } from '~/domain/audit/daily-stats'
import { DAY } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'
import { countActionsByDay } from '~db/queries/app-list'

/** What is counted of an app, and the events that count. Nothing tells of a single person. */
const COUNTED = {
  sign_ins: ['code.issued', 'device.allowed'],
  consents_granted: ['consent.granted'],
  consents_denied: ['consent.denied', 'device.denied'],
  consents_revoked: ['consent.revoked'],
  tokens_issued: ['code.exchanged', 'token.issued'],
  tokens_refreshed: ['token.refreshed'],
  authentication_failures: ['client.authentication-failed'],
} as const satisfies Record<string, AuditAction[]>

export type UsageCount = keyof typeof COUNTED
export const USAGE_COUNTS = Object.keys(COUNTED) as UsageCount[]
export const MAX_USAGE_DAYS = 31

type DayOfUse = { date: string } & Record<UsageCount, number>

/** How an app was used on each of the last days of UTC, the oldest first; today is the last one. */
export async function appUsage(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  clientId: string,
  days: number,
): Promise<DayOfUse[]> {
  const today = Math.floor(clock.now() / DAY)
  const counts = await countActionsByDay(db, {
    clientId,
    actions: Object.values(COUNTED).flat(),
    from: firstIdAt((today - days + 1) * DAY),
    before: firstIdAt((today + 1) * DAY),
  })
  return Array.from({ length: days }, (_, index) => {
    const day = today - days + 1 + index
    const sum = (actions: readonly string[]) =>
      counts.reduce((all, row) => (row.day === day && actions.includes(row.action) ? all + row.count : all), 0)
    const ofDay = Object.entries(COUNTED).map(([name, actions]) => [name, sum(actions)])
    return { date: dateOf(day * DAY), ...(Object.fromEntries(ofDay) as Record<UsageCount, number>) }
  })
}
