/** The ManagementClient of auth0@4, unmodified, against a real process. */
import { ManagementClient } from 'auth0'
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

describe('clients', () => {
  it('are made, read, changed, listed, rotated and deleted', async () => {
    const { data: made, status } = await auth0.clients.create({ name: 'By auth0@4', is_first_party: false })
    expect([status, made.is_first_party]).toEqual([201, false])
    const { client_id } = made
    const type = await auth0.clients.get({ client_id, fields: 'is_first_party', include_fields: true })
    expect(type.data.is_first_party).toBe(false)
    const changed = await auth0.clients.update({ client_id }, { description: 'Changed' })
    expect(changed.data.description).toBe('Changed')
    const listed = await auth0.clients.getAll({ include_totals: true, per_page: 2, page: 0 })
    expect(listed.data).toMatchObject({ start: 0, limit: 2, total: expect.any(Number) })
    expect((await auth0.clients.rotateClientSecret({ client_id })).data.client_secret).not.toBe(made.client_secret)
    expect((await auth0.clients.getEnabledConnections({ client_id })).data.connections).toBeDefined()
    expect((await auth0.clients.delete({ client_id })).status).toBe(204)
    await expect(auth0.clients.get({ client_id })).rejects.toMatchObject({
      statusCode: 404,
      errorCode: 'inexistent_client',
      msg: 'The client does not exist',
    })
  })
})

describe('APIs and client grants', () => {
  it('are made, read, changed, listed and deleted', async () => {
    const identifier = 'https://v4.example.com/'
    const { data: api } = await auth0.resourceServers.create({ identifier, name: 'Made by v4' })
    await auth0.resourceServers.update({ id: api.id }, { scopes: [{ value: 'read:it', description: 'Read it' }] })
    expect((await auth0.resourceServers.get({ id: identifier })).data.id).toBe(api.id)
    const { data: client } = await auth0.clients.create({ name: 'Program', app_type: 'non_interactive' })
    const { client_id } = client
    const { data: grant } = await auth0.clientGrants.create({ client_id, audience: identifier, scope: ['read:it'] })
    expect((await auth0.clientGrants.update({ id: grant.id }, { scope: [] })).data.scope).toEqual([])
    expect((await auth0.clientGrants.getAll({ client_id })).data).toHaveLength(1)
    await auth0.clientGrants.delete({ id: grant.id })
    await auth0.resourceServers.delete({ id: api.id })
    expect((await auth0.resourceServers.getAll()).data.map((found) => found.id)).not.toContain(api.id)
  })
})

describe('users', () => {
  it('are made, found, changed, linked, parted and deleted', async () => {
    const make = async (email: string) =>
      (await auth0.users.create({ connection: CONNECTION, email, password: PASSWORD, email_verified: true })).data
        .user_id
    const [id, other] = [await make('first.v4@example.com'), await make('second.v4@example.com')]
    expect((await auth0.users.get({ id })).data.email).toBe('first.v4@example.com')
    const { data } = await auth0.users.update({ id }, { app_metadata: { plan: 'gold' } })
    expect(data.app_metadata).toEqual({ plan: 'gold' })
    expect((await auth0.users.getAll({ q: 'email:first.v4*', search_engine: 'v3' })).data).toHaveLength(1)
    expect((await auth0.usersByEmail.getByEmail({ email: 'second.v4@example.com' })).data).toHaveLength(1)
    expect((await auth0.users.link({ id }, { provider: 'auth0', user_id: other })).data).toHaveLength(2)
    const parted = await auth0.users.unlink({ id, provider: 'auth0', user_id: other.replace('auth0|', '') })
    expect(parted.data).toHaveLength(1)
    for (const userId of [id, other]) await auth0.users.delete({ id: userId })
    await expect(auth0.users.get({ id })).rejects.toMatchObject({ statusCode: 404, errorCode: 'inexistent_user' })
  })

  it('tell what they have: enrollments, methods, logs, sessions, refresh tokens, consents, blocks', async () => {
    const [user] = (await auth0.usersByEmail.getByEmail({ email: tenant.email })).data
    const id = user?.user_id ?? ''
    expect((await auth0.users.getEnrollments({ id })).data).toEqual([])
    expect((await auth0.users.getAuthenticationMethods({ id })).status).toBe(200)
    expect((await auth0.users.getLogs({ id })).status).toBe(200)
    expect((await auth0.users.getSessions({ user_id: id })).data.sessions).toEqual([])
    expect((await auth0.users.getRefreshTokens({ user_id: id })).data.tokens).toEqual([])
    expect((await auth0.grants.getAll({ user_id: id })).data).toEqual([])
    expect((await auth0.userBlocks.get({ id })).data.blocked_for).toEqual([])
    expect((await auth0.userBlocks.getAll({ identifier: tenant.email })).data.blocked_for).toEqual([])
    expect((await auth0.deviceCredentials.getAll({ user_id: id })).data).toEqual([])
    await auth0.users.invalidateRememberBrowser({ id })
    await auth0.userBlocks.delete({ id })
    await auth0.users.deleteSessions({ user_id: id })
    await auth0.users.deleteRefreshTokens({ user_id: id })
    await auth0.grants.deleteByUserId({ user_id: id })
  })

  it('are handed links', async () => {
    const { data } = await auth0.users.create({
      connection: CONNECTION,
      email: 'linked.v4@example.com',
      password: PASSWORD,
    })
    const { user_id } = data
    expect((await auth0.tickets.verifyEmail({ user_id })).data.ticket).toContain('ticket=')
    expect((await auth0.tickets.changePassword({ user_id })).data.ticket).toContain('/u/reset-password')
  })
})

