import { beforeAll, describe, expect, test } from 'vitest'
import { API } from '~tests/support/fixtures'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeAll(async () => {
  world = await createManagementWorld()
})

describe('an API of the tenant', () => {
  test('is made with the defaults of Auth0, and its scopes', async () => {
    const made = await world.call('POST', '/resource-servers', {
      identifier: 'https://made.example.com/',
      scopes: [{ value: 'read:it', description: 'Read it' }, { value: 'write:it' }],
    })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      name: 'https://made.example.com/',
      is_system: false,
      allow_offline_access: false,
      skip_consent_for_verifiable_first_party_clients: false,
      token_lifetime: 86_400,
      token_lifetime_for_web: 7_200,
      signing_alg: 'RS256',
      scopes: [
        { value: 'read:it', description: 'Read it' },
        { value: 'write:it', description: 'write:it' },
      ],
    })
    expect(made.json).not.toHaveProperty('description')
  })

  test('is found by its id and by its identifier', async () => {
    const byIdentifier = await world.call('GET', `/resource-servers/${encodeURIComponent(API)}`)
    const byId = await world.call('GET', `/resource-servers/${byIdentifier.json.id}`)
    expect(byId.json).toEqual(byIdentifier.json)
  })

  test('is changed where the body says so, and nowhere else', async () => {
    const changed = await world.call('PATCH', `/resource-servers/${encodeURIComponent(API)}`, { token_lifetime: 600 })
    expect(changed.json).toMatchObject({ token_lifetime: 600, name: 'Example API', allow_offline_access: true })
    expect(changed.json.scopes).toHaveLength(3)
  })

  test('keeps its identifier', async () => {
    const refused = await world.call('PATCH', `/resource-servers/${encodeURIComponent(API)}`, { identifier: 'urn:x' })
    expect(refused.status).toBe(400)
    expect(refused.json).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: "Payload validation error: 'Additional properties not allowed: identifier'.",
      errorCode: 'invalid_body',
    })
  })

  test('has an identifier of its own', async () => {
    const refused = await world.call('POST', '/resource-servers', { identifier: API })
    expect(refused.status).toBe(409)
  })

  test('is deleted, and deleting it again is no failure', async () => {
    const made = await world.call('POST', '/resource-servers', { identifier: 'https://gone.example.com/' })
    for (const attempt of [1, 2]) {
      const answer = await world.call('DELETE', `/resource-servers/${made.json.id}`)
      expect(answer.status, `attempt ${attempt}`).toBe(204)
    }
    const gone = await world.call('GET', `/resource-servers/${made.json.id}`)
    expect(gone.json).toMatchObject({ statusCode: 404, errorCode: 'inexistent_resource_server' })
  })

  test('of the system is neither changed nor deleted', async () => {
    const id = encodeURIComponent(world.audience)
    expect((await world.call('PATCH', `/resource-servers/${id}`, { token_lifetime: 600 })).status).toBe(403)
    expect((await world.call('DELETE', `/resource-servers/${id}`)).status).toBe(403)
    const system = (await world.call('GET', `/resource-servers/${id}`)).json
    expect(system).toMatchObject({ is_system: true })
    // Programs send back what they have read.
    const { name, token_lifetime, skip_consent_for_verifiable_first_party_clients, scopes } = system
    const same = { name, token_lifetime, skip_consent_for_verifiable_first_party_clients, scopes }
    expect((await world.call('PATCH', `/resource-servers/${id}`, same)).json).toEqual(system)
  })
})

describe('the list of APIs', () => {
  test('comes as an array, with totals, or from a position', async () => {
    const array = await world.call('GET', '/resource-servers')
    const all = JSON.parse(array.text) as { id: string }[]
    expect(all.length).toBeGreaterThan(1)

    const totals = await world.call('GET', '/resource-servers?include_totals=true&per_page=1&page=1')
    expect(totals.json).toMatchObject({ start: 1, limit: 1, length: 1, total: all.length })
    expect(totals.json.resource_servers).toEqual([all[1]])

    const first = await world.call('GET', '/resource-servers?take=1')
    const second = await world.call('GET', `/resource-servers?take=1&from=${first.json.next}`)
    expect([first.json.resource_servers, second.json.resource_servers].flat()).toEqual(all.slice(0, 2))
  })

  test('is empty behind its end', async () => {
    const beyond = await world.call('GET', '/resource-servers?page=100')
    expect(JSON.parse(beyond.text)).toEqual([])
  })

  test('gives the members that are asked for', async () => {
    const answer = await world.call('GET', '/resource-servers?fields=identifier')
    expect(JSON.parse(answer.text)).toContainEqual({ identifier: API })
    const without = await world.call('GET', '/resource-servers?fields=identifier&include_fields=false')
    for (const item of JSON.parse(without.text)) expect(item).not.toHaveProperty('identifier')
  })
})
