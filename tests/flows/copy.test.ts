/** A portal that outgrows one machine moves to PostgreSQL with all that it has, and can come back. */
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEncryption } from '~/platform/encryption'
import { runMigrate, runPortal, startPortal } from '~tests/support/portal-command'
import { startPostgres, type TestPostgres } from '~tests/support/postgres'
import { startProgram } from '~tests/support/process'
import { fillEveryTable, openRaw, ROWS } from '~tests/support/rows-of-every-table'

let server: TestPostgres
let folder: string
let sqlite: string
let ENCRYPTION_KEYS: string

/** As `db:migrate` leaves one; the others are copies of it. */
const MIGRATED = 'migrated'
const ISSUER = 'http://localhost:3000/'
const from = (DATABASE_URL: string) => ({ DATABASE_URL, ENCRYPTION_KEYS, ISSUER })

/** What no column kind may change on its way: numbers, NUL and quotes in JSON, the largest time, marks beyond 16 bits. */
const METADATA = JSON.stringify({ a: [1.5, 'ü \u0000 \u2028 "', null, true], z: { deep: 1e21 }, empty: [] })
const NAME = `O'Brien \\ “✓” 👩‍👩‍👧 ${'ß'.repeat(50)}`

beforeAll(async () => {
  server = await startPostgres()
  await server.create(MIGRATED)
  expect(runMigrate({ DATABASE_URL: server.url(MIGRATED) }).status).toBe(0)
  folder = mkdtempSync(join(tmpdir(), 'portal-copy-'))
  sqlite = `file:${join(folder, 'portal.db')}`
  const made = runPortal({ DATABASE_URL: sqlite, ISSUER }, 'owner', 'create', '--email', 'owner@example.com')
  expect(made.stderr).toBe('')
  ENCRYPTION_KEYS = readFileSync(join(folder, 'encryption-key'), 'utf8').trim()
  const raw = await openRaw(sqlite)
  const encryption = createEncryption([Buffer.from(ENCRYPTION_KEYS, 'base64url')])
  await fillEveryTable(raw, (column) => {
    if (column === 'user_metadata') return METADATA
    if (column === 'nickname') return NAME
    if (column === 'expires_at') return Number.MAX_SAFE_INTEGER
    if (column === 'alg') return 'RS256'
    return column.startsWith('encrypted') ? encryption.encrypt(column) : undefined
  })
  await raw.close()
})

afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

async function migrated(name: string): Promise<string> {
  await server.create(name, MIGRATED)
  return server.url(name)
}

/** Every row of every table, whatever their order. No JSON is stored as no value or as the text `null`: both are read alike. */
async function contentOf(url: string): Promise<Record<string, string[]>> {
  const raw = await openRaw(url)
  const content: Record<string, string[]> = {}
  for (const { name } of await raw.tables())
    content[name] = (await raw.rows(name)).map((row) => JSON.stringify(row).replaceAll('"null"', 'null')).sort()
  await raw.close()
  return content
}

it('every row of every table comes to PostgreSQL, is used there by the same key, and comes back as it was', async () => {
  const postgres = await migrated('there_and_back')
  const there = runPortal(from(sqlite), 'copy', '--to', postgres)
  expect(there).toMatchObject({ status: 0, stderr: '' })
  const before = await contentOf(sqlite)
  expect(Object.keys(before).length).toBeGreaterThan(50)
  for (const [table, rows] of Object.entries(before)) {
    expect(rows.length, table).toBeGreaterThanOrEqual(ROWS)
    expect(there.stdout).toMatch(new RegExp(`^${table} +${rows.length} rows$`, 'm'))
  }
  expect(there.stdout).toMatch(/^Copied: \d+ rows of \d+ tables; .* same on both sides\.\nNow set DATABASE_URL /m)
  expect(there.stdout).not.toContain('postgres://')
  const back = `file:${join(folder, 'back/portal.db')}`
  expect(runPortal(from(postgres), 'copy', '--to', back)).toMatchObject({ status: 0, stderr: '' })
  for (const [table, rows] of Object.entries(await contentOf(back))) expect(rows, table).toEqual(before[table])
  expect(runPortal(from(back), 'check').stdout).toMatch(/^database +migrated, whole/m)
  const program = await startProgram({ env: { DATABASE_URL: postgres, ENCRYPTION_KEYS } })
  expect((await fetch(program.url('/readyz'))).status).toBe(200)
})

