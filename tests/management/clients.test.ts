import { generateKeyPairSync } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import * as dashboard from '~/routes/admin._area._index'
import { listAuditEvents } from '~db/queries/audit'
import { obtainTokens, userinfo } from '~tests/oauth/authorization-world'
import { API, CALLBACK, createApprovedApp, createPortalApp, type TestClient } from '~tests/support/fixtures'
import { createPartner, findOwner, openVisitorOf } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeAll(async () => {
  world = await createManagementWorld()
})

const create = async (body: object) => (await world.call('POST', '/clients', { name: 'Made', ...body })).json
const publicPem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString()

describe('a client that a program makes', () => {
  test('by its name alone has the defaults of Auth0', async () => {
    const made = await world.call('POST', '/clients', { name: 'By name' })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      name: 'By name',
      is_first_party: true,
      global: false,
      oidc_conformant: true,
      callbacks: [],
      client_aliases: [],
      allowed_clients: [],
      sso_disabled: false,
      custom_login_page_on: true,
      grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
      jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 36_000, secret_encoded: false },
      refresh_token: {
        rotation_type: 'non-rotating',
        expiration_type: 'non-expiring',
        leeway: 0,
        token_lifetime: 2_592_000,
        idle_token_lifetime: 1_296_000,
        infinite_token_lifetime: true,
        infinite_idle_token_lifetime: true,
      },
    })
    expect(made.json.client_id).toMatch(/^[A-Za-z0-9]{32}$/)
    for (const unset of ['app_type', 'token_endpoint_auth_method', 'description', 'third_party_security_mode'])
      expect(made.json).not.toHaveProperty(unset)
  })

  test('is third-party where the body says so, live at once, and asks for consent', async () => {
    const made = await create({
      is_first_party: false,
      app_type: 'regular_web',
      token_endpoint_auth_method: 'client_secret_basic',
      callbacks: [CALLBACK],
    })
    expect(made).toMatchObject({ is_first_party: false, third_party_security_mode: 'permissive' })
    expect(made.refresh_token).toMatchObject({ rotation_type: 'rotating', infinite_token_lifetime: false })
    const client = { clientId: made.client_id, secret: made.client_secret } as TestClient
    const tokens = await obtainTokens(world, client, { audience: API, scope: 'openid read:items' })
    expect((await userinfo(world, tokens)).status).toBe(200)
  })

  test('is strict where the body says so, and can be told by its id', async () => {
    const made = await create({ is_first_party: false, third_party_security_mode: 'strict', app_type: 'regular_web' })
    expect(made.client_id).toMatch(/^tpc_[A-Za-z0-9]{22}$/)
    expect(made).toMatchObject({
      grant_types: ['authorization_code'],
      jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 3600 },
    })
  })

  test.each(['spa', 'native'])('of the type %s is public where the body names no authentication', async (app_type) => {
    const made = await create({ app_type })
    expect(made).toMatchObject({ app_type, token_endpoint_auth_method: 'none' })
    const answer = await world.machine.token(
      { grant_type: 'authorization_code', code: 'none', redirect_uri: CALLBACK },
      {
        clientId: String(made.client_id),
      } as TestClient,
    )
    expect(answer.json.error).toBe('invalid_grant')
    expect(await create({ app_type, token_endpoint_auth_method: 'client_secret_post' })).toMatchObject({
      token_endpoint_auth_method: 'client_secret_post',
      client_secret: expect.any(String),
    })
  })

  test('gets the grants of its type', async () => {
    const spa = await create({ app_type: 'spa', token_endpoint_auth_method: 'none' })
    expect(spa.grant_types).toEqual(['authorization_code', 'implicit', 'refresh_token'])
    const machine = await create({ app_type: 'non_interactive' })
    expect(machine.grant_types).toEqual(['client_credentials'])
  })

  test.each([
    [{ app_type: 'spa', token_endpoint_auth_method: 'none', jwt_configuration: { alg: 'HS256' } }, 'it has no secret'],
    [{ app_type: 'spa', token_endpoint_auth_method: 'none', grant_types: ['password'] }, 'not open to clients'],
    [{ callbacks: ['https://app.example.com/#here'] }, 'Leave out the fragment'],
    [{ callbacks: ['javascript:alert(1)'] }, 'cannot be callbacks'],
    [{ web_origins: ['https://app.example.com/path'] }, 'Write the origin alone'],
    [{ name: '<b>' }, 'Leave out < and >'],
    [{ client_metadata: Object.fromEntries([...'abcdefghijk'].map((key) => [key, 'x'])) }, 'Use at most 10 keys'],
    [{ jwt_configuration: { alg: 'RS512' } }, 'No enum match for: \\"RS512\\"'],
    [{ client_id: 'mine' }, 'Additional properties not allowed: client_id'],
    [{ availability: 'everyone', source: 'tenant' }, 'Additional properties not allowed: availability,source'],
  ])('is refused as %j', async (body, message) => {
    const refused = await world.call('POST', '/clients', { name: 'Refused', ...body })
    expect(refused.status).toBe(400)
    expect(refused.text).toContain(message)
    expect(refused.json.errorCode).toBe('invalid_body')
  })
})

