/** Moderation by program: of the clients of third parties, whoever made them, and of how they register. */
import { beforeAll, describe, expect, test } from 'vitest'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { authorizeParams, CALLBACK, openBrowser } from '~tests/oauth/authorization-world'
import { createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import { createManagementWorld, createPartnerProgram, type ManagementWorld } from './partner-world'

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(
    updateTenantSettings({
      registration: 'token',
      registeredClientsAre: 'pending',
      flags: { ...flags, enable_dynamic_client_registration: true },
    }),
  )
})

const METADATA = { client_name: 'Agent of a stranger', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' }

const createInitialAccess = (fields: object = {}) =>
  world.call('POST', '/initial-access-tokens', {
    label: 'Partner days',
    quota: 2,
    lifetime_in_seconds: 3600,
    ...fields,
  })

const register = (bearer: unknown) =>
  world.machine.sendJson('POST', '/oidc/register', METADATA, { bearer: String(bearer) })

async function registered(): Promise<string> {
  const { json } = await createInitialAccess()
  const answer = await register(json.token)
  expect(answer.status).toBe(201)
  return String(answer.json.client_id)
}

const read = async (clientId: string) => (await world.call('GET', `/third-party-clients/${clientId}`)).json

describe('an initial access token', () => {
  test('registers as many clients as it says, until it is ended', async () => {
    const created = await createInitialAccess()
    expect(created.status).toBe(201)
    expect(created.json).toMatchObject({ label: 'Partner days', quota: 2, used: 0 })
    expect((await register(created.json.token)).status).toBe(201)
    const listed = await world.call('GET', '/initial-access-tokens')
    expect(JSON.parse(listed.text)[0]).toMatchObject({ id: created.json.id, used: 1 })
    expect(listed.text).not.toContain(String(created.json.token))

    expect((await world.call('DELETE', `/initial-access-tokens/${created.json.id}`)).status).toBe(204)
    expect((await register(created.json.token)).status).toBe(401)
    expect((await world.call('DELETE', `/initial-access-tokens/${created.json.id}`)).status).toBe(204)
    expect((await world.call('DELETE', '/initial-access-tokens/iat_nobody')).status).toBe(404)
    expect(JSON.parse((await world.call('GET', '/initial-access-tokens')).text)[0]).toHaveProperty('revoked_at')
  })

  test('has an end', async () => {
    expect((await createInitialAccess({ lifetime_in_seconds: 366 * 86_400 })).status).toBe(400)
    const { json } = await createInitialAccess({ lifetime_in_seconds: 60 })
    world.services.clock.advance(61_000)
    expect((await register(json.token)).status).toBe(401)
  })
})

describe('a client that registered itself', () => {
  test('waits, and is for everyone when it is approved as it was read', async () => {
    const clientId = await registered()
    const waiting = await read(clientId)
    expect(waiting).toMatchObject({ made_by: 'registration', state: 'in_review', users_with_consent: 0 })
    expect(waiting).not.toHaveProperty('reviewed_at')
    const path = `/third-party-clients/${clientId}/approve`
    const before = new Date(Date.parse(String(waiting.updated_at)) - 1).toISOString()
    expect((await world.call('POST', path, { updated_at: before })).status).toBe(409)
    const approved = await world.call('POST', path, { updated_at: waiting.updated_at })
    expect(approved.json).toMatchObject({ state: 'live', reviewed_at: expect.any(String) })
    expect((await world.call('POST', path, { updated_at: approved.json.updated_at })).status).toBe(409)
  })
})

test('a client that registered itself cannot be made the tenant’s own: its maker can still change it', async () => {
  const clientId = await registered()
  const refused = await world.call('PATCH', `/clients/${clientId}`, { is_first_party: true })
  expect(refused.json).toMatchObject({ statusCode: 403, message: expect.stringContaining('stays a third party') })
  expect((await world.call('GET', `/clients/${clientId}`)).json.is_first_party).toBe(false)
})

describe('a client that the tenant made for a third party', () => {
  test('gets nothing while it is suspended', async () => {
    const client = await createThirdPartyClient(world.services)
    const authorize = async () => (await openBrowser(world, world.user)).authorize(authorizeParams(client))
    const path = `/third-party-clients/${client.clientId}`
    expect((await world.call('POST', `${path}/suspend`, { reason: 'short' })).status).toBe(400)
    const suspended = await world.call('POST', `${path}/suspend`, { reason: 'It sells what it reads.' })
    expect(suspended.json).toMatchObject({ made_by: 'tenant', state: 'suspended', suspended_at: expect.any(String) })
    expect((await authorize()).status).toBe(403)
    expect((await world.call('POST', `${path}/suspend`, { reason: 'It sells what it reads.' })).status).toBe(409)
    const reinstated = await world.call('POST', `${path}/reinstate`, {})
    expect(reinstated.json).toMatchObject({ state: 'live' })
    expect(reinstated.json).not.toHaveProperty('suspended_at')
  })

  test('is put under the strict rules by a word', async () => {
    const { clientId } = await createThirdPartyClient(world.services)
    const path = `/third-party-clients/${clientId}`
    const changed = await world.call('PATCH', path, { third_party_security_mode: 'strict' })
    expect(changed.json).toMatchObject({ third_party_security_mode: 'strict' })
    expect((await world.call('GET', `/clients/${clientId}`)).json.third_party_security_mode).toBe('strict')
  })
})

test('a suspended client is found as suspended, and not as what it waits for', async () => {
  const partner = await createPartnerProgram(world)
  const submitted = await partner.createApp({ name: 'Steep Path' })
  await partner.call('POST', `/apps/${submitted}/submit`, {})
  const waiting = [submitted, await registered()]
  const found = async (state: string) => {
    const { text } = await world.call('GET', `/third-party-clients?state=${state}&per_page=100`)
    const listed: { client_id: string; state: string }[] = JSON.parse(text)
    return listed.filter(({ client_id }) => waiting.includes(client_id)).map((client) => client.state)
  }
  expect(await found('in_review')).toEqual(['in_review', 'in_review'])
  for (const id of waiting) {
    await world.call('POST', `/third-party-clients/${id}/suspend`, { reason: 'It sells what it reads.' })
  }
  expect(await found('in_review')).toEqual([])
  expect(await found('suspended')).toEqual(['suspended', 'suspended'])
})

test('the list is of all third parties, by state and by a word of the name; first-party clients are not there', async () => {
  const partner = await createPartnerProgram(world)
  const ofPartner = await partner.createApp({ name: 'Wide Horizon' })
  const own = await createFirstPartyClient(world.services)
  const ids = async (query: string) =>
    JSON.parse((await world.call('GET', `/third-party-clients?${query}`)).text).map(
      ({ client_id }: { client_id: string }) => client_id,
    )
  expect(await ids('q=horizon')).toEqual([ofPartner])
  expect(await ids('q=horizon&state=in_development')).toEqual([ofPartner])
  expect(await ids('q=horizon&state=live')).toEqual([])
  expect(await read(ofPartner)).toMatchObject({ made_by: 'partner', partner_id: partner.partner.id })
  expect(await ids('per_page=100')).not.toContain(own.clientId)
  expect((await world.call('GET', `/third-party-clients/${own.clientId}`)).status).toBe(404)
  expect(
    (await world.call('POST', `/third-party-clients/${own.clientId}/suspend`, { reason: 'No longer wanted.' })).status,
  ).toBe(404)
})
