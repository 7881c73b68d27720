import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { rotateSigningKey } from '~/domain/keys/signing-keys'
import { updateResourceServer } from '~/domain/resource-servers/update-resource-server'
import { DAY, MINUTE } from '~/platform/durations'
import * as keysRoute from '~/routes/admin._area.settings_.keys'
import { API, createApi, createFirstPartyClient, grantToClient, type TestClient } from '~tests/support/fixtures'
import { type Machine, openMachine } from '~tests/support/machine'
import { findOwner, openVisitorOf, type Person } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import { TENANT_SET_UP_AT } from '~tests/support/tenant-template'

let services: TestServices
let machine: Machine
let owner: Person
let client: TestClient

beforeEach(async () => {
  services = await createTestServices()
  machine = await openMachine(services)
  owner = await findOwner(services)
  await createApi(services)
  client = await createFirstPartyClient(services, { appType: 'non_interactive' })
  await grantToClient(services, client, ['read:items'])
})

const keySet = async () => (await machine.get('/.well-known/jwks.json')).json as never
const newToken = async () =>
  (await machine.token({ grant_type: 'client_credentials', audience: API }, client)).json.access_token as string

/** Verifies as an API does that fetched the key set at some time. */
const verify = (token: string, keys: never) =>
  jwtVerify(token, createLocalJWKSet(keys), { currentDate: new Date(services.clock.now()) }).then(
    ({ protectedHeader }) => protectedHeader,
  )
const kidOf = async (token: string) => (await verify(token, await keySet())).kid

describe('a rotation', () => {
  it('makes a key sign that every cache of the key set had already', async () => {
    services.clock.advance(10 * MINUTE)
    const cached = await keySet()
    const before = await newToken()
    await rotateSigningKey(owner.ctx, 'RS256')
    const after = await newToken()
    expect(await kidOf(after)).not.toBe(await kidOf(before))
    await verify(after, cached)
    await verify(before, await keySet())
  })

  it('that comes before the next key was in every cache waits for that', async () => {
    const { startsAt } = await rotateSigningKey(owner.ctx, 'RS256')
    expect(startsAt).toBe(TENANT_SET_UP_AT + 10 * MINUTE)
    const before = await newToken()
    services.clock.advance(11 * MINUTE)
    expect(await kidOf(await newToken())).not.toBe(await kidOf(before))
  })

  it('that meets another one loses: one key becomes the one that signs', async () => {
    services.clock.advance(10 * MINUTE)
    const results = await Promise.allSettled([1, 2, 3].map(() => rotateSigningKey(owner.ctx, 'RS256')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('keeps the key before published until the longest token has ended', async () => {
    services.clock.advance(10 * MINUTE)
    const old = await kidOf(await newToken())
    await rotateSigningKey(owner.ctx, 'RS256')
    const isPublished = async () => JSON.stringify(await keySet()).includes(String(old))
    services.clock.advance(29 * DAY)
    expect(await isPublished()).toBe(true)
    services.clock.advance(2 * DAY)
    expect(await isPublished()).toBe(false)
  })
})

describe('an owner', () => {
  const path = '/admin/settings/keys'

  it('rotates, and revokes the key before: its tokens are worth nothing then', async () => {
    services.clock.advance(10 * MINUTE)
    const before = await newToken()
    const kid = await kidOf(before)
    const visitor = await openVisitorOf(services, 'admin', owner)
    const refused = await visitor.send(keysRoute, path, { intent: 'revoke-key', kid: String(kid) })
    expect(refused.status).toBe(409)
    await visitor.send(keysRoute, path, { intent: 'rotate-key', alg: 'RS256' })
    await visitor.send(keysRoute, path, { intent: 'revoke-key', kid: String(kid) })
    await expect(verify(before, await keySet())).rejects.toThrow()
    await verify(await newToken(), await keySet())
  })
})

it.each(['PS256', 'ES256', 'EdDSA'] as const)('an API can have its tokens signed with %s', async (signingAlg) => {
  const identifier = `https://${signingAlg}.example.com/`
  const api = await createApi(services, { identifier, name: signingAlg, signingAlg })
  await grantToClient(services, client, ['read:items'], identifier)
  const ask = async () => (await machine.token({ grant_type: 'client_credentials', audience: identifier }, client)).json
  const { access_token } = await ask()
  expect((await verify(access_token as string, await keySet())).alg).toBe(signingAlg)
  const introspected = await machine.postForm('/oauth/introspect', { token: access_token as string }, { client })
  expect(introspected.json.active).toBe(true)
  await updateResourceServer(owner.ctx, api, { signingAlg: 'RS256' })
  expect((await verify((await ask()).access_token as string, await keySet())).alg).toBe('RS256')
})
