/** Each search of the log is answered by an index, in order, whatever else it asks for. */
import { beforeAll, expect, it } from 'vitest'
import { type AuditSearch, auditSearch } from '~db/queries/audit'
import { planOf } from '~tests/support/query-plan'
import { createTestServices, type TestServices } from '~tests/support/services'

let services: TestServices
beforeAll(async () => {
  services = await createTestServices()
})

const SEARCHES: [string, AuditSearch, RegExp][] = [
  ['everything', {}, /audit_events/],
  ['a time', { from: '0189', before: '018a' }, /pkey|PRIMARY|autoindex/i],
  ['one event', { id: ['018a'] }, /pkey|PRIMARY|autoindex/i],
  ['a user', { userId: ['u'] }, /audit_events_user/],
  ['a client', { clientId: ['c'] }, /audit_events_client/],
  ['an address', { ip: ['1.1.1.1'] }, /audit_events_ip/],
  ['a connection', { connectionId: ['con_1'] }, /audit_events_connection/],
  ['a type', { type: ['s'] }, /audit_events_type/],
  ['a type in a time', { type: ['s'], from: '0189', before: '018a' }, /audit_events_type/],
  ['a user and a type', { userId: ['u'], type: ['s'] }, /audit_events_user/],
  ['a client, an address and types', { clientId: ['c'], ip: ['1.1.1.1'], type: ['s', 'f'] }, /audit_events_client/],
]

it.each(SEARCHES)('%s is found by an index, and nothing is sorted', async (_what, search, index) => {
  for (const order of ['newest-first', 'oldest-first'] as const) {
    const plan = await planOf(services, auditSearch(services.db, search, order, 50))
    expect(plan).toMatch(index)
    expect(plan, 'no table is read from end to end').not.toMatch(/Seq Scan|SCAN audit_events$/)
    expect(plan, 'no rows are sorted').not.toMatch(/Sort|TEMP B-TREE/)
  }
})
