import type { AppContext } from '~/context'
import { dateOf } from '~/platform/dates'
import { also, must } from '~db/database'
import {
  addClientUsage,
  addDailyStats,
  type ClientUsage,
  type CountableEvent,
  type DailyStats,
  findCountedUntil,
  listCountableEvents,
  moveCountedUntil,
  type UsageCount,
} from '~db/queries/statistics'
import type { AuditAction } from './audit-event'
import { settledBefore } from './settled'

/** What is counted of a client, and the events that count. Nothing tells of a single person. */
const OF_CLIENT = {
  sign_ins: ['code.issued', 'device.allowed'],
  consents_granted: ['consent.granted'],
  consents_denied: ['consent.denied', 'device.denied'],
  consents_revoked: ['consent.revoked'],
  tokens_issued: ['code.exchanged', 'token.issued'],
  tokens_refreshed: ['token.refreshed'],
  authentication_failures: ['client.authentication-failed'],
} as const satisfies Record<UsageCount, AuditAction[]>

export const USAGE_COUNTS = Object.keys(OF_CLIENT) as UsageCount[]
const NAME_OF = new Map<string, UsageCount>(
  USAGE_COUNTS.flatMap((name) => OF_CLIENT[name].map((action) => [action, name] as const)),
)

/** Sign-ins on our pages, and those with a password at the token endpoint; by their types in the log. */
const LOGINS = ['s', 'sepft']
const SIGNUPS = ['ss']

const AT_ONCE = 1000
/** A run ends after so many: the next one goes on. */
const PAGES = 20

class CountedElsewhere extends Error {}

/**
 * Counts what has happened since the last run, by day and by client, so that nobody who asks has to. Each event counts
 * once, however many nodes count at the same time: how far they are counted is stored together with what they come to.
 */
export async function countEvents(ctx: Pick<AppContext, 'db' | 'clock' | 'metrics'>): Promise<void> {
  const before = settledBefore(ctx)
  let after = await findCountedUntil(ctx.db)
  for (let page = 0; page < PAGES; page += 1) {
    const events = await listCountableEvents(ctx.db, { after, before, limit: AT_ONCE })
    const last = events.at(-1)
    if (!last) return
    const days = sumUp(events.flatMap(dayOf), ({ date }) => date, addDays)
    const usage = sumUp(events.flatMap(useOf), ({ clientId, date, name }) => `${clientId} ${date} ${name}`, addUses)
    try {
      await ctx.db.atomically([
        must(moveCountedUntil(after, last.id), () => new CountedElsewhere()),
        ...(days.length > 0 ? [also(addDailyStats(days))] : []),
        ...(usage.length > 0 ? [also(addClientUsage(usage))] : []),
      ])
    } catch (error) {
      if (error instanceof CountedElsewhere) return
      throw error
    }
    for (const { type } of events) ctx.metrics.events.inc({ type })
    if (events.length < AT_ONCE) return
    after = last.id
  }
}

function dayOf({ at, type }: CountableEvent): DailyStats[] {
  const logins = Number(LOGINS.includes(type))
  const signups = Number(SIGNUPS.includes(type))
  return logins + signups > 0 ? [{ date: dateOf(at), logins, signups }] : []
}

function useOf({ at, action, clientId }: CountableEvent): ClientUsage[] {
  const name = NAME_OF.get(action)
  return name && clientId !== null ? [{ clientId, date: dateOf(at), name, count: 1 }] : []
}

const addDays = (a: DailyStats, b: DailyStats): DailyStats => ({
  ...a,
  logins: a.logins + b.logins,
  signups: a.signups + b.signups,
})

const addUses = (a: ClientUsage, b: ClientUsage): ClientUsage => ({ ...a, count: a.count + b.count })

/** One row for all of a key: a statement can change no row twice. */
function sumUp<Row>(rows: Row[], keyOf: (row: Row) => string, add: (a: Row, b: Row) => Row): Row[] {
  const sums = new Map<string, Row>()
  for (const row of rows) {
    const sum = sums.get(keyOf(row))
    sums.set(keyOf(row), sum ? add(sum, row) : row)
  }
  return [...sums.values()]
}
