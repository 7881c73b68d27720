/** Every endpoint of the Management API, called by everybody who may not. */
import { beforeAll, describe, expect, test } from 'vitest'
import { obtainTokens } from '~tests/oauth/authorization-world'
import { API, createFirstPartyClient, createThirdPartyClient, grantToClient } from '~tests/support/fixtures'
import { createManagementWorld, type ManagementWorld, resourceEndpoints } from './management-world'
import { createOwnClientToken, type Refusal } from './refusals'

let world: ManagementWorld
const tokens: Record<string, string> = {}

beforeAll(async () => {
  world = await createManagementWorld()
  const { services, audience } = world
  const app = await createFirstPartyClient(services)
  const allOwn =
    'openid read:current_user update:current_user_metadata create:current_user_metadata delete:current_user_metadata create:current_user_device_credentials delete:current_user_device_credentials update:current_user_identities delete:current_user'
  const signedIn = await obtainTokens(world, app, { audience, scope: allOwn })
  const elsewhere = await obtainTokens(world, app, { audience: API, scope: 'read:items' })
  const opaque = await obtainTokens(world, app, { scope: 'openid' })
  const narrow = await createFirstPartyClient(services, { appType: 'non_interactive' })
  await grantToClient(services, narrow, ['read:stats'], audience)
  const program = await createFirstPartyClient(services, { appType: 'non_interactive' })
  await grantToClient(services, program, ['read:items'])
  Object.assign(tokens, {
    idToken: signedIn.id_token,
    user: signedIn.access_token,
    elsewhere: elsewhere.access_token,
    opaque: opaque.access_token,
    program: await createOwnClientToken(world, program, API),
    narrow: await createOwnClientToken(world, narrow, audience),
  })
  const day = 86_400_000
  const now = services.clock.now()
  services.clock.advance(-2 * day)
  tokens.expired = await world.tokenFor()
  services.clock.advance(now - services.clock.now())
})

const endpoints = resourceEndpoints.map(({ declaration }) => declaration)
const named = endpoints.map((declaration) => [`${declaration.method} ${declaration.path}`, declaration] as const)

describe.each(named)('%s', (_name, { method, path, scopes, ownScopes = [], stepUp }) => {
  const address = path
    .replace('/api/v2', '')
    .replace('{provider}', 'google-authenticator')
    .replace(/\{\w+\}/g, 'auth0%7Csomebody')
  const call = async (bearer: string | undefined): Promise<Refusal> => {
    const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
    const answer = await world.machine.sendJson(method, `/api/v2${address}`, undefined, { headers })
    const { statusCode, errorCode, message } = answer.json as Refusal
    expect(answer.status).toBe(statusCode)
    return { statusCode, errorCode, message }
  }

  test('asks for a scope', () => {
    expect(scopes.length + ownScopes.length).toBeGreaterThan(0)
  })

  test('says whether an app of others needs a new sign-in with a second factor for it', () => {
    expect(typeof stepUp).toBe(ownScopes.length > 0 && method !== 'GET' ? 'boolean' : 'undefined')
  })

  test('is for nobody without a token of this API', async () => {
    expect(await call(undefined)).toEqual({ statusCode: 401, message: 'Missing authentication' })
    expect(await call('nonsense')).toMatchObject({ statusCode: 400, errorCode: 'Bearer' })
    expect(await call(tokens.opaque)).toMatchObject({ statusCode: 400, errorCode: 'Bearer' })
    expect(await call(tokens.idToken)).toEqual({ statusCode: 401, message: 'Invalid token' })
    expect(await call(`${tokens.user}x`)).toMatchObject({ statusCode: 401 })
    expect(await call(tokens.expired)).toEqual({
      statusCode: 401,
      message: 'Expired token received for JSON Web Token validation',
    })
    for (const bearer of [tokens.elsewhere, tokens.program]) {
      const refused = await call(bearer)
      expect(refused.statusCode).toBe(401)
      expect(refused.message).toMatch(/^Bad audience: /)
    }
  })

  test('is for no program without the scope', async () => {
    if (!scopes.includes('read:stats')) {
      expect(await call(tokens.narrow)).toMatchObject({ statusCode: scopes.length > 0 ? 403 : expect.any(Number) })
    }
  })

  test('gives a user nothing of another', async () => {
    if (ownScopes.length === 0) {
      expect(await call(tokens.user)).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' })
    } else if (path.startsWith('/api/v2/users/{id}')) {
      expect(await call(tokens.user)).toEqual({
        statusCode: 403,
        errorCode: 'unowned_resource',
        message: 'User to be acted on does not match subject in bearer token.',
      })
    }
  })
})

test('what is not there is not found', async () => {
  for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const) {
    const answer = await world.machine.sendJson(method, '/api/v2/nothing/here')
    expect(answer.json).toEqual({ statusCode: 404, error: 'Not Found', message: 'Not Found' })
  }
})

test('a program of a third party gets no token for the tenant, whatever row says so', async () => {
  const client = await createThirdPartyClient(world.services, { appType: 'non_interactive' })
  await grantToClient(world.services, client, ['read:users'], world.audience)
  const asked = { grant_type: 'client_credentials', audience: world.audience }
  expect((await world.machine.token(asked, client)).json.error).toBe('access_denied')
})

test('a scope that is taken from a program is gone from the tokens that it has', async () => {
  const program = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
  await grantToClient(world.services, program, ['read:users', 'read:clients'], world.audience)
  const token = await createOwnClientToken(world, program, world.audience)
  const [grant] = JSON.parse((await world.call('GET', `/client-grants?client_id=${program.clientId}`)).text)
  await world.call('PATCH', `/client-grants/${grant.id}`, { scope: ['read:clients'] })
  expect((await world.call('GET', '/users', undefined, token)).status).toBe(403)
  expect((await world.call('GET', '/clients', undefined, token)).status).toBe(200)
  await world.call('DELETE', `/client-grants/${grant.id}`)
  expect((await world.call('GET', '/clients', undefined, token)).status).toBe(403)
})

test('a token of a program that was made a third party’s reaches nothing any more', async () => {
  const program = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
  await grantToClient(world.services, program, ['read:users'], world.audience)
  const token = await createOwnClientToken(world, program, world.audience)
  expect((await world.call('GET', '/users', undefined, token)).status).toBe(200)
  await world.call('PATCH', `/clients/${program.clientId}`, { is_first_party: false })
  expect((await world.call('GET', '/users', undefined, token)).status).toBe(403)
})
