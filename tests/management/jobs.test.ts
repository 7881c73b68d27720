import { gunzipSync } from 'node:zlib'
import { hash as argon2Hash } from '@node-rs/argon2'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { Argon2id, Bcrypt } from 'oslo/password'
import { beforeEach, describe, expect, test } from 'vitest'
import { verifySecondFactor } from '~/domain/authenticators/verify-second-factor'
import { importSome } from '~/domain/jobs/import-users'
import { JobLost, takeJob } from '~/domain/jobs/job-run'
import { beginJobs, sweepJobs } from '~/domain/jobs/run-jobs'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { DAY, MINUTE } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import { backgroundContext } from '~/services'
import { listIdentitiesByLogin } from '~db/queries/account-identities'
import { listAuditEvents } from '~db/queries/audit'
import { type Connection, insertConnection, listConnections } from '~db/queries/connections'
import { findJob, type Job, listJobParts } from '~db/queries/jobs'
import { countUsersOf, setPasswordHash } from '~db/queries/users'
import { seedOf } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, grantToClient } from '~tests/support/fixtures'
import { createEndUser, findOwner } from '~tests/support/people'
import { QUICK_HASH } from '~tests/support/test-environment'
import { createManagementWorld, type ManagementWorld } from './management-world'

type Json = Record<string, unknown>

const HASH_OF_OURS = new RegExp(`^\\$argon2id\\$v=19\\$m=${QUICK_HASH.memoryCost},`)
const OLD_PASSWORD = 'the password of another site'

let world: ManagementWorld
let connection: Connection

beforeEach(async () => {
  world = await createManagementWorld()
  const found = (await listConnections(world.services.db, {})).find(({ name }) => name.startsWith('Username'))
  if (!found) throw new Error('there is no connection')
  connection = found
})

const ctx = () => backgroundContext(world.services)
const run = async (ending?: AbortSignal) => void (await Promise.all(await beginJobs(ctx(), ending)))

/** A program of the tenant with a few scopes. */
async function newProgram(scope: string): Promise<{ manager: string; token: string }> {
  const client = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
  await grantToClient(world.services, client, scope.split(' '), world.audience)
  const answer = await world.machine.token({ grant_type: 'client_credentials', audience: world.audience }, client)
  return { manager: client.clientId, token: String(answer.json.access_token) }
}

async function sendForm(fields: Record<string, string | Blob>, bearer?: string) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  const encoded = new Response(form)
  const answer = await world.machine.app.inject({
    method: 'POST',
    url: '/api/v2/jobs/users-imports',
    headers: {
      'content-type': encoded.headers.get('content-type') ?? '',
      authorization: `Bearer ${bearer ?? (await world.tokenFor())}`,
    },
    payload: Buffer.from(await encoded.arrayBuffer()),
  })
  return { status: answer.statusCode, json: answer.json() as Json }
}

const fileOf = (rows: unknown) => new File([JSON.stringify(rows)], 'users.json')
const importUsers = (rows: unknown, given: Record<string, string> = {}, bearer?: string) =>
  sendForm({ users: fileOf(rows), connection_id: connection.id, ...given }, bearer)

async function importAll(rows: unknown, given: Record<string, string> = {}): Promise<Json> {
  const made = await importUsers(rows, given)
  expect(made).toMatchObject({ status: 202, json: { status: 'pending', type: 'users_import' } })
  await run()
  return (await world.call('GET', `/jobs/${made.json.id}`)).json
}

const errorsOf = async ({ id }: Json) =>
  (await world.call('GET', `/jobs/${id}/errors`)).json as unknown as { user: Json; errors: Json[] }[]
const identityOf = async (email: string) => (await listIdentitiesByLogin(world.services.db, email))[0]
const signIn = (login: string, password = OLD_PASSWORD) =>
  authenticateByPassword(visitorContext(world.services), [connection], { login, password })
const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ email: `person.${from + index}@import.example.com` }))

