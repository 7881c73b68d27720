/** The ManagementClient of auth0@7, unmodified, against a real process. */
import { generateKeyPairSync } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { ManagementClient } from 'auth0-v7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestClient } from '~tests/support/fixtures'
import { PASSWORD, type Prepared, startTenant } from './tenant'

const CONNECTION = 'Username-Password-Authentication'

let tenant: Prepared<{ manager: TestClient }>
let auth0: ManagementClient

beforeAll(async () => {
  tenant = await startTenant(async ({ manager }) => ({ manager: await manager() }))
  const { clientId, secret = '' } = tenant.made.manager
  auth0 = new ManagementClient({ domain: new URL(tenant.issuer).host, clientId, clientSecret: secret })
})

afterAll(() => expect(tenant.problems()).toBe(''))

/** Everything of a list, page by page, as the SDK walks it. */
async function all<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of pages) items.push(item)
  return items
}

describe('clients', () => {
  it('are made, read, changed, listed, rotated and deleted', async () => {
    const made = await auth0.clients.create({ name: 'By auth0@7', is_first_party: false, app_type: 'regular_web' })
    const id = made.client_id ?? ''
    expect(made).toMatchObject({ is_first_party: false, third_party_security_mode: 'permissive' })
    const type = await auth0.clients.get(id, { fields: 'is_first_party', include_fields: true })
    expect(type.is_first_party).toBe(false)
    expect((await auth0.clients.update(id, { description: 'Changed' })).description).toBe('Changed')
    expect((await all(await auth0.clients.list())).map(({ client_id }) => client_id)).toContain(id)
    expect((await auth0.clients.rotateSecret(id)).client_secret).not.toBe(made.client_secret)
    expect(await all(await auth0.clients.connections.get(id))).toBeDefined()
    await auth0.clients.delete(id)
    await expect(auth0.clients.get(id)).rejects.toMatchObject({
      statusCode: 404,
      body: { errorCode: 'inexistent_client' },
    })
  })

  it('are refused with the sentence that says what is wrong', async () => {
    await expect(auth0.clients.create({ name: '<b>' })).rejects.toMatchObject({ statusCode: 400 })
  })

  it('prove themselves by keys', async () => {
    const { client_id: id = '' } = await auth0.clients.create({ name: 'Signer' })
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const key = await auth0.clients.credentials.create(id, { credential_type: 'public_key', name: 'Key', pem })
    expect(await auth0.clients.credentials.list(id)).toHaveLength(1)
    await auth0.clients.update(id, {
      client_authentication_methods: { private_key_jwt: { credentials: [{ id: key.id ?? '' }] } },
    })
    expect((await auth0.clients.credentials.get(id, key.id ?? '')).kid).toBe(key.kid)
    await auth0.clients.credentials.delete(id, key.id ?? '')
  })
})

describe('APIs and client grants', () => {
  it('are made, read, changed, listed and deleted', async () => {
    const api = await auth0.resourceServers.create({ identifier: 'https://v7.example.com/', name: 'Made by v7' })
    const id = api.id ?? ''
    await auth0.resourceServers.update(id, { scopes: [{ value: 'read:it', description: 'Read it' }] })
    expect((await auth0.resourceServers.get(id)).scopes).toHaveLength(1)
    expect((await all(await auth0.resourceServers.list())).length).toBeGreaterThan(1)
    const client = await auth0.clients.create({ name: 'Program', app_type: 'non_interactive' })
    const grant = await auth0.clientGrants.create({
      client_id: client.client_id ?? '',
      audience: 'https://v7.example.com/',
      scope: ['read:it'],
    })
    expect((await auth0.clientGrants.update(grant.id ?? '', { scope: [] })).scope).toEqual([])
    expect(await all(await auth0.clientGrants.list({ client_id: client.client_id }))).toHaveLength(1)
    await auth0.clientGrants.delete(grant.id ?? '')
    await auth0.resourceServers.delete(id)
  })
})