describe('the type of a client', () => {
  test('is told as the client-types document asks for it', async () => {
    const made = await create({ is_first_party: false })
    const answer = await world.call('GET', `/clients/${made.client_id}?fields=is_first_party&include_fields=true`)
    expect(answer.json).toEqual({ tenant: 'localhost', is_first_party: false })
    expect(answer.header('x-ratelimit-limit')).toBe('3000')
    expect(answer.header('cache-control')).toBe('no-cache')
    expect(answer.header('content-type')).toBe('application/json; charset=utf-8')
  })
})

describe('a change', () => {
  test('merges objects one level deep, removes by null, and leaves the rest', async () => {
    const made = await create({
      description: 'Before',
      jwt_configuration: { lifetime_in_seconds: 1234 },
      mobile: { ios: { team_id: 'T' } },
      client_metadata: { keep: 'a', drop: 'b' },
    })
    const changed = await world.call('PATCH', `/clients/${made.client_id}`, {
      description: null,
      jwt_configuration: { alg: 'HS256' },
      mobile: { android: { app_package_name: 'com.example' } },
      client_metadata: { drop: null, more: 'c' },
    })
    expect(changed.json).toMatchObject({
      name: 'Made',
      jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 1234 },
      mobile: { ios: { team_id: 'T' }, android: { app_package_name: 'com.example' } },
      client_metadata: { keep: 'a', more: 'c' },
    })
    expect(changed.json).not.toHaveProperty('description')
    expect((changed.json.client_metadata as object) ?? {}).not.toHaveProperty('drop')
  })

  test.each([
    ['client_metadata', (key: string) => ({ [key]: 'x' }), 'Use at most 10 keys'],
    ['addons', (key: string) => ({ [key]: 'x'.repeat(2_000) }), 'Use at most 16000 characters'],
    ['mobile', (key: string) => ({ [key]: 'x'.repeat(2_000) }), 'Use at most 16000 characters'],
  ])('bounds all of %s, not what a request adds', async (member, part, message) => {
    const { client_id } = await create({})
    const answers = []
    for (const key of 'abcdefghijk')
      answers.push(await world.call('PATCH', `/clients/${client_id}`, { [member]: part(key) }))
    expect(answers[0]?.status).toBe(200)
    expect(answers.at(-1)?.status).toBe(400)
    expect(answers.at(-1)?.text).toContain(message)
  })

  test('clears an address by an empty text, and metadata by an empty object', async () => {
    const addresses = ['logo_uri', 'initiate_login_uri', 'jwks_uri', 'client_uri', 'policy_uri', 'tos_uri']
    const all = (value: string) => Object.fromEntries(addresses.map((name) => [name, value]))
    const { client_id } = await create({ ...all('https://app.example.com/'), client_metadata: { a: 'b' } })
    const changed = await world.call('PATCH', `/clients/${client_id}`, { ...all(''), client_metadata: {} })
    expect(changed.status).toBe(200)
    expect(changed.json.client_metadata).toEqual({})
    for (const name of addresses) expect(changed.json).not.toHaveProperty(name)
  })

  test('of a secret needs a scope of its own, and ends the secret before', async () => {
    const made = await create({ app_type: 'non_interactive' })
    const secret = 'a secret that the tenant has chosen itself'
    const weak = await world.tokenFor('update:clients')
    const refused = await world.call('PATCH', `/clients/${made.client_id}`, { client_secret: secret }, weak)
    expect(refused.json).toMatchObject({
      statusCode: 403,
      errorCode: 'insufficient_scope',
      message: 'Insufficient scope, expected any of: update:client_keys',
    })
    const changed = await world.call('PATCH', `/clients/${made.client_id}`, { client_secret: secret })
    expect(changed.json.client_secret).toBe(secret)
    const clientId = String(made.client_id)
    const grant = { grant_type: 'client_credentials', audience: API }
    const old = await world.machine.token(grant, { clientId, secret: String(made.client_secret) })
    expect(old.json.error).toBe('invalid_client')
    expect((await world.machine.token(grant, { clientId, secret })).json.error).toBe('access_denied')
  })

  test('of where its keys are needs a scope of its own: who holds the keys is the client', async () => {
    const made = await create({ app_type: 'non_interactive' })
    const path = `/clients/${made.client_id}`
    const change = { jwks_uri: 'https://stranger.example.com/keys' }
    const refused = await world.call('PATCH', path, change, await world.tokenFor('update:clients'))
    expect(refused.json).toMatchObject({
      statusCode: 403,
      message: 'Insufficient scope, expected any of: update:client_credentials',
    })
    expect((await world.call('GET', path)).json).not.toHaveProperty('jwks_uri')
    const enough = await world.tokenFor('update:client_credentials')
    expect((await world.call('PATCH', path, change, enough)).json).toMatchObject(change)
    expect((await world.call('PATCH', path, { ...change, name: 'Other' }, enough)).status).toBe(403)
  })

  test('of an app that a partner made is the partner’s to propose', async () => {
    const app = await createPortalApp(await createPartner(world.services))
    const refused = await world.call('PATCH', `/clients/${app.clientId}`, { is_first_party: true })
    expect(refused.status).toBe(403)
    expect(refused.json.message).toContain('/api/v2/apps')
    expect((await world.call('POST', `/clients/${app.clientId}/rotate-secret`)).status).toBe(403)
    expect((await world.call('DELETE', `/clients/${app.clientId}`)).status).toBe(403)
    expect((await world.call('GET', `/clients/${app.clientId}`)).status).toBe(200)
  })

  test('of the profile of a third-party client is for who moderates it', async () => {
    const made = await create({ is_first_party: false, app_type: 'regular_web', callbacks: [CALLBACK] })
    const path = `/clients/${made.client_id}`
    expect((await world.call('PATCH', path, { third_party_security_mode: 'strict' })).json).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('/api/v2/third-party-clients'),
    })
    expect((await world.call('PATCH', path, { third_party_security_mode: 'permissive' })).status).toBe(200)
  })

  test('to a first party’s and back leaves the profile as it was, and each change of it is recorded', async () => {
    const strict = { is_first_party: false, third_party_security_mode: 'strict' }
    const made = await create({ ...strict, app_type: 'regular_web', callbacks: [CALLBACK] })
    const path = `/clients/${made.client_id}`
    const away = await world.call('PATCH', path, { is_first_party: true })
    expect(away.json).toMatchObject({ is_first_party: true })
    const back = { is_first_party: false, third_party_security_mode: 'permissive' }
    expect((await world.call('PATCH', path, back)).json).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('set once'),
    })
    expect((await world.call('PATCH', path, { is_first_party: false })).json).toMatchObject(strict)
    expect(
      (await world.call('PATCH', `/third-party-${path.slice(1)}`, { third_party_security_mode: 'permissive' })).status,
    ).toBe(200)
    const filter = { clientId: String(made.client_id), action: 'client.mode-changed' } as const
    const events = await listAuditEvents(world.services.db, filter, 5)
    expect(events.map(({ details }) => details)).toEqual([
      { from: 'strict', to: 'permissive' },
      { from: null, to: 'strict' },
      { from: 'strict', to: null },
    ])
  })

  test('of the algorithm of ID tokens has its key made, where the tenant has none', async () => {
    const made = await create({ app_type: 'regular_web', callbacks: [CALLBACK], jwt_configuration: { alg: 'PS256' } })
    const client = { clientId: made.client_id, secret: made.client_secret } as TestClient
    const { id_token } = await obtainTokens(world, client, { scope: 'openid' })
    expect(decodeProtectedHeader(id_token ?? '').alg).toBe('PS256')
    const keys = (await world.machine.get('/.well-known/jwks.json')).json.keys as { alg: string }[]
    expect(keys.map(({ alg }) => alg)).toContain('PS256')
  })

  test('of the party tells the rules for refresh tokens that hold from then on', async () => {
    const made = await create({ app_type: 'regular_web', callbacks: [CALLBACK] })
    expect(made.refresh_token).toMatchObject({ rotation_type: 'non-rotating' })
    const { json } = await world.call('PATCH', `/clients/${made.client_id}`, { is_first_party: false })
    expect(json.refresh_token).toMatchObject({
      rotation_type: 'rotating',
      expiration_type: 'expiring',
      infinite_token_lifetime: false,
      infinite_idle_token_lifetime: false,
    })
  })
})

