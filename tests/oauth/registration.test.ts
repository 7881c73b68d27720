import { exportJWK, generateKeyPair } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sweepExpired } from '~/domain/tokens/sweep'
import { DAY } from '~/platform/durations'
import * as adminApp from '~/routes/admin._area.apps.$client_id'
import * as registration from '~/routes/admin._area.settings_.registration'
import { upsertClientGrant } from '~db/queries/client-grants'
import { findClient, suspendClient, updateClient } from '~db/queries/clients'
import { findTenantSettings, type TenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { createApi, createThirdPartyClient } from '~tests/support/fixtures'
import { findOwner, openVisitorOf } from '~tests/support/people'
import {
  ALL_SCOPES,
  API,
  answerOf,
  authorizeParams,
  CALLBACK,
  createWorld,
  decide,
  newPkce,
  obtainTokens,
  openBrowser,
  pendingId,
  refresh,
  type World,
} from './authorization-world'

let world: World

beforeAll(async () => {
  world = await createWorld()
})

async function tenant(change: Partial<TenantSettings>, isOn = true): Promise<void> {
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(updateTenantSettings({ ...change, flags: { ...flags, enable_dynamic_client_registration: isOn } }))
}

beforeEach(() =>
  tenant({ registration: 'open', registeredClientsAre: 'development', defaultThirdPartySecurityMode: 'permissive' }),
)

const METADATA = {
  client_name: 'Agent',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
}

const register = (metadata: unknown = METADATA, bearer?: string) =>
  world.machine.sendJson('POST', '/oidc/register', metadata, { bearer })

type Registered = {
  client_id: string
  client_secret?: string
  registration_access_token: string
  registration_client_uri: string
}

async function registered(metadata: object = METADATA): Promise<Registered> {
  const answer = await register(metadata)
  expect(answer.status).toBe(201)
  return answer.json as Registered
}

const manage = (
  method: 'GET' | 'PUT' | 'DELETE',
  { client_id, registration_access_token }: Registered,
  body?: object,
) => world.machine.sendJson(method, `/oidc/register/${client_id}`, body, { bearer: registration_access_token })

/** As a test client of the other helpers. */
const asClient = async ({ client_id, client_secret }: Registered) => {
  const client = await findClient(world.services.db, client_id)
  if (!client) throw new Error('it is not there')
  return { clientId: client_id, secret: client_secret, client }
}

it('asks for what any partner may ask for, and for nothing of people’s accounts until it is approved', async () => {
  const closed = 'https://closed.example.com/'
  await createApi(world.services, { identifier: closed, name: 'Closed', openToPartners: false })
  const client = await asClient(await registered())
  const browser = await openBrowser(world, world.user)
  const ask = async (audience: string, scope: string) =>
    (await browser.authorize(authorizeParams(client, { audience, scope, code_challenge: newPkce().challenge }))).text
  expect((await obtainTokens(world, client, { audience: API, scope: 'read:items' })).scope).toBe('read:items')
  expect(await ask(closed, 'read:items')).toContain('not open to apps that registered themselves')
  const management = `${world.services.config.issuer}api/v2/`
  expect(await ask(management, 'read:current_user')).toContain('cannot use the Management API')
  await world.services.db.run(updateClient(client.clientId, { reviewedAt: world.services.clock.now() }))
  const tokens = await obtainTokens(world, client, {
    audience: management,
    scope: 'read:current_user delete:current_user',
  })
  expect(tokens.scope).toBe('read:current_user')
})

it('exchanges its keys without a question to people, who never saw them', async () => {
  const newKey = async (kid: string) => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
  }
  const metadata = { ...METADATA, token_endpoint_auth_method: 'private_key_jwt' }
  const [first, second] = [await newKey('one'), await newKey('two')]
  const made = await registered({ ...metadata, jwks: { keys: [first] } })
  const client = await asClient(made)
  const browser = await openBrowser(world, world.user)
  const params = () => authorizeParams(client, { code_challenge: newPkce().challenge })
  await decide(world, browser, pendingId(await browser.authorize(params()), 'consent'), ALL_SCOPES.split(' '))
  expect(answerOf(await browser.authorize(params()))).toHaveProperty('code')
  await manage('PUT', made, { client_id: made.client_id, ...metadata, jwks: { keys: [second] } })
  expect(answerOf(await browser.authorize(params()))).toHaveProperty('code')
})

it('that is suspended neither deletes its registration, and the suspension with it, nor becomes something else', async () => {
  const made = await registered()
  await world.services.db.run(suspendClient({ clientId: made.client_id, at: world.services.clock.now() }))
  expect((await manage('DELETE', made)).status).toBe(403)
  const other = { ...METADATA, client_id: made.client_id, client_name: 'Bank of Alice' }
  expect((await manage('PUT', made, other)).status).toBe(403)
  expect(await findClient(world.services.db, made.client_id)).toMatchObject({ suspendedAt: expect.any(Number) })
})

