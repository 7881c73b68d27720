/** What an operator is told of a PostgreSQL that cannot be used: a sentence for each cause, and nothing that is secret. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findFreePort } from '~tests/support/free-port'
import { runMigrate, runPortal } from '~tests/support/portal-command'
import { startPostgres, type TestPostgres } from '~tests/support/postgres'
import { type Program, startProgram } from '~tests/support/process'

let server: TestPostgres
let url: string
const ENCRYPTION_KEYS = Buffer.alloc(32, 9).toString('base64url')

beforeAll(async () => {
  server = await startPostgres()
  await server.create('portal')
  url = server.url('portal')
})

afterAll(() => server.stop())

const withUrl = (DATABASE_URL: string) => ({ DATABASE_URL, ENCRYPTION_KEYS, ISSUER: 'http://localhost:3000/' })

/** What a start says that comes to nothing. */
const startOf = (DATABASE_URL: string): Promise<string> =>
  startProgram({ env: { DATABASE_URL, ENCRYPTION_KEYS } }).then(
    () => 'it started',
    (error: Error) => error.message,
  )

it.each<[string, () => Promise<string>, RegExp]>([
  ['the database is not migrated', async () => url, /not migrated: npm run db:migrate/],
  ['the password is wrong', async () => url.replace(':postgres@', ':wrong@'), /refuses the user name or the password/],
  ['the database is missing', async () => server.url('nowhere'), /no database of that name/],
  [
    'no server runs',
    async () => `postgres://postgres:postgres@127.0.0.1:${await findFreePort()}/portal`,
    /nothing listens at that host and port/,
  ],
])('a start, a command and a migration say in one sentence that %s', async (_, urlOf, sentence) => {
  const given = await urlOf()
  const check = runPortal(withUrl(given), 'check')
  expect(check.status).toBe(1)
  const said = [await startOf(given), check.stderr, given === url ? '' : runMigrate(withUrl(given)).stderr]
  for (const text of said.filter(Boolean)) {
    expect(text).toMatch(sentence)
    expect(text).not.toMatch(/postgres:\/\/|select |\n {4}at /)
  }
})

it('a role that may not write is told so, and the key that it would have written is in no output', async () => {
  expect(runMigrate(withUrl(url))).toMatchObject({ status: 0, stdout: 'The database is up to date.\n' })
  await server.query("create role reader login password 'reader' in role pg_read_all_data")
  const said = await startOf(url.replace('postgres:postgres@', 'reader:reader@'))
  expect(said).toMatch(/the role lacks a right/)
  expect(said).not.toMatch(/eyJ|insert into|params/)
})

let program: Program

it('a command that the database refuses for a reason of its own prints neither its statement nor a parameter', async () => {
  program = await startProgram({ env: { DATABASE_URL: url, ENCRYPTION_KEYS, DATABASE_POOL_SIZE: '3' } })
  await server.query(
    "create function no() returns trigger as 'begin raise ''not today''; end' language plpgsql",
    'portal',
  )
  await server.query('create trigger no before insert on signing_keys execute function no()', 'portal')
  const { status, stdout, stderr } = runPortal(withUrl(url), 'keys', 'rotate')
  await server.query('drop trigger no on signing_keys', 'portal')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('not today (P0001)')
  expect(stderr).not.toMatch(/eyJ|insert into|params/i)
})

it('no more connections are open than DATABASE_POOL_SIZE says', async () => {
  await Promise.all(Array.from({ length: 30 }, () => fetch(program.url('/portal/sign-in')).then((one) => one.text())))
  const rows = await server.query("select 1 from pg_stat_activity where datname = 'portal'")
  expect(rows).toHaveLength(3)
  const metrics = await (await fetch(program.url('/metrics'))).text()
  const [used, idle] = ['used', 'idle'].map((state) =>
    Number(new RegExp(`^portal_database_connections\\{state="${state}"\\} (\\d+)$`, 'm').exec(metrics)?.[1]),
  )
  expect(Number(used) + Number(idle)).toBe(3)
  expect(metrics).toMatch(/^portal_background_last_success_seconds\{task="mails"\} \d+/m)
})

it('a server that hangs is told of in seconds, and a process that waits for it ends when it is told to', async () => {
  const letGo = server.hang()
  try {
    const from = performance.now()
    const token = fetch(program.url('/oauth/token'), {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' }),
    })
    const ready = await fetch(program.url('/readyz'))
    const untilReady = performance.now() - from
    expect((await token).status).toBe(503)
    expect(ready.status).toBe(503)
    // Both bounds are those of the program, with room for a machine that is busy.
    expect(untilReady).toBeLessThan(6_000)
    expect(performance.now() - from).toBeLessThan(10_000)
    expect(runPortal(withUrl(url), 'check')).toMatchObject({ status: 1, stderr: /the database does not answer/ })
    await sleep(100)
    expect(await program.stop()).toBe(0)
  } finally {
    letGo()
  }
})