describe('what is told of clients', () => {
  test('is their secrets to those alone who may read keys, and never those of partners', async () => {
    const made = await create({})
    const partners = await createApprovedApp(await createPartner(world.services))
    const withKeys = await world.call('GET', `/clients/${made.client_id}`)
    expect(withKeys.json.client_secret).toBe(made.client_secret)
    const plain = await world.call('GET', `/clients/${made.client_id}`, undefined, await world.tokenFor('read:clients'))
    expect(plain.json).toHaveProperty('callbacks')
    expect(plain.json).not.toHaveProperty('client_secret')
    const theirs = await world.call('GET', `/clients/${partners.clientId}`)
    expect(theirs.json).not.toHaveProperty('client_secret')
  })

  test('is a summary to those who may read no more', async () => {
    const made = await create({ app_type: 'regular_web' })
    const token = await world.tokenFor('read:client_summary')
    const answer = await world.call('GET', `/clients/${made.client_id}`, undefined, token)
    expect(Object.keys(answer.json).sort()).toEqual(['app_type', 'client_id', 'name', 'tenant'])
    const asked = await world.call('GET', `/clients/${made.client_id}?fields=client_secret`, undefined, token)
    expect(asked.json).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' })
    const listed = await world.call('GET', '/clients?fields=client_secret', undefined, token)
    expect(listed.status).toBe(403)
  })

  test('is filtered by type and party', async () => {
    await create({ app_type: 'native', is_first_party: false, token_endpoint_auth_method: 'none' })
    const natives = await world.call('GET', '/clients?app_type=native,spa&is_first_party=false')
    const found = JSON.parse(natives.text) as Record<string, unknown>[]
    expect(found.length).toBeGreaterThan(0)
    for (const client of found) {
      expect(['native', 'spa']).toContain(client.app_type)
      expect(client.is_first_party).toBe(false)
    }
  })
})

