/** The ManagementClient of auth0@2, unmodified, against a real process. It has no types of its own. */
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestClient } from '~tests/support/fixtures'
import { PASSWORD, type Prepared, startTenant } from './tenant'

const auth0 = createRequire(import.meta.url)('auth0-v2')

const CONNECTION = 'Username-Password-Authentication'

type Answer = Record<string, unknown> & Record<string, unknown>[]
type Management = Record<string, (...given: unknown[]) => Promise<Answer>>

let tenant: Prepared<{ manager: TestClient }>
let management: Management

beforeAll(async () => {
  tenant = await startTenant(async ({ manager }) => ({ manager: await manager() }))
  const { clientId, secret = '' } = tenant.made.manager
  management = new auth0.ManagementClient({ domain: new URL(tenant.issuer).host, clientId, clientSecret: secret })
})

afterAll(() => expect(tenant.problems()).toBe(''))

const call = (name: string, ...given: unknown[]): Promise<Answer> => {
  const method = management[name]
  if (!method) throw new Error(`auth0@2 has no ${name}`)
  return method.apply(management, given)
}

describe('clients, APIs and client grants', () => {
  it('are made, read, changed, listed and deleted', async () => {
    const { client_id } = await call('createClient', { name: 'By auth0@2', is_first_party: false })
    const fields = { fields: 'is_first_party', include_fields: true }
    expect((await call('getClient', { client_id, ...fields })).is_first_party).toBe(false)
    expect((await call('updateClient', { client_id }, { description: 'Changed' })).description).toBe('Changed')
    expect((await call('getClients')).map((client) => client.client_id)).toContain(client_id)
    await call('deleteClient', { client_id })
    await expect(call('getClient', { client_id })).rejects.toMatchObject({ statusCode: 404, name: 'Not Found' })

    const identifier = 'https://v2.example.com/'
    const scopes = [{ value: 'read:it', description: 'Read it' }]
    const { id } = await call('createResourceServer', { identifier, name: 'Made by v2', scopes })
    expect((await call('getResourceServer', { id })).identifier).toBe(identifier)
    const program = await call('createClient', { name: 'Program', app_type: 'non_interactive' })
    const grant = await call('createClientGrant', {
      client_id: program.client_id,
      audience: identifier,
      scope: ['read:it'],
    })
    expect(await call('getClientGrants', { client_id: program.client_id })).toHaveLength(1)
    await call('updateClientGrant', { id: grant.id }, { scope: [] })
    await call('deleteClientGrant', { id: grant.id })
    await call('updateResourceServer', { id }, { token_lifetime: 600 })
    await call('deleteResourceServer', { id })
  })
})

describe('users', () => {
  it('are made, found, changed, linked, parted and deleted', async () => {
    const make = async (email: string) =>
      String(
        (await call('createUser', { connection: CONNECTION, email, password: PASSWORD, email_verified: true })).user_id,
      )
    const [id, other] = [await make('first.v2@example.com'), await make('second.v2@example.com')]
    expect((await call('getUser', { id })).email).toBe('first.v2@example.com')
    expect((await call('updateUserMetadata', { id }, { theme: 'dark' })).user_metadata).toEqual({ theme: 'dark' })
    expect((await call('updateAppMetadata', { id }, { plan: 'gold' })).app_metadata).toEqual({ plan: 'gold' })
    expect(await call('getUsers', { q: 'email:first.v2*', search_engine: 'v3' })).toHaveLength(1)
    expect(await call('getUsersByEmail', 'second.v2@example.com')).toHaveLength(1)
    expect(await call('linkUsers', id, { provider: 'auth0', user_id: other })).toHaveLength(2)
    const user_id = other.replace('auth0|', '')
    expect(await call('unlinkUsers', { id, provider: 'auth0', user_id })).toHaveLength(1)
    expect(await call('getGuardianEnrollments', { id })).toEqual([])
    expect(await call('getUserLogs', { id, per_page: 5, page: 0 })).toBeDefined()
    expect(await call('getGrants', { user_id: id })).toEqual([])
    expect(await call('getDeviceCredentials', { user_id: id })).toEqual([])
    expect((await call('getUserBlocks', { id })).blocked_for).toEqual([])
    await call('unblockUser', { id })
    await call('invalidateRememberBrowser', { id })
    expect((await call('createPasswordChangeTicket', { user_id: id })).ticket).toContain('/u/reset-password')
    expect((await call('createEmailVerificationTicket', { user_id: id })).ticket).toContain('ticket=')
    for (const userId of [id, other]) await call('deleteUser', { id: userId })
    await expect(call('getUser', { id })).rejects.toMatchObject({ statusCode: 404 })
  })
})