describe('an import', () => {
  test('makes users with what the file says of them, and tells the owners', async () => {
    const job = await importAll(
      [
        {
          email: 'Ada@import.example.com',
          email_verified: true,
          user_id: 'legacy-1',
          given_name: 'Ada',
          app_metadata: { plan: 'gold' },
          user_metadata: { color: 'blue' },
        },
        { email: 'blocked@import.example.com', blocked: true },
      ],
      { external_id: 'batch 1' },
    )
    expect(job).toMatchObject({
      status: 'completed',
      connection_id: connection.id,
      external_id: 'batch 1',
      percentage_done: 100,
      summary: { inserted: 2, updated: 0, failed: 0, total: 2 },
    })
    expect((await world.call('GET', '/users/auth0%7Clegacy-1')).json).toMatchObject({
      email: 'Ada@import.example.com',
      email_verified: true,
      given_name: 'Ada',
      app_metadata: { plan: 'gold' },
      user_metadata: { color: 'blue' },
    })
    expect((await identityOf('blocked@import.example.com'))?.user.blockedAt).not.toBeNull()
    const owner = await findOwner(world.services)
    expect(world.services.mailer.last(owner.email).text).toContain('2 new users, 0 changed, 0 rows refused')
    expect(world.services.mailer.sent.filter(({ to }) => to.endsWith('import.example.com'))).toEqual([])
    expect(await listAuditEvents(world.services.db, { action: 'job.finished' }, 5)).toMatchObject([
      { actorType: 'client' },
    ])
  })

  test('takes the hashes of bcrypt and argon2: people sign in with the password that they have', async () => {
    const bcrypt = await new Bcrypt({ cost: 5 }).hash(OLD_PASSWORD)
    const argon2 = await new Argon2id({ memorySize: 8192, iterations: 3 }).hash(OLD_PASSWORD)
    const custom = (algorithm: string, value: string) => ({ custom_password_hash: { algorithm, hash: { value } } })
    const rows = [
      { email: 'one@import.example.com', password_hash: bcrypt },
      { email: 'two@import.example.com', ...custom('bcrypt', bcrypt) },
      { email: 'three@import.example.com', ...custom('argon2', argon2) },
      { email: 'four@import.example.com' },
    ]
    expect(await importAll(rows)).toMatchObject({ summary: { inserted: 4, failed: 0 } })
    for (const name of ['one', 'two', 'three']) {
      const email = `${name}@import.example.com`
      await expect(signIn(email, 'wrong password')).rejects.toMatchObject({ code: 'wrong_credentials' })
      await signIn(email)
      // From now on by a hash of ours.
      expect((await identityOf(email))?.identity.passwordHash).toMatch(HASH_OF_OURS)
      await signIn(email)
    }
    await expect(signIn('four@import.example.com')).rejects.toMatchObject({ code: 'wrong_credentials' })
  })

  test('takes a hash of the text as it was typed elsewhere, and makes it anew of the normalized one', async () => {
    // NFKC makes m2 of it, and other programs do not.
    const typed = 'a room of 120m² at home'
    const email = (name: string) => `${name}.typed@import.example.com`
    const argon2 = await argon2Hash(typed, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
    const rows = [
      { email: email('bcrypt'), password_hash: await bcryptHash(typed, 5) },
      { email: email('argon2'), custom_password_hash: { algorithm: 'argon2', hash: { value: argon2 } } },
    ]
    expect(await importAll(rows)).toMatchObject({ summary: { inserted: 2, failed: 0 } })
    for (const name of ['bcrypt', 'argon2']) {
      await expect(signIn(email(name), 'a room of 120m³ at home')).rejects.toMatchObject({ code: 'wrong_credentials' })
      await signIn(email(name), typed)
      await signIn(email(name), typed.normalize('NFKC'))
    }
  })

  test('refuses a hash that no library reads; one that is stored already is a wrong password', async () => {
    const value = `$argon2id$v=19$m=19456,t=2,p=1$____________abcd$${'_'.repeat(43)}`
    const row = { email: 'unread@import.example.com' }
    const custom_password_hash = { algorithm: 'argon2', hash: { value } }
    expect(await importAll([{ ...row, custom_password_hash }])).toMatchObject({ summary: { inserted: 0, failed: 1 } })
    await importAll([row])
    const { identity } = (await identityOf(row.email)) ?? {}
    await world.services.db.run(setPasswordHash(String(identity?.id), value))
    await expect(signIn(row.email)).rejects.toMatchObject({ code: 'wrong_credentials' })
  })

  test('has a bound on its rows, and is cancelled: what is done stays, and what waits is forgotten', async () => {
    const many = Array.from({ length: 5_001 }, () => ({}))
    expect(await importUsers(many)).toMatchObject({ status: 400, json: { errorCode: 'invalid_body' } })
    const made = await importUsers(people(60, 9_000), { send_completion_email: 'false' })
    const run = await takeJob(ctx(), (await findJob(world.services.db, String(made.json.id))) as Job)
    if (!run) throw new Error('the job is not taken')
    await importSome(ctx(), run)
    const cancelled = await world.call('POST', `/jobs/${made.json.id}/cancel`)
    expect(cancelled.json).toMatchObject({ status: 'failed', status_details: 'It was cancelled.' })
    expect(cancelled.json.summary).toMatchObject({ inserted: 25 })
    expect(await importSome(ctx(), run)).toBe(false)
    expect((await world.call('POST', `/jobs/${made.json.id}/cancel`)).status).toBe(409)
  })

  test('brings the second factor along: whoever has the seed is asked for its code', async () => {
    const secret = 'JBSWY3DPEHPK3PXP'
    const rows = [
      { email: 'seed@import.example.com', mfa_factors: [{ totp: { secret } }] },
      { email: 'bad-seed@import.example.com', mfa_factors: [{ totp: { secret: 'short' } }] },
      { email: 'phone@import.example.com', mfa_factors: [{ phone: { value: '+1234' } }] },
    ]
    const job = await importAll(rows, { send_completion_email: 'false' })
    expect(job).toMatchObject({ summary: { inserted: 1, failed: 2 } })
    const errors = await errorsOf(job)
    expect(errors.map(({ errors: [first] }) => first?.code)).toEqual(['MFA_FACTORS_FAILED', 'MFA_FACTORS_FAILED'])
    const found = await identityOf('seed@import.example.com')
    if (!found) throw new Error('nobody was imported')
    const code = await totpCode(seedOf(secret), world.services.clock.now())
    expect(await verifySecondFactor(ctx(), found.user, code)).toBe('otp')
    expect(await identityOf('phone@import.example.com')).toBeUndefined()
  })

  test('refuses row by row, says why, and keeps no hash of what it refused', async () => {
    const hash = await new Bcrypt({ cost: 5 }).hash(OLD_PASSWORD)
    const { email } = world.user
    const expensive = '$argon2id$v=19$m=999999,t=99,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo'
    const rows = [
      { email: 'good@import.example.com' },
      { email: 'GOOD@import.example.com', password_hash: hash },
      { email },
      { name: 'Nobody' },
      { email: 'no address' },
      { email: 'a@import.example.com', pasword: 'as it was typed' },
      { email: 'b@import.example.com', email_verified: 'yes' },
      { email: 'c@import.example.com', password_hash: 'plain text' },
      { email: 'd@import.example.com', custom_password_hash: { algorithm: 'md5', hash: { value: 'abc' } } },
      { email: 'e@import.example.com', custom_password_hash: { algorithm: 'argon2', hash: { value: expensive } } },
      { email: 'f@import.example.com', name: '<script>' },
    ]
    const job = await importAll(rows, { send_completion_email: 'false' })
    expect(job).toMatchObject({ status: 'completed', summary: { inserted: 1, failed: 10, total: 11 } })
    const errors = await errorsOf(job)
    expect(errors.map(({ errors: [first] }) => [first?.code, first?.path])).toEqual([
      ['DUPLICATED_USER', 'email'],
      ['DUPLICATED_USER', 'email'],
      ['OBJECT_REQUIRED', 'email'],
      ['INVALID_FORMAT', 'email'],
      ['OBJECT_ADDITIONAL_PROPERTIES', undefined],
      ['INVALID_TYPE', 'email_verified'],
      ['INVALID_FORMAT', 'password_hash'],
      ['ENUM_MISMATCH', 'custom_password_hash.algorithm'],
      ['INVALID_FORMAT', 'custom_password_hash'],
      ['INVALID_FORMAT', 'name'],
    ])
    expect(errors[0]?.user).toEqual({ email: 'GOOD@import.example.com' })
    expect(JSON.stringify(errors)).not.toContain(hash)
    expect(JSON.stringify(errors)).not.toContain('as it was typed')
    const waiting = await listJobParts(world.services.db, String(job.id), { state: 'waiting', after: -1, limit: 9 })
    expect(waiting).toEqual([])
  })

  test('tells a thousand of the rows that it refused, some mistakes of each, and how many more there are', async () => {
    const wrong = { email: 1, email_verified: 1, name: 1, nickname: 1, given_name: 1, family_name: 1, picture: 1 }
    const long = { email: 'long@import.example.com', ['x'.repeat(50_000)]: 1 }
    const rows = [wrong, long, ...Array.from({ length: 1_010 }, () => ({}))]
    const job = await importAll(rows, { send_completion_email: 'false' })
    expect(job.summary).toMatchObject({ failed: 1_012 })
    const errors = await errorsOf(job)
    expect(errors).toHaveLength(1_001)
    expect(errors[0]?.errors).toHaveLength(6)
    expect(errors[0]?.errors.at(-1)).toMatchObject({ code: 'MORE_ERRORS', message: expect.stringMatching(/: 2\./) })
    expect(JSON.stringify(errors[1]).length).toBeLessThan(1_000)
    const last = { code: 'MORE_ROWS', message: expect.stringMatching(/: 12\./) }
    expect(errors.at(-1)).toEqual({ user: {}, errors: [last] })
  })

  test('changes users that there are only where it is to, and never their password', async () => {
    const person = await createEndUser(world.services)
    const hash = await new Bcrypt({ cost: 5 }).hash(OLD_PASSWORD)
    const rows = [{ email: person.email, given_name: 'Changed', user_metadata: { a: 1 }, password_hash: hash }]
    expect(await importAll(rows)).toMatchObject({ summary: { inserted: 0, updated: 0, failed: 1 } })
    expect(await importAll(rows, { upsert: 'true' })).toMatchObject({ summary: { inserted: 0, updated: 1, failed: 0 } })
    const found = (await world.call('GET', `/users/${encodeURIComponent(person.user.userId)}`)).json
    expect(found).toMatchObject({ given_name: 'Changed', name: person.user.name, user_metadata: { a: 1 } })
    await signIn(person.email, person.password)
  })

  test('takes 500 KB of a JSON array of objects, and a database connection', async () => {
    for (const rows of [{}, [], [1], [[]], 'text'])
      expect((await importUsers(rows)).json).toMatchObject({ statusCode: 400, errorCode: 'invalid_body' })
    const form = { users: fileOf(people(1)), connection_id: connection.id }
    for (const given of [
      { ...form, users: new File(['{'], 'users.json') },
      { ...form, users: 'text' },
      { ...form, x: '1' },
    ])
      expect((await sendForm(given)).status).toBe(400)
    expect((await sendForm({ connection_id: connection.id })).json.message).toContain('users')
    const portal = (await listConnections(world.services.db, {})).find(({ area }) => area === 'portal')
    for (const id of ['con_none', portal?.id ?? ''])
      expect((await importUsers(people(1), { connection_id: id })).json).toMatchObject({ statusCode: 404 })
    const padding = (bytes: number) => [{ email: 'x@import.example.com', user_metadata: { text: 'x'.repeat(bytes) } }]
    expect((await importUsers(padding(500 * 1024))).status).toBe(400)
    expect((await importUsers(padding(600 * 1024))).status).toBe(413)
    expect((await importUsers(padding(500 * 1024 - 200))).status).toBe(202)
    expect((await world.call('POST', '/jobs/users-imports', { connection_id: connection.id })).status).toBe(415)
  })

  test('needs the scopes for what it does', async () => {
    const creator = await world.tokenFor('create:users')
    expect((await importUsers(people(1), {}, await world.tokenFor('read:users'))).status).toBe(403)
    expect((await importUsers(people(1), { upsert: 'true' }, creator)).status).toBe(403)
    expect((await importUsers(people(1), { upsert: 'false' }, creator)).status).toBe(202)
  })

  test('waits while two others are under way', async () => {
    expect((await importUsers(people(1))).status).toBe(202)
    expect((await importUsers(people(1, 1))).status).toBe(202)
    expect((await importUsers(people(1, 2))).json).toMatchObject({ statusCode: 429, errorCode: 'too_many_requests' })
    await run()
    expect((await importUsers(people(1, 2))).status).toBe(202)
  })

  test('is done once, however many nodes set about it', async () => {
    const before = await countUsersOf(world.services.db, [connection.id])
    const { json: job } = await importUsers(people(60))
    await Promise.all([run(), run(), run(), run()])
    expect((await world.call('GET', `/jobs/${job.id}`)).json).toMatchObject({
      status: 'completed',
      summary: { inserted: 60, failed: 0 },
    })
    expect(await countUsersOf(world.services.db, [connection.id])).toBe(before + 60)
    expect(await listAuditEvents(world.services.db, { action: 'job.finished' }, 5)).toHaveLength(1)
  })

  test('that a node dies at is gone on with by another, which skips nobody and makes nobody twice', async () => {
    const { db, clock } = world.services
    const { json } = await importUsers(people(60))
    const waiting = await findJob(db, String(json.id))
    if (!waiting) throw new Error('there is no job')
    const dying = await takeJob(ctx(), waiting)
    if (!dying) throw new Error('the job could not be taken')
    expect(await importSome(ctx(), dying)).toBe(true)
    await run()
    expect(await findJob(db, waiting.id)).toMatchObject({ status: 'processing', done: 25 })
    clock.advance(1 * MINUTE)
    const next = await takeJob(ctx(), waiting)
    await expect(importSome(ctx(), dying)).rejects.toBeInstanceOf(JobLost)
    expect(next).toBeDefined()
    clock.advance(1 * MINUTE)
    await run()
    expect((await world.call('GET', `/jobs/${waiting.id}`)).json).toMatchObject({
      status: 'completed',
      summary: { inserted: 60, updated: 0, failed: 0, total: 60 },
    })
  })
})

test('a process that ends leaves its jobs after a part, and another goes on at once', async () => {
  const { json: job } = await importUsers(people(60))
  const ending = new AbortController()
  const [underWay] = await beginJobs(ctx(), ending.signal)
  ending.abort()
  await underWay
  expect(await findJob(world.services.db, String(job.id))).toMatchObject({ finishedAt: null, heldUntil: null })
  await run()
  expect((await world.call('GET', `/jobs/${job.id}`)).json).toMatchObject({ summary: { inserted: 60, failed: 0 } })
})

test('a failure of ours is logged, and the job gone on with after a while', async () => {
  const { json: job } = await importUsers(people(3))
  const { services } = world
  const failing = { ...services, db: { ...services.db, atomically: () => Promise.reject(new Error('a full disk')) } }
  await Promise.all(await beginJobs(backgroundContext(failing)))
  expect((await world.call('GET', `/jobs/${job.id}`)).json).toMatchObject({ status: 'processing' })
  services.clock.advance(1 * MINUTE)
  await run()
  expect((await world.call('GET', `/jobs/${job.id}`)).json).toMatchObject({ summary: { inserted: 3 } })
})

describe('an export', () => {
  async function exportAll(body: object, bearer?: string): Promise<Json> {
    const made = await world.call('POST', '/jobs/users-exports', body, bearer)
    expect(made.status).toBe(201)
    expect(made.json).not.toHaveProperty('location')
    await run()
    return (await world.call('GET', `/jobs/${made.json.id}`, undefined, bearer)).json
  }
  async function fetchFile(location: unknown) {
    const url = new URL(String(location))
    const answer = await world.machine.app.inject({ method: 'GET', url: url.pathname + url.search })
    return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload }
  }
  const linesOf = async ({ location }: Json) =>
    gunzipSync((await fetchFile(location)).bytes)
      .toString('utf8')
      .split(/\r?\n/)
      .filter(Boolean)

  test('writes everybody of a connection to one file, in pieces', async () => {
    await importAll(people(520), { send_completion_email: 'false' })
    const total = await countUsersOf(world.services.db, [connection.id])
    const job = await exportAll({ connection_id: connection.id })
    expect(job).toMatchObject({ status: 'completed', format: 'json', percentage_done: 100 })
    const pieces = await listJobParts(world.services.db, String(job.id), { state: 'written', after: -1, limit: 9 })
    expect(pieces).toHaveLength(2)
    const rows = (await linesOf(job)).map((line) => JSON.parse(line) as Json)
    expect(rows).toHaveLength(total)
    expect(new Set(rows.map(({ user_id }) => user_id)).size).toBe(total)
    expect(rows[0]).toMatchObject({ email: expect.any(String), email_verified: expect.any(Boolean) })
    expect(JSON.stringify(rows)).not.toContain('argon2')
    expect(JSON.stringify(rows)).not.toContain((await findOwner(world.services)).email)
  })

  test('has the fields that are asked for, under other titles too, as JSON and as CSV', async () => {
    const rows = [
      {
        email: 'f@import.example.com',
        name: '=cmd("x")',
        user_metadata: { plan: 'a,b' },
        app_metadata: { n: { m: 1 } },
      },
    ]
    await importAll(rows)
    const fields = [
      { name: 'email' },
      { name: 'name', export_as: 'Full name' },
      { name: 'user_metadata.plan', export_as: 'plan' },
      { name: 'app_metadata.n.m' },
      { name: 'identities[0].connection', export_as: 'from' },
      { name: 'user_metadata.constructor' },
    ]
    const csv = await linesOf(await exportAll({ format: 'csv', fields }))
    expect(csv[0]).toBe('email,Full name,plan,app_metadata.n.m,from,user_metadata.constructor')
    expect(csv).toContain(`f@import.example.com,"'=cmd(""x"")","a,b",1,${connection.name},`)
    const json = (await linesOf(await exportAll({ fields }))).map((line) => JSON.parse(line) as Json)
    expect(json).toContainEqual({
      email: 'f@import.example.com',
      'Full name': '=cmd("x")',
      plan: 'a,b',
      'app_metadata.n.m': 1,
      from: connection.name,
    })
    for (const name of ['', '__proto__; drop', 'a'.repeat(400)])
      expect((await world.call('POST', '/jobs/users-exports', { fields: [{ name }] })).status).toBe(400)
  })

  test('stops at its limit, and may be empty', async () => {
    await importAll(people(7))
    expect(await linesOf(await exportAll({ limit: 3 }))).toHaveLength(3)
    const empty = { ...connection, id: 'con_0000000000000000', name: 'Nobody-yet' }
    await world.services.db.run(insertConnection(empty))
    const job = await exportAll({ connection_id: empty.id, format: 'csv', fields: [{ name: 'email' }] })
    expect(await linesOf(job)).toEqual(['email'])
  })

  test('is fetched by nobody any more when the program is gone that asked for it', async () => {
    const { manager, token } = await newProgram('read:users')
    const made = await world.call('POST', '/jobs/users-exports', {}, token)
    await run()
    const { location } = (await world.call('GET', `/jobs/${made.json.id}`, undefined, token)).json
    expect((await fetchFile(location)).status).toBe(200)
    await world.call('DELETE', `/clients/${manager}`)
    expect((await fetchFile(location)).status).toBe(404)
  })

  test('is fetched by its address for ten minutes, by nobody who changes it, and told to who may read users', async () => {
    const job = await exportAll({})
    const { location } = job
    const { status, headers } = await fetchFile(location)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="users.json.gz"',
      'cache-control': 'no-store',
    })
    const url = new URL(String(location))
    const changed = (name: string, value: string) => {
      const other = new URL(url)
      other.searchParams.set(name, value)
      return other.href
    }
    const later = String(Number(url.searchParams.get('expires')) + DAY)
    for (const address of [changed('expires', later), changed('signature', 'x'), `${url.origin}${url.pathname}`])
      expect((await fetchFile(address)).status).toBe(404)
    const narrow = await world.call('GET', `/jobs/${job.id}`, undefined, await world.tokenFor('update:users'))
    expect(narrow.json).not.toHaveProperty('location')
    world.services.clock.advance(10 * MINUTE)
    expect((await fetchFile(location)).status).toBe(404)
    const again = await world.call('GET', `/jobs/${job.id}`, undefined, await world.tokenFor())
    expect((await fetchFile(again.json.location)).status).toBe(200)
  })

  test('is forgotten a day after, with all that it has of people', async () => {
    const job = await exportAll({})
    world.services.clock.advance(1 * DAY + 1)
    await sweepJobs(world.services)
    const bearer = await world.tokenFor()
    expect((await world.call('GET', `/jobs/${job.id}`, undefined, bearer)).json).toMatchObject({
      statusCode: 404,
      errorCode: 'inexistent_job',
    })
    const parts = world.services.db.handle.t.jobParts
    expect(await world.services.db.handle.sql.$count(parts)).toBe(0)
  })
})

describe('a verification mail', () => {
  test('is sent by a job, with the app to go on to', async () => {
    const person = await createEndUser(world.services)
    const { clientId } = await createFirstPartyClient(world.services)
    const before = world.services.mailer.sent.length
    const made = await world.call('POST', '/jobs/verification-email', {
      user_id: person.user.userId,
      client_id: clientId,
    })
    expect(made.status).toBe(201)
    expect(made.json).toEqual({
      id: expect.stringMatching(/^job_\w{16}$/),
      type: 'verification_email',
      status: 'pending',
      created_at: expect.any(String),
    })
    expect(world.services.mailer.sent).toHaveLength(before)
    await run()
    expect((await world.call('GET', `/jobs/${made.json.id}`)).json).toMatchObject({ status: 'completed' })
    expect(world.services.mailer.link(person.email).pathname).toBe('/account/verify-email')
    expect(world.services.mailer.sent).toHaveLength(before + 1)
  })

  test('is for users that there are', async () => {
    const owner = await findOwner(world.services)
    for (const user_id of ['auth0|none', owner.user.userId])
      expect((await world.call('POST', '/jobs/verification-email', { user_id })).json).toMatchObject({
        errorCode: 'inexistent_user',
      })
  })
})
