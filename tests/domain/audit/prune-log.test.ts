import { expect, it } from 'vitest'
import { auditEvent } from '~/domain/audit/audit-event'
import { pruneLog } from '~/domain/audit/prune-log'
import { asUser } from '~/domain/audit/who'
import { DAY } from '~/platform/durations'
import { listAuditEvents } from '~db/queries/audit'
import { findOwner } from '~tests/support/people'
import { createTestServices } from '~tests/support/services'

it('the log is pruned of all before a day, in parts, and says so', async () => {
  const services = await createTestServices()
  const { ctx, user } = await findOwner(services)
  const record = () => auditEvent(ctx, 'user.updated', asUser(user), { userId: user.userId })
  await services.db.atomically(Array.from({ length: 2100 }, () => ({ write: record() })))
  services.clock.advance(10 * DAY)
  const until = services.clock.now()
  await services.db.run(record())
  await expect(pruneLog(ctx, until)).rejects.toThrow(/last 31 days/)
  services.clock.advance(40 * DAY)
  expect(await pruneLog(ctx, until)).toBeGreaterThanOrEqual(2100)
  expect(await listAuditEvents(services.db, {}, 10)).toMatchObject([
    { action: 'audit-log.pruned', actorId: user.userId, details: { before: new Date(until).toISOString() } },
    { action: 'user.updated', at: until },
  ])
})
