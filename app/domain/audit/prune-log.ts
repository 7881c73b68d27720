import type { AppContext } from '~/context'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { firstIdAt } from '~/platform/ids'
import { AT_ONCE, deleteEventsBefore } from '~db/queries/sweep'
import { auditEvent } from './audit-event'

/** Statistics, receivers that were paused and whoever looks into something need the last weeks. */
const LEAST_KEPT_DAYS = 31

/**
 * Deletes the events of the log before a time, for ever, part by part; that this was done is an event itself.
 * @returns how many there were
 * @throws DomainError `invalid` for a time in the last 31 days
 */
export async function pruneLog(ctx: Pick<AppContext, 'db' | 'clock' | 'actor' | 'request'>, before: number) {
  if (before > ctx.clock.now() - LEAST_KEPT_DAYS * DAY) {
    throw new DomainError('invalid', `The last ${LEAST_KEPT_DAYS} days are kept: name an earlier day.`)
  }
  let deleted = 0
  for (let part = AT_ONCE; part === AT_ONCE; deleted += part) {
    part = await ctx.db.run(deleteEventsBefore(firstIdAt(before)))
  }
  const details = { before: new Date(before).toISOString(), deleted }
  await ctx.db.run(auditEvent(ctx, 'audit-log.pruned', { type: 'tenant', id: 'tenant' }, { details }))
  return deleted
}