describe('registering', () => {
  it('is refused, and not in the metadata, until the tenant turns it on', async () => {
    await tenant({}, false)
    for (const body of [METADATA, {}, null]) expect((await register(body)).status).toBe(403)
    const refused = await register()
    expect([refused.status, refused.json]).toEqual([
      403,
      { error: 'access_denied', error_description: 'dynamic client registration is disabled' },
    ])
    const discovery = () => world.machine.get('/.well-known/openid-configuration')
    expect((await discovery()).json).not.toHaveProperty('registration_endpoint')
    await tenant({})
    expect((await discovery()).json.registration_endpoint).toBe('http://localhost:3000/oidc/register')
  })

  it('takes null and an empty text for a member that is left out, when it is made and when it is replaced', async () => {
    const unsaid = { logo_uri: null, client_uri: '', jwks: null, jwks_uri: '', token_endpoint_auth_method: null }
    const made = await registered({ ...METADATA, ...unsaid, contacts: null, post_logout_redirect_uris: null })
    expect(made).toMatchObject({ token_endpoint_auth_method: 'client_secret_basic', post_logout_redirect_uris: [] })
    for (const name of ['logo_uri', 'client_uri', 'jwks', 'jwks_uri']) expect(made).not.toHaveProperty(name)
    const replaced = await manage('PUT', made, { client_id: made.client_id, ...METADATA, ...unsaid })
    expect(replaced.status).toBe(200)
  })

  it('makes a third-party client that works at once, and tells what is in force', async () => {
    const answer = await register()
    expect([answer.status, answer.header('cache-control')]).toEqual([201, 'no-store'])
    expect(answer.json).toMatchObject({
      client_id: expect.any(String),
      client_id_issued_at: expect.any(Number),
      client_secret: expect.stringMatching(/^cs_/),
      client_secret_expires_at: 0,
      client_name: 'Agent',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'RS256',
    })
    const client = await asClient(answer.json as Registered)
    expect(client.client).toMatchObject({
      isFirstParty: false,
      thirdPartySecurityMode: 'permissive',
      source: 'registration',
    })
    const tokens = await obtainTokens(world, client)
    expect((await refresh(world, client, tokens.refresh_token)).status).toBe(200)
  })

  it('without a credential makes a public client, native where it can only come back to a device', async () => {
    const made = await registered({
      redirect_uris: ['http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
    })
    expect(made).not.toHaveProperty('client_secret')
    const { client } = await asClient(made)
    expect(client).toMatchObject({ appType: 'native', tokenEndpointAuthMethod: 'none', name: 'App at 127.0.0.1' })
  })

  it('takes keys in place of a secret', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const made = await registered({ ...METADATA, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } })
    expect(made).not.toHaveProperty('client_secret')
    expect(made).toMatchObject({ jwks: { keys: [{ kid: 'one' }] } })
  })

  it('ignores what is not the client’s to say', async () => {
    const made = await registered({
      ...METADATA,
      client_id: 'chosen',
      client_secret: 'chosen',
      is_first_party: true,
      third_party_security_mode: null,
      availability: 'everyone',
      skip_consent: true,
      software_statement: 'x',
      unknown: { deep: [1] },
    })
    expect(made.client_id).not.toBe('chosen')
    expect(made.client_secret).not.toBe('chosen')
    const { client } = await asClient(made)
    expect(client).toMatchObject({ isFirstParty: false, scopeRequests: null })
    const browser = await openBrowser(world, world.user)
    const answer = await browser.authorize(authorizeParams(await asClient(made)))
    expect(answer.header('location')).toContain('/u/consent')
  })

  it.each([
    ['no callback', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['a fragment', { redirect_uris: [`${CALLBACK}#x`] }, 'invalid_redirect_uri'],
    ['plain http', { redirect_uris: ['http://app.example.com/'] }, 'invalid_redirect_uri'],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['callbacks that are none', { redirect_uris: [1] }, 'invalid_redirect_uri'],
    ['a name with markup', { client_name: '<b>Bank</b>' }, 'invalid_client_metadata'],
    ['a thousand grants', { grant_types: Array(1000).fill('implicit') }, 'invalid_client_metadata'],
    ['an unknown grant', { grant_types: ['magic'] }, 'invalid_client_metadata'],
    ['the password grant', { grant_types: ['password'] }, 'invalid_client_metadata'],
    ['a response type without its grant', { response_types: ['id_token'] }, 'invalid_client_metadata'],
    [
      'credentials of a client that has none',
      { token_endpoint_auth_method: 'none', grant_types: ['client_credentials'] },
      'invalid_client_metadata',
    ],
    [
      'HS256 without a secret',
      { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' },
      'invalid_client_metadata',
    ],
    ['unsigned ID tokens', { id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'],
    ['pairwise subjects', { subject_type: 'pairwise' }, 'invalid_client_metadata'],
    [
      'tokens through the browser that are bound to a key',
      { grant_types: ['implicit'], response_types: ['token'], dpop_bound_access_tokens: true },
      'invalid_client_metadata',
    ],
    ['keys that are missing', { token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    ['a login address without TLS', { initiate_login_uri: 'http://app.example.com/' }, 'invalid_client_metadata'],
  ])('with %s is refused', async (_what, change, error) => {
    const answer = await register({ ...METADATA, ...change })
    expect([answer.status, answer.json.error]).toEqual([400, error])
    expect(answer.json.error_description).toMatch(/\w/)
  })

  it('registers what is allowed of a list of wishes, and says so (RFC 7591 §3.2.1)', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code'
    const wished = ['authorization_code', 'refresh_token', device, 'client_credentials', 'password', 'magic']
    const answer = await register({
      ...METADATA,
      token_endpoint_auth_method: 'none',
      grant_types: wished,
      response_types: ['code', 'none'],
    })
    expect(answer.status).toBe(201)
    expect(new Set(answer.json.grant_types as string[])).toEqual(new Set(wished.slice(0, 3)))
    expect(answer.json.response_types).toEqual(['code'])
    const made = answer.json as Registered
    const asked = await world.machine.postForm('/oauth/device/code', { client_id: made.client_id, scope: 'openid' })
    expect(asked.json).toHaveProperty('device_code')
    await tenant({ defaultThirdPartySecurityMode: 'strict' })
    const strict = await register({ ...METADATA, grant_types: wished })
    expect(strict.json.grant_types).not.toContain(device)
  })

  it('with a body that is no object is refused', async () => {
    for (const body of [null, [], 1, 'text']) expect((await register(body)).status).toBe(400)
    const form = await world.machine.postForm('/oidc/register', { redirect_uris: CALLBACK })
    expect([form.status, form.json.error]).toEqual([400, 'invalid_request'])
  })

  it('in a strict tenant has the strict profile', async () => {
    await tenant({ defaultThirdPartySecurityMode: 'strict' })
    expect((await asClient(await registered())).client.thirdPartySecurityMode).toBe('strict')
    expect((await register({ ...METADATA, grant_types: ['implicit'], response_types: ['token'] })).status).toBe(400)
  })
})

describe('an initial access token', () => {
  async function newToken(quota = '2', days = '1'): Promise<string> {
    const visitor = await openVisitorOf(world.services, 'admin', await findOwner(world.services))
    const fields = { intent: 'create-initial-access', label: 'Partner program', quota, days }
    const answer = await visitor.send(registration, '/admin/settings/registration', fields)
    return (answer.value as { initialAccessToken: string }).initialAccessToken
  }

  it('is needed where the tenant says so, and lets register so often and so long', async () => {
    await tenant({ registration: 'token' })
    const without = await register()
    expect([without.status, without.json.error, without.header('www-authenticate')]).toEqual([
      401,
      'invalid_token',
      expect.stringContaining('Bearer'),
    ])
    const token = await newToken()
    expect((await register(METADATA, token)).status).toBe(201)
    expect((await register({ ...METADATA, redirect_uris: [] }, token)).status).toBe(400)
    expect((await register(METADATA, token)).status).toBe(201)
    expect((await register(METADATA, token)).status).toBe(401)
    const other = await newToken()
    world.services.clock.advance(DAY)
    expect((await register(METADATA, other)).status).toBe(401)
    expect((await register(METADATA, 'iat_made-up')).status).toBe(401)
  })

  it('does not register more than its quota when it is used at once', async () => {
    await tenant({ registration: 'token' })
    const token = await newToken('3')
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(METADATA, token)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
  })
})

describe('a registered client', () => {
  it('reads, replaces and deletes its own registration', async () => {
    const made = await registered({ ...METADATA, client_uri: 'https://app.example.com/' })
    expect((await manage('GET', made)).json).toMatchObject({
      client_id: made.client_id,
      client_uri: 'https://app.example.com/',
      registration_access_token: made.registration_access_token,
      registration_client_uri: made.registration_client_uri,
    })
    const changed = await manage('PUT', made, { ...METADATA, client_id: made.client_id, client_name: 'New name' })
    expect(changed.json).toMatchObject({ client_name: 'New name' })
    expect(changed.json).not.toHaveProperty('client_uri')
    const client = await asClient(made)
    const tokens = await obtainTokens(world, client)
    expect((await manage('DELETE', made)).status).toBe(204)
    expect((await refresh(world, client, tokens.refresh_token)).json.error).toBe('invalid_client')
    expect((await manage('GET', made)).status).toBe(401)
  })

  it('changes by the rules of a new one, under its own id', async () => {
    const made = await registered()
    const put = (change: object) => manage('PUT', made, { ...METADATA, client_id: made.client_id, ...change })
    expect((await put({ redirect_uris: ['http://evil.example/'] })).json.error).toBe('invalid_redirect_uri')
    expect((await put({ client_id: 'other' })).json.error).toBe('invalid_client_metadata')
    expect((await put({ registration_access_token: 'x' })).json.error).toBe('invalid_client_metadata')
    expect((await put({ token_endpoint_auth_method: 'none' })).json.error).toBe('invalid_client_metadata')
    expect((await put({})).status).toBe(200)
  })

  it('is not managed by the token of another, nor is one that was made here', async () => {
    const [one, other] = [await registered(), await registered()]
    const mine = await createThirdPartyClient(world.services)
    for (const client_id of [other.client_id, mine.clientId, 'nobody'])
      for (const method of ['GET', 'DELETE'] as const)
        expect((await manage(method, { ...one, client_id })).status).toBe(401)
    expect((await manage('GET', one)).status).toBe(200)
  })

  it('is no way out of here for a link, until an owner has looked at it: a refusal stops at a page of ours', async () => {
    const made = await registered()
    const client = await asClient(made)
    for (const person of [undefined, world.user]) {
      const browser = await openBrowser(world, person)
      for (const wrong of [{ response_type: 'nothing' }, { scope: 'openid', prompt: 'none', max_age: '0' }]) {
        const answer = await browser.authorize(authorizeParams(client, wrong))
        expect(answer.header('location')).toBeUndefined()
      }
    }
    const browser = await openBrowser(world, world.user)
    const id = pendingId(await browser.authorize(authorizeParams(client)), 'consent')
    expect(answerOf(await decide(world, browser, id, 'deny'))).toMatchObject({
      error: 'access_denied',
    })
  })

  it('works for nobody until an owner approves it, where the tenant says so, and again after a change', async () => {
    await tenant({ registeredClientsAre: 'pending' })
    const made = await registered()
    const ask = async () =>
      (await openBrowser(world, world.user))
        .authorize(authorizeParams(await asClient(made)))
        .then(({ status }) => status)
    expect(await ask()).toBe(403)
    const owner = await openVisitorOf(world.services, 'admin', await findOwner(world.services))
    const page = `/admin/apps/${made.client_id}`
    const params = { client_id: made.client_id }
    const look = async () => (await owner.load(adminApp, page, params)).value as { app: Record<string, unknown> }
    const approve = (updatedAt: unknown) =>
      owner.send(adminApp, page, { intent: 'approve', updated_at: String(updatedAt) }, { params })
    const { app } = await look()
    expect(app).toMatchObject({ state: 'in_review' })
    world.services.clock.advance(1000)
    await manage('PUT', made, { ...METADATA, client_id: made.client_id, client_name: 'Something else' })
    expect((await approve(app.updatedAt)).status).toBe(409)
    for (const nothing of ['', 'x']) expect((await approve(nothing)).status).toBe(400)
    expect(await ask()).toBe(403)
    await approve((await look()).app.updatedAt)
    expect(await ask()).toBe(302)
    await manage('PUT', made, { ...METADATA, client_id: made.client_id })
    expect(await ask()).toBe(403)
  })

  it('that was suspended, or given an API, outlasts the thirty days unused', async () => {
    const { db, clock } = world.services
    const [suspended, given] = [await registered(), await registered()]
    await db.run(suspendClient({ clientId: suspended.client_id, at: clock.now() }))
    const of = { clientId: given.client_id, audience: API, subjectType: 'client' } as const
    await db.run(upsertClientGrant({ ...of, id: 'cgr_kept', scope: [], createdAt: clock.now(), updatedAt: 0 }))
    clock.advance(31 * DAY)
    await sweepExpired(world.services)
    for (const { client_id } of [suspended, given]) expect(await findClient(db, client_id)).toBeDefined()
  })

  it('that nobody has used for thirty days is gone; one with users stays', async () => {
    const [unused, used] = [await registered(), await registered()]
    await obtainTokens(world, await asClient(used))
    world.services.clock.advance(31 * DAY)
    await sweepExpired(world.services)
    expect(await findClient(world.services.db, unused.client_id)).toBeUndefined()
    expect(await findClient(world.services.db, used.client_id)).toBeDefined()
  })
})