describe('the tenant', () => {
  it('has connections', async () => {
    const { id } = await call('createConnection', { name: 'made-by-v2', strategy: 'auth0' })
    expect((await call('getConnection', { id })).name).toBe('made-by-v2')
    await call('updateConnection', { id }, { is_domain_connection: true })
    expect((await call('getConnections')).map(({ name }) => name)).toContain('made-by-v2')
    await call('deleteConnection', { id })
  })

  it('has settings, a log, streams of it, and statistics', async () => {
    const { friendly_name } = await call('getTenantSettings')
    await call('updateTenantSettings', { friendly_name: 'Renamed' })
    expect((await call('getTenantSettings')).friendly_name).toBe('Renamed')
    await call('updateTenantSettings', { friendly_name })
    const [entry] = await call('getLogs', { per_page: 1, page: 0 })
    expect((await call('getLog', { id: entry?.log_id })).type).toBe(entry?.type)
    const sink = { httpEndpoint: 'https://receiver.example.com/', httpContentFormat: 'JSONLINES' }
    const { id } = await call('createLogStream', { name: 'Stream', type: 'http', sink })
    expect(await call('getLogStreams')).toHaveLength(1)
    await call('deleteLogStream', { id })
    expect(await call('getActiveUsersCount')).toEqual(expect.any(Number))
    expect(await call('getDailyStats', { from: '20300101', to: '20300102' })).toBeDefined()
  })
})

describe('how the pages look and speak, and jobs', () => {
  it('are set and begun', async () => {
    await call('updateBrandingSettings', {}, { colors: { primary: '#0a5cff' } })
    expect((await call('getBrandingSettings')).colors).toMatchObject({ primary: '#0a5cff' })
    expect(await call('getPromptsSettings')).toBeDefined()
    const login = { prompt: 'login', language: 'en' }
    await call('updateCustomTextByLanguage', { ...login, body: { login: { title: 'Come in' } } })
    expect(await call('getCustomTextByLanguage', login)).toEqual({ login: { title: 'Come in' } })
    const mail = { subject: 'Is this you?', from: 'no-reply@example.com', body: '<p>{{ url }}</p>', syntax: 'liquid' }
    await call('createEmailTemplate', { template: 'verify_email', ...mail, enabled: true })
    await call('updateEmailTemplate', { name: 'verify_email' }, { enabled: false })
    expect((await call('getEmailTemplate', { name: 'verify_email' })).enabled).toBe(false)
    const [connection] = await call('getConnections', { name: CONNECTION })
    const connection_id = connection?.id
    const imported = await call('importUsersJob', {
      users_json: '[{"email":"imported.v2@example.com"}]',
      connection_id,
    })
    expect((await call('getJob', { id: imported.id })).type).toBe('users_import')
    expect(await call('getJobErrors', { id: imported.id })).toEqual([])
    const exported = await call('exportUsers', { connection_id, format: 'csv' })
    expect((await call('getJob', { id: exported.id })).type).toBe('users_export')
    const [user] = await call('getUsersByEmail', tenant.email)
    expect((await call('sendEmailVerification', { user_id: user?.user_id })).type).toBe('verification_email')
  })
})