it('a copy that was killed is continued by the next, and one that was finished changes nothing', async () => {
  const large = `file:${join(folder, 'large.db')}`
  expect(runPortal(from(sqlite), 'copy', '--to', large)).toMatchObject({ status: 0, stderr: '' })
  const raw = await openRaw(large)
  const [event = {}] = await raw.rows('audit_events')
  const EVENTS = 6_000
  for (let n = 0; n < EVENTS; n += 1) await raw.insert('audit_events', { ...event, id: `large ${n}` })
  const all = (await raw.rows('audit_events')).length
  await raw.close()
  const postgres = await migrated('killed')
  const child = startPortal(from(large), 'copy', '--to', postgres)
  child.stdout.once('data', () => child.kill('SIGKILL'))
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  const partly = (await contentOf(postgres)).audit_events?.length ?? 0
  expect(partly).toBeLessThan(EVENTS)
  const rest = runPortal(from(large), 'copy', '--to', postgres)
  expect(rest).toMatchObject({ status: 0, stderr: '' })
  expect(rest.stdout).toMatch(/^tenant_settings +4 rows, 4 were there$/m)
  const again = runPortal(from(large), 'copy', '--to', postgres)
  expect(again.stdout).toMatch(new RegExp(`^audit_events +${all} rows, ${all} were there$`, 'm'))
  expect((await contentOf(postgres)).audit_events).toHaveLength(all)
})

it('a target that is not empty, or of another version, and databases that are in use are left as they are', async () => {
  const copyTo = (to: string) => runPortal(from(sqlite), 'copy', '--to', to)
  await server.create('not_migrated')
  expect(copyTo(server.url('not_migrated'))).toMatchObject({ status: 1, stderr: /^--to: .* run npm run db:migrate\n$/ })
  expect(copyTo(server.url('nowhere'))).toMatchObject({ status: 1, stderr: /^--to: there is no database of that name/ })
  expect(copyTo(sqlite)).toMatchObject({ status: 1, stderr: /^--to: is the database of DATABASE_URL/ })
  expect(copyTo('mysql://x')).toMatchObject({ status: 1, stderr: /^--to: has to be/ })
  const missing = runPortal(from(`file:${join(folder, 'missing.db')}`), 'copy', '--to', sqlite)
  expect(missing).toMatchObject({ status: 1, stderr: /^DATABASE_URL: there is no database/ })

  const rows = await migrated('rows')
  await server.query("insert into daily_stats values ('2030-01-01', 1, 1)", 'rows')
  expect(copyTo(rows)).toMatchObject({ status: 1, stdout: '', stderr: /has rows in daily_stats/ })

  const newer = await migrated('newer')
  await server.query('update drizzle.__drizzle_migrations set created_at = created_at + 1000000', 'newer')
  expect(copyTo(newer)).toMatchObject({ status: 1, stderr: /newer than this program/ })

  const program = await startProgram({ env: { ENCRYPTION_KEYS, DATABASE_URL: await migrated('other') } })
  const other = server.url('other')
  expect(copyTo(other)).toMatchObject({ status: 1, stderr: /other connections: stop the program/ })
  await program.stop()
  expect(copyTo(other)).toMatchObject({ status: 1, stdout: '', stderr: /The target has another tenant/ })

  const serving = await startProgram()
  const served = { ...from(`file:${join(serving.folder, 'data/portal.db')}`) }
  const refused = runPortal(served, 'copy', '--to', await migrated('of_served'))
  expect(refused).toMatchObject({ status: 1, stdout: '', stderr: /is in use; stop the program first/ })
})

it('a row that differs is found, and the target is not called a copy', async () => {
  const postgres = await migrated('differs')
  expect(runPortal(from(sqlite), 'copy', '--to', postgres).status).toBe(0)
  await server.query("update users set nickname = 'Other' where user_id = 'users user_id 1'", 'differs')
  await server.query("insert into daily_stats values ('2030-01-01', 1, 1)", 'differs')
  const { status, stdout, stderr } = runPortal(from(sqlite), 'copy', '--to', postgres)
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: /not the same in users \(4 rows, and 4 in the target\), daily_stats \(3 rows, and 4 in the target\)/,
  })
  expect(stdout).not.toContain('Now set')
})