describe('users', () => {
  it('are made, found, changed, linked, parted and deleted', async () => {
    const make = (email: string) =>
      auth0.users.create({ connection: CONNECTION, email, password: PASSWORD, email_verified: true })
    const [first, second] = [await make('first.v7@example.com'), await make('second.v7@example.com')]
    const [id = '', other = ''] = [first.user_id, second.user_id]
    expect((await auth0.users.get(id)).email).toBe('first.v7@example.com')
    expect((await auth0.users.update(id, { user_metadata: { theme: 'dark' } })).user_metadata).toEqual({
      theme: 'dark',
    })
    expect(await all(await auth0.users.list({ q: 'email:first.v7*', search_engine: 'v3' }))).toHaveLength(1)
    expect(await auth0.users.listUsersByEmail({ email: 'second.v7@example.com' })).toHaveLength(1)
    const linked = await auth0.users.identities.link(id, { provider: 'auth0', user_id: other })
    expect(linked).toHaveLength(2)
    expect(await auth0.users.identities.delete(id, 'auth0', other.replace('auth0|', ''))).toHaveLength(1)
    expect((await auth0.users.get(other)).email).toBe('second.v7@example.com')
    for (const userId of [id, other]) await auth0.users.delete(userId)
    await expect(auth0.users.get(id)).rejects.toMatchObject({ statusCode: 404 })
  })

  it('tell what they have: enrollments, methods, logs, sessions, refresh tokens, consents, blocks', async () => {
    const [user] = await auth0.users.listUsersByEmail({ email: tenant.email })
    const id = user?.user_id ?? ''
    expect(await auth0.users.enrollments.get(id)).toEqual([])
    expect(await all(await auth0.users.authenticationMethods.list(id))).toBeDefined()
    expect(await all(await auth0.users.logs.list(id, { per_page: 10, page: 0 }))).toBeDefined()
    expect(await all(await auth0.users.sessions.list(id))).toEqual([])
    expect(await all(await auth0.users.refreshToken.list(id))).toEqual([])
    expect(await all(await auth0.userGrants.list({ user_id: id }))).toEqual([])
    expect((await auth0.userBlocks.list(id)).blocked_for).toEqual([])
    expect((await auth0.userBlocks.listByIdentifier({ identifier: tenant.email })).blocked_for).toEqual([])
    expect(await all(await auth0.deviceCredentials.list({ user_id: id }))).toEqual([])
    await auth0.users.multifactor.invalidateRememberBrowser(id)
    await auth0.userBlocks.delete(id)
    await auth0.users.sessions.delete(id)
    await auth0.users.refreshToken.delete(id)
    await auth0.userGrants.deleteByUserId({ user_id: id })
  })

  it('are mailed and handed links', async () => {
    const made = await auth0.users.create({
      connection: CONNECTION,
      email: 'linked.v7@example.com',
      password: PASSWORD,
    })
    const user_id = made.user_id ?? ''
    expect((await auth0.tickets.verifyEmail({ user_id })).ticket).toContain('ticket=')
    expect((await auth0.tickets.changePassword({ user_id })).ticket).toContain(`${tenant.issuer}u/reset-password`)
  })
})

describe('connections', () => {
  it('are made, read, changed, listed, enabled and deleted', async () => {
    const made = await auth0.connections.create({ name: 'made-by-v7', strategy: 'auth0' })
    const id = made.id ?? ''
    expect((await auth0.connections.get(id)).name).toBe('made-by-v7')
    await auth0.connections.update(id, { is_domain_connection: true })
    expect((await all(await auth0.connections.list())).map(({ name }) => name)).toContain('made-by-v7')
    const client = await auth0.clients.create({ name: 'Of the connection', app_type: 'regular_web' })
    const clientId = client.client_id ?? ''
    await auth0.connections.clients.update(id, [{ client_id: clientId, status: true }])
    expect((await all(await auth0.connections.clients.get(id))).map(({ client_id }) => client_id)).toContain(clientId)
    await auth0.connections.checkStatus(id)
    await auth0.connections.delete(id)
  })
})