describe('the global client', () => {
  test('is what tools find a login page of the tenant at: it has none, and is no client', async () => {
    const list = JSON.parse((await world.call('GET', '/clients?is_global=true')).text)
    expect(list).toMatchObject([{ client_id: 'all-applications', name: 'All Applications', global: true }])
    expect(list[0]).not.toHaveProperty('custom_login_page')
    expect((await world.call('GET', '/clients/all-applications')).json).toMatchObject({ global: true })
    const change = await world.call('PATCH', '/clients/all-applications', { custom_login_page_on: true })
    expect(change).toMatchObject({ status: 403, json: { errorCode: 'feature_not_enabled' } })
    const all = JSON.parse((await world.call('GET', '/clients?per_page=100')).text) as { global: boolean }[]
    expect(all.some(({ global }) => global)).toBe(false)
  })
})

describe('an app of a partner', () => {
  test('takes back what a program has read of it, and no change', async () => {
    const partner = await createPartner(world.services)
    const apps = [await createPortalApp(partner), await createApprovedApp(partner, { appType: 'spa' })]
    for (const { clientId } of apps) {
      const read = (await world.call('GET', `/clients/${clientId}`)).json
      const { client_id, tenant, external_client_id, third_party_security_mode, ...body } = read
      expect(await world.call('PATCH', `/clients/${clientId}`, body)).toMatchObject({ status: 200, json: read })
      const changed = await world.call('PATCH', `/clients/${clientId}`, { ...body, name: 'Other' })
      expect(changed).toMatchObject({ status: 403, json: { errorCode: 'operation_not_supported' } })
    }
  })
})