describe('connections', () => {
  it('are made, read, changed, listed, enabled and deleted', async () => {
    const { data: made } = await auth0.connections.create({ name: 'made-by-v4', strategy: 'auth0' })
    const { id } = made
    expect((await auth0.connections.get({ id })).data.name).toBe('made-by-v4')
    await auth0.connections.update({ id }, { is_domain_connection: true })
    expect((await auth0.connections.getAll({ name: 'made-by-v4' })).data).toHaveLength(1)
    const { data: client } = await auth0.clients.create({ name: 'Of the connection', app_type: 'regular_web' })
    await auth0.connections.updateEnabledClients({ id }, [{ client_id: client.client_id, status: true }])
    expect((await auth0.connections.getEnabledClients({ id })).data.clients).toContainEqual({
      client_id: client.client_id,
    })
    await auth0.connections.checkStatus({ id })
    await auth0.connections.delete({ id })
  })
})

describe('the tenant', () => {
  it('has settings', async () => {
    const { friendly_name } = (await auth0.tenants.getSettings()).data
    await auth0.tenants.updateSettings({ friendly_name: 'Renamed' })
    expect((await auth0.tenants.getSettings({ fields: 'friendly_name' })).data.friendly_name).toBe('Renamed')
    await auth0.tenants.updateSettings({ friendly_name })
  })

  it('has keys, a log, streams of it, and statistics', async () => {
    const [key] = (await auth0.keys.getAll()).data
    expect((await auth0.keys.get({ kid: key?.kid ?? '' })).data.cert).toContain('BEGIN CERTIFICATE')
    expect((await auth0.keys.rotate()).data.kid).toBeDefined()
    const [entry] = (await auth0.logs.getAll({ per_page: 1 })).data
    expect((await auth0.logs.get({ id: entry?.log_id ?? '' })).data.type).toBe(entry?.type)
    const { data: stream } = await auth0.logStreams.create({
      name: 'Stream',
      type: 'http',
      sink: { httpEndpoint: 'https://receiver.example.com/', httpContentFormat: 'JSONLINES' } as never,
    })
    await auth0.logStreams.delete({ id: stream.id })
    expect((await auth0.stats.getActiveUsersCount()).status).toBe(200)
    expect((await auth0.stats.getDaily({ from: '20300101', to: '20300102' })).status).toBe(200)
  })
})

describe('how the pages look, speak and protect', () => {
  it('has branding, texts, mails and limits', async () => {
    await auth0.branding.updateSettings({ colors: { primary: '#0a5cff' } as never })
    expect((await auth0.branding.getSettings()).data.colors?.primary).toBe('#0a5cff')
    expect((await auth0.prompts.get()).status).toBe(200)
    const login = { prompt: 'login' as const, language: 'en' as const }
    await auth0.prompts.updateCustomTextByLanguage(login, { login: { title: 'Come in' } })
    expect((await auth0.prompts.getCustomTextByLanguage(login)).data).toEqual({ login: { title: 'Come in' } })
    const mail = { subject: 'Is this you?', from: 'no-reply@example.com', body: '<p>{{ url }}</p>', syntax: 'liquid' }
    await auth0.emailTemplates.create({ template: 'verify_email', ...mail, enabled: true } as never)
    await auth0.emailTemplates.put({ templateName: 'verify_email' }, {
      template: 'verify_email',
      ...mail,
      enabled: false,
    } as never)
    expect((await auth0.emailTemplates.get({ templateName: 'verify_email' })).data.enabled).toBe(false)
    await auth0.attackProtection.updateBruteForceConfig({ max_attempts: 5 })
    expect((await auth0.attackProtection.getBruteForceConfig()).data.max_attempts).toBe(5)
    expect((await auth0.attackProtection.getSuspiciousIpThrottlingConfig()).status).toBe(200)
    expect((await auth0.attackProtection.getBreachedPasswordDetectionConfig()).status).toBe(200)
  })
})

describe('jobs', () => {
  it('are begun and looked at', async () => {
    const [connection] = (await auth0.connections.getAll({ name: CONNECTION })).data
    const connection_id = connection?.id ?? ''
    const users = new Blob(['[{"email":"imported.v4@example.com"}]'], { type: 'application/json' })
    const { data: imported } = await auth0.jobs.importUsers({ users, connection_id } as never)
    expect((await auth0.jobs.get({ id: imported.id })).data.type).toBe('users_import')
    expect((await auth0.jobs.getErrors({ id: imported.id })).status).toBe(200)
    const { data: exported } = await auth0.jobs.exportUsers({ connection_id, format: 'csv' })
    expect((await auth0.jobs.get({ id: exported.id })).data.type).toBe('users_export')
    const [user] = (await auth0.usersByEmail.getByEmail({ email: tenant.email })).data
    expect((await auth0.jobs.verifyEmail({ user_id: user?.user_id ?? '' })).data.type).toBe('verification_email')
  })
})