describe('the tenant', () => {
  it('has settings', async () => {
    const { friendly_name } = await auth0.tenants.settings.get()
    await auth0.tenants.settings.update({ friendly_name: 'Renamed' })
    expect((await auth0.tenants.settings.get({ fields: 'friendly_name' })).friendly_name).toBe('Renamed')
    await auth0.tenants.settings.update({ friendly_name, flags: { enable_client_connections: true } })
  })

  it('has keys that are rotated and revoked', async () => {
    const before = await auth0.keys.signing.list()
    const current = before.find((key) => key.current)
    expect(current?.cert).toContain('BEGIN CERTIFICATE')
    await auth0.keys.signing.rotate()
    // The key that follows has to be known everywhere first: the one before signs a few minutes more.
    expect(await auth0.keys.signing.list()).toHaveLength(before.length + 1)
    expect((await auth0.keys.signing.get(current?.kid ?? '')).current_until).toBeDefined()
    await expect(auth0.keys.signing.revoke(current?.kid ?? '')).rejects.toMatchObject({ statusCode: 409 })
  })

  it('has a log, streams of it, and statistics', async () => {
    const [entry] = await all(await auth0.logs.list({ per_page: 5, page: 0, sort: 'date:-1' }))
    expect((await auth0.logs.get(entry?.log_id ?? '')).type).toBe(entry?.type)
    const stream = (await auth0.logStreams.create({
      name: 'Stream',
      type: 'http',
      sink: { httpEndpoint: 'https://receiver.example.com/', httpContentFormat: 'JSONLINES' },
    })) as { id?: string }
    await auth0.logStreams.update(stream.id ?? '', { status: 'paused' })
    expect(await auth0.logStreams.list()).toHaveLength(1)
    await auth0.logStreams.delete(stream.id ?? '')
    expect(await auth0.stats.getActiveUsersCount()).toEqual(expect.any(Number))
    expect(await auth0.stats.getDaily({ from: '20300101', to: '20300102' })).toBeDefined()
  })
})

describe('how the pages look, speak and protect', () => {
  it('has branding, texts and mails', async () => {
    await auth0.branding.update({ colors: { primary: '#0a5cff' } })
    expect((await auth0.branding.get()).colors?.primary).toBe('#0a5cff')
    expect(await auth0.prompts.getSettings()).toBeDefined()
    await auth0.prompts.customText.set('login', 'en', { login: { title: 'Come in' } })
    expect(await auth0.prompts.customText.get('login', 'en')).toEqual({ login: { title: 'Come in' } })
    const mail = {
      template: 'verify_email' as const,
      subject: 'Is this you?',
      from: 'Portal <no-reply@example.com>',
      body: '<p>Follow {{ url }}</p>',
      syntax: 'liquid',
      enabled: true,
    }
    await auth0.emailTemplates.create(mail)
    expect((await auth0.emailTemplates.get('verify_email')).subject).toBe('Is this you?')
    await auth0.emailTemplates.update('verify_email', { enabled: false })
  })

  it('has limits for guessers', async () => {
    const { bruteForceProtection, suspiciousIpThrottling, breachedPasswordDetection } = auth0.attackProtection
    await bruteForceProtection.update({ max_attempts: 5 })
    expect((await bruteForceProtection.get()).max_attempts).toBe(5)
    expect((await suspiciousIpThrottling.get()).enabled).toBeDefined()
    expect((await breachedPasswordDetection.get()).enabled).toBeDefined()
  })
})

describe('jobs', () => {
  it('import and export users, and send mails', async () => {
    const [connection] = await all(await auth0.connections.list({ name: CONNECTION }))
    const connection_id = connection?.id ?? ''
    const people = [{ email: 'imported.v7@example.com', email_verified: true, name: 'Imported' }]
    const users = new Blob([JSON.stringify(people)], { type: 'application/json' })
    const imported = await auth0.jobs.usersImports.create({ users, connection_id })
    await isDone(imported.id ?? '')
    expect(await auth0.jobs.errors.get(imported.id ?? '')).toEqual([])
    const [user] = await auth0.users.listUsersByEmail({ email: 'imported.v7@example.com' })
    expect(user?.name).toBe('Imported')
    const exported = await auth0.jobs.usersExports.create({ connection_id, format: 'json' })
    expect(await isDone(exported.id ?? '')).toHaveProperty('location')
    const mailed = await auth0.jobs.verificationEmail.create({ user_id: user?.user_id ?? '' })
    await isDone(mailed.id ?? '')
  })
})

/** Waits for a job to end well. */
async function isDone(id: string): Promise<object> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const job = await auth0.jobs.get(id)
    if (job.status === 'completed') return job
    if (job.status === 'failed' || Date.now() > deadline) throw new Error(`the job is ${job.status}`)
    await setTimeout(200)
  }
}

it('a missing scope and a wrong audience are errors of their classes', async () => {
  const weak = new ManagementClient({ domain: new URL(tenant.issuer).host, token: 'a.b.c' })
  await expect(weak.clients.list()).rejects.toMatchObject({
    statusCode: 401,
    name: expect.stringContaining('Unauthorized'),
  })
})