describe('a rotation', () => {
  test('ends the secret before at once, unless it is to overlap', async () => {
    const made = await create({ app_type: 'non_interactive' })
    const clientId = String(made.client_id)
    const grant = { grant_type: 'client_credentials', audience: API }
    const errorWith = async (secret: unknown) =>
      (await world.machine.token(grant, { clientId, secret: String(secret) })).json.error
    const second = (await world.call('POST', `/clients/${clientId}/rotate-secret`)).json.client_secret
    expect(await errorWith(made.client_secret)).toBe('invalid_client')
    const third = (await world.call('POST', `/clients/${clientId}/rotate-secret`, { overlap_hours: 1 })).json
    expect(await errorWith(second)).toBe('access_denied')
    expect(await errorWith(third.client_secret)).toBe('access_denied')
    world.services.clock.advance(3_600_001)
    expect(await errorWith(second)).toBe('invalid_client')
  })
})

describe('the keys of a client', () => {
  test('are stored, listed, given an end, and used once the client says so', async () => {
    const made = await create({})
    const path = `/clients/${made.client_id}/credentials`
    const key = { credential_type: 'public_key', name: 'First', pem: publicPem(), alg: 'PS256' }
    const stored = await world.call('POST', path, key)
    expect(stored.status).toBe(201)
    expect(stored.json).toMatchObject({ credential_type: 'public_key', name: 'First', alg: 'PS256' })
    expect(stored.json.id).toMatch(/^cred_/)
    expect(stored.json).not.toHaveProperty('pem')
    expect((await world.call('POST', path, key)).status).toBe(409)

    const used = await world.call('PATCH', `/clients/${made.client_id}`, {
      client_authentication_methods: { private_key_jwt: { credentials: [{ id: stored.json.id }] } },
    })
    expect(used.json.client_authentication_methods).toEqual({
      private_key_jwt: { credentials: [{ id: stored.json.id }] },
    })
    expect(used.json).not.toHaveProperty('token_endpoint_auth_method')

    const ended = await world.call('PATCH', `${path}/${stored.json.id}`, { expires_at: '2031-01-01T00:00:00.000Z' })
    expect(ended.json.expires_at).toBe('2031-01-01T00:00:00.000Z')
    expect(JSON.parse((await world.call('GET', path)).text)).toEqual([ended.json])
    expect((await world.call('DELETE', `${path}/${stored.json.id}`)).status).toBe(204)
    expect((await world.call('GET', `${path}/${stored.json.id}`)).status).toBe(404)
  })

  test('are of one client alone', async () => {
    const [one, other] = [await create({}), await create({})]
    const key = { credential_type: 'public_key', pem: publicPem() }
    const stored = await world.call('POST', `/clients/${one.client_id}/credentials`, key)
    expect((await world.call('GET', `/clients/${other.client_id}/credentials/${stored.json.id}`)).status).toBe(404)
    const borrowed = await world.call('PATCH', `/clients/${other.client_id}`, {
      client_authentication_methods: { private_key_jwt: { credentials: [{ id: stored.json.id }] } },
    })
    expect(borrowed.status).toBe(400)
  })

  test('are public ones', async () => {
    const made = await create({})
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
    const refused = await world.call('POST', `/clients/${made.client_id}/credentials`, {
      credential_type: 'public_key',
      pem: pem.toString(),
    })
    expect(refused.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_body' })
  })
})

describe('a client grant', () => {
  test('lets a client have scopes of an API, until it is taken back', async () => {
    const made = await create({ app_type: 'non_interactive' })
    const credentials = { clientId: String(made.client_id), secret: String(made.client_secret) }
    const ask = () => world.machine.token({ grant_type: 'client_credentials', audience: API }, credentials)
    const body = { client_id: made.client_id, audience: API, scope: ['read:items'] }
    const grant = await world.call('POST', '/client-grants', body)
    expect(grant.json).toMatchObject({ ...body, subject_type: 'client' })
    expect((await world.call('POST', '/client-grants', body)).status).toBe(409)
    expect((await ask()).json.scope).toBe('read:items')

    await world.call('PATCH', `/client-grants/${grant.json.id}`, { scope: ['read:items', 'write:items'] })
    expect((await ask()).json.scope).toBe('read:items write:items')
    const listed = await world.call('GET', `/client-grants?client_id=${made.client_id}&include_totals=true`)
    expect(listed.json).toMatchObject({ total: 1, start: 0, limit: 50, length: 1 })

    expect((await world.call('DELETE', `/client-grants/${grant.json.id}`)).status).toBe(204)
    expect((await ask()).json.error).toBe('access_denied')
  })

  test('names a client, an API and scopes that there are', async () => {
    const made = await create({})
    const grant = { client_id: made.client_id, audience: API, scope: ['read:items'] }
    const of = (given: object) => world.call('POST', '/client-grants', { ...grant, ...given })
    expect((await of({ client_id: 'nobody' })).status).toBe(404)
    expect((await of({ audience: 'https://nothing.example.com/' })).status).toBe(404)
    expect((await of({ scope: ['fly:items'] })).status).toBe(400)
  })

  test('never gives the Management API to a client of a third party', async () => {
    const made = await create({ is_first_party: false, app_type: 'non_interactive' })
    const refused = await world.call('POST', '/client-grants', {
      client_id: made.client_id,
      audience: world.audience,
      scope: ['read:users'],
    })
    expect(refused.status).toBe(403)
  })
})

test('what Auth0’s tools send along, and means nothing here, is taken; null takes away what there was', async () => {
  const body = {
    client_metadata: { team: 'blue' },
    cross_origin_authentication: true,
    encryption_key: null,
    session_transfer: null,
    organization_usage: 'deny',
    skip_non_verifiable_callback_uri_confirmation_prompt: null,
    refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', policies: null },
    oidc_logout: { backchannel_logout_urls: [], backchannel_logout_initiators: { mode: 'all' } },
    allowed_logout_urls: ['com.example.app.auth0://login.example.com/ios/com.example.app/callback'],
    app_type: 'native',
  }
  const made = await create(body)
  expect(made).toMatchObject({ client_metadata: { team: 'blue' }, cross_origin_authentication: true })
  const changed = await world.call('PATCH', `/clients/${made.client_id}`, {
    client_metadata: null,
    cross_origin_authentication: null,
  })
  expect(changed.json).not.toHaveProperty('client_metadata')
  expect(changed.json).toMatchObject({ cross_origin_authentication: false })
})

test('a native app of the tenant’s own has addresses of any scheme, and pages with an origin of its own', async () => {
  const native = { app_type: 'native', callbacks: ['myapp://callback'], allowed_logout_urls: ['myapp://bye'] }
  const pages = { allowed_origins: ['capacitor://localhost'], web_origins: ['ionic://localhost'] }
  const made = await world.call('POST', '/clients', { name: 'Boats', ...native, ...pages })
  expect(made.status).toBe(201)
  const preflight = await world.machine.app.inject({
    method: 'OPTIONS',
    url: '/oauth/token',
    headers: { origin: 'capacitor://localhost', 'access-control-request-method': 'POST' },
  })
  expect(preflight.headers['access-control-allow-origin']).toBe('capacitor://localhost')
  const theirs = { name: 'Boats', is_first_party: false, app_type: 'native', ...pages }
  expect((await world.call('POST', '/clients', theirs)).status).toBe(201)
  expect((await world.call('POST', '/clients', { ...theirs, callbacks: ['myapp://callback'] })).status).toBe(400)
  const owner = await openVisitorOf(world.services, 'admin', await findOwner(world.services))
  const { value } = await owner.load(dashboard, '/admin')
  expect((value as { claimable: object[] }).claimable).toMatchObject([
    { addresses: ['myapp://callback', 'myapp://bye'] },
  ])
})

test('a deleted client is gone, and deleting it again is no failure', async () => {
  const made = await create({})
  for (const attempt of [1, 2]) {
    expect((await world.call('DELETE', `/clients/${made.client_id}`)).status, `attempt ${attempt}`).toBe(204)
  }
  expect((await world.call('GET', `/clients/${made.client_id}`)).json).toEqual({
    statusCode: 404,
    error: 'Not Found',
    message: 'The client does not exist',
    errorCode: 'inexistent_client',
  })
})
