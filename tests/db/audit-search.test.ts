/** Each search of the log is answered by an index, in order, whatever else it asks for. */
import Sqlite from 'better-sqlite3'
import { Client } from 'pg'
import { beforeAll, expect, it } from 'vitest'
import { type AuditSearch, auditSearch } from '~db/queries/audit'
import { createTestServices, type TestServices } from '~tests/support/services'

let services: TestServices
beforeAll(async () => {
  services = await createTestServices()
})

/** How the database would go about a search: one line for each step. */
async function planOf(search: AuditSearch, order: 'newest-first' | 'oldest-first'): Promise<string> {
  const { sql, params } = auditSearch(services.db, search, order, 50).toSQL()
  const { databaseUrl } = services.config
  if (services.db.dialect === 'sqlite') {
    const file = new Sqlite(databaseUrl.replace(/^file:/, ''), { readonly: true })
    const steps = file.prepare(`explain query plan ${sql}`).all(...params) as { detail: string }[]
    file.close()
    return steps.map(({ detail }) => detail).join('\n')
  }
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  // Tables of a test are so small that reading them from end to end would be the best plan.
  await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
  const { rows } = await client.query(`explain ${sql}`, params)
  await client.end()
  return rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n')
}

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
    const plan = await planOf(search, order)
    expect(plan).toMatch(index)
    expect(plan, 'no table is read from end to end').not.toMatch(/Seq Scan|SCAN audit_events$/)
    expect(plan, 'no rows are sorted').not.toMatch(/Sort|TEMP B-TREE/)
  }
})
