import { createRemoteJWKSet, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { upsertClientGrant } from '~db/queries/client-grants'
import { updateUser } from '~db/queries/users'
import {
  createApi,
  createFirstPartyClient,
  createThirdPartyClient,
  grantToClient,
  type TestClient,
} from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'
import {
  API,
  claimsOf,
  createWorld,
  introspect,
  newPkce,
  obtainCode,
  obtainTokens,
  redeem,
  refresh,
  userinfo,
  type World,
} from './authorization-world'

let world: World
let app: TestClient
let spa: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
  spa = await createThirdPartyClient(world.services, { appType: 'spa' })
})

it('for an API whose identifier looks like the address of userinfo is one for that API', async () => {
  const audience = 'https://api.example.com/userinfo'
  await createApi(world.services, { identifier: audience, name: 'People' })
  const strict = await createThirdPartyClient(world.services, { thirdPartySecurityMode: 'strict' })
  const now = world.services.clock.now()
  const allowed = { id: 'cgr_people', clientId: strict.clientId, audience, scope: ['read:items'] }
  await world.services.db.run(upsertClientGrant({ ...allowed, subjectType: 'user', createdAt: now, updatedAt: now }))
  const { access_token } = await obtainTokens(world, strict, { audience, scope: 'read:items' })
  expect((await introspect(world, strict, access_token)).json).toMatchObject({ active: true, aud: audience })
})

describe('the code', () => {
  it('works once; a replay gets nothing and ends what was bought (RFC 6749 §4.1.2)', async () => {
    const given = await obtainCode(world, app)
    const first = await redeem(world, app, given)
    expect(first.status).toBe(200)
    expect((await userinfo(world, first.json as never)).status).toBe(200)
    const second = await redeem(world, app, given)
    expect(second.status).toBe(400)
    expect(second.json.error).toBe('invalid_grant')
    expect((await userinfo(world, first.json as never)).status).toBe(401)
    expect((await refresh(world, app, String(first.json.refresh_token))).json.error).toBe('invalid_grant')
  })

  it('redeemed 50 times at once is redeemed once', async () => {
    const given = await obtainCode(world, app)
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(world, app, given)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49)
  })

  it('of one client is nothing in the hands of another, and still works for the first', async () => {
    const given = await obtainCode(world, app)
    const other = await createThirdPartyClient(world.services)
    expect((await redeem(world, other, given)).json.error).toBe('invalid_grant')
    expect((await redeem(world, app, given)).status).toBe(200)
  })

  it('is not used up by a request with a wrong secret', async () => {
    const given = await obtainCode(world, app)
    expect((await redeem(world, { ...app, secret: 'wrong' }, given)).json.error).toBe('invalid_client')
    expect((await redeem(world, app, given)).status).toBe(200)
  })

  it('lives for a minute', async () => {
    const given = await obtainCode(world, app)
    world.services.clock.advance(60_000)
    expect((await redeem(world, app, given)).json.error).toBe('invalid_grant')
  })

  it('needs the callback of the request', async () => {
    const answer = await redeem(world, app, await obtainCode(world, app), {
      redirect_uri: 'https://app.example.com/other',
    })
    expect(answer.json).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('The redirect URI is wrong'),
    })
  })

  it('needs no callback from a client that has a single one, as the request needs none', async () => {
    const client = await createFirstPartyClient(world.services)
    const { code } = await obtainCode(world, client, { code_challenge: undefined, redirect_uri: undefined })
    const fields = { grant_type: 'authorization_code', code }
    expect((await world.machine.token(fields, client)).status).toBe(200)
  })

  it.each([
    ['another verifier', newPkce().verifier],
    ['no verifier', ''],
    ['a short verifier', 'short'],
  ])('is used up by %s (RFC 7636 §4.6)', async (_what, verifier) => {
    const given = await obtainCode(world, spa)
    expect((await redeem(world, spa, { ...given, verifier })).json.error).toBe('invalid_grant')
    expect((await redeem(world, spa, given)).json.error).toBe('invalid_grant')
  })

  it('that was asked for without a challenge refuses a verifier: there is no downgrade', async () => {
    const first = await createFirstPartyClient(world.services)
    const { code } = await obtainCode(world, first, { code_challenge: undefined, code_challenge_method: undefined })
    expect((await redeem(world, first, { code, verifier: newPkce().verifier })).json.error).toBe('invalid_grant')
  })
})

describe('the ID token', () => {
  it('of a third-party app holds protocol claims and the subject, whatever was consented to', async () => {
    const { id_token } = await obtainTokens(world, app)
    const claims = claimsOf(id_token)
    expect(Object.keys(claims).sort()).toEqual([
      'acr',
      'amr',
      'at_hash',
      'aud',
      'auth_time',
      'exp',
      'iat',
      'iss',
      'nonce',
      'sid',
      'sub',
    ])
    expect(claims).toMatchObject({
      iss: world.services.config.issuer,
      aud: app.clientId,
      sub: world.user.user.userId,
      nonce: 'the nonce',
    })
  })

  it('of a first-party client holds what the scopes let it hold', async () => {
    const client = await createFirstPartyClient(world.services)
    expect(claimsOf((await obtainTokens(world, client)).id_token)).toMatchObject({
      name: world.user.user.name,
      email: world.user.email,
    })
    expect(claimsOf((await obtainTokens(world, client, { scope: 'openid' })).id_token)).not.toHaveProperty('email')
  })

  it('tells no address by a picture that was made from it', async () => {
    const client = await createFirstPartyClient(world.services)
    const withAddress = claimsOf((await obtainTokens(world, client, { scope: 'openid profile email' })).id_token)
    expect(withAddress.picture).toContain('gravatar')
    const without = claimsOf((await obtainTokens(world, client, { scope: 'openid profile' })).id_token)
    expect(without).toMatchObject({ name: world.user.user.name })
    expect(without).not.toHaveProperty('picture')
  })

  it('tells no address by a name or a nickname that was made from it, here and at /userinfo', async () => {
    const person = await createEndUser(world.services, { email: 'ada@example.com' })
    const client = await createFirstPartyClient(world.services)
    const seen = async (scope: string) => {
      const tokens = await obtainTokens(world, client, { scope }, person)
      return [claimsOf(tokens.id_token), (await userinfo(world, tokens)).json as Record<string, unknown>]
    }
    for (const claims of await seen('openid profile email')) expect(claims.nickname).toBe('ada')
    for (const claims of await seen('openid profile')) expect(claims).not.toHaveProperty('nickname')
    await world.services.db.run(
      updateUser(person.user.userId, { name: 'Ada@example.com', nickname: 'ada@example.com' }),
    )
    for (const claims of await seen('openid profile')) expect(JSON.stringify(claims)).not.toMatch(/ada@/i)
    await world.services.db.run(updateUser(person.user.userId, { name: 'Ada', nickname: 'countess' }))
    for (const claims of await seen('openid profile'))
      expect(claims).toMatchObject({ name: 'Ada', nickname: 'countess' })
  })

  it('verifies with the published key, which has no private part', async () => {
    const { id_token } = await obtainTokens(world, app)
    const { keys } = (await world.machine.get('/.well-known/jwks.json')).json as { keys: JWK[] }
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use', 'x5c', 'x5t'])
    const { kid, alg } = decodeProtectedHeader(id_token ?? '')
    const key = keys.find((candidate) => candidate.kid === kid)
    const options = {
      issuer: world.services.config.issuer,
      audience: app.clientId,
      currentDate: new Date(world.services.clock.now()),
    }
    await jwtVerify(id_token ?? '', await importJWK(key ?? {}, alg), options)
    expect(createRemoteJWKSet).toBeDefined()
  })

  it('of a confidential client that chose HS256 is keyed by its newest secret; a public client gets RS256 all the same', async () => {
    const client = await createFirstPartyClient(world.services, { idTokenAlg: 'HS256' })
    const { id_token } = await obtainTokens(world, client)
    const options = { currentDate: new Date(world.services.clock.now()) }
    await jwtVerify(id_token ?? '', new TextEncoder().encode(client.secret), options)
    expect(decodeProtectedHeader((await obtainTokens(world, spa)).id_token ?? '').alg).toBe('RS256')
  })

  it('is not there without openid', async () => {
    expect(await obtainTokens(world, app, { scope: 'profile', nonce: undefined })).not.toHaveProperty('id_token')
  })
})

describe('the access token', () => {
  it('without an API is opaque, and good for /userinfo', async () => {
    const tokens = await obtainTokens(world, app)
    expect(tokens.access_token).toMatch(/^at_/)
    expect((await userinfo(world, tokens)).json).toEqual({
      sub: world.user.user.userId,
      name: world.user.user.name,
      nickname: expect.any(String),
      picture: expect.any(String),
      updated_at: expect.any(Number),
      email: world.user.email,
      email_verified: true,
    })
  })

  it('for an API is a signed JWT (RFC 9068), which /userinfo takes where openid was granted', async () => {
    const tokens = await obtainTokens(world, app, { audience: API, scope: 'openid email read:items' })
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    expect(claimsOf(tokens.access_token)).toMatchObject({
      aud: [API, `${world.services.config.issuer}userinfo`],
      sub: world.user.user.userId,
      azp: app.clientId,
      client_id: app.clientId,
      scope: 'openid email read:items',
      jti: expect.any(String),
    })
    expect((await userinfo(world, tokens)).json).toEqual({
      sub: world.user.user.userId,
      email: world.user.email,
      email_verified: true,
    })
    const plain = await obtainTokens(world, app, { audience: API, scope: 'read:items', nonce: undefined })
    expect(claimsOf(plain.access_token).aud).toBe(API)
    expect((await userinfo(world, plain)).status).toBe(401)
  })

  it('for the Management API holds current_user scopes only, whatever else was asked for', async () => {
    const audience = `${world.services.config.issuer}api/v2/`
    const scope = 'openid read:current_user update:current_user_metadata read:users delete:clients'
    const tokens = await obtainTokens(world, app, { audience, scope: `${scope} offline_access` })
    expect(claimsOf(tokens.access_token).scope).toBe('openid read:current_user update:current_user_metadata')
    expect(tokens.refresh_token).toBeUndefined()
  })

  it('/userinfo refuses everything else: ID token, refresh token, nonsense, two tokens, none', async () => {
    const tokens = await obtainTokens(world, app)
    for (const bearer of [tokens.id_token, tokens.refresh_token, 'nonsense', 'a.b.c']) {
      const answer = await world.machine.get('/userinfo', { bearer })
      expect(answer.status).toBe(401)
      expect(answer.header('www-authenticate')).toContain('error="invalid_token"')
    }
    expect((await world.machine.get('/userinfo')).header('www-authenticate')).toBe(
      'Bearer realm="Users", DPoP algs="ES256 RS256 PS256 EdDSA"',
    )
    expect((await world.machine.get(`/userinfo?access_token=${tokens.access_token}`)).status).toBe(401)
    expect((await world.machine.postForm('/userinfo', { access_token: tokens.access_token })).status).toBe(200)
    expect(
      (
        await world.machine.postForm(
          '/userinfo',
          { access_token: tokens.access_token },
          { bearer: tokens.access_token },
        )
      ).status,
    ).toBe(400)
  })
})

describe('client credentials', () => {
  it('give what the client grant has, and nothing without one', async () => {
    const machine = await createThirdPartyClient(world.services, { appType: 'non_interactive' })
    const request = { grant_type: 'client_credentials', audience: API }
    expect((await world.machine.token(request, machine)).json).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('is not authorized to access'),
    })
    await grantToClient(world.services, machine, ['read:items', 'write:items'])
    const answer = await world.machine.token(request, machine)
    expect(answer.json).toMatchObject({ scope: 'read:items write:items', token_type: 'Bearer', expires_in: 86_400 })
    expect(answer.json.refresh_token).toBeUndefined()
    expect(claimsOf(String(answer.json.access_token))).toMatchObject({
      sub: `${machine.clientId}@clients`,
      gty: 'client-credentials',
      aud: API,
    })
    expect((await world.machine.token({ ...request, scope: 'read:items' }, machine)).json.scope).toBe('read:items')
    expect((await world.machine.token({ ...request, scope: 'delete:items' }, machine)).status).toBe(403)
    expect((await world.machine.token({ ...request, audience: 'https://nowhere.example.com/' }, machine)).status).toBe(
      403,
    )
  })

  it('are not for public clients, nor for clients whose grant types do not name them', async () => {
    for (const client of [spa, app]) {
      const answer = await world.machine.token({ grant_type: 'client_credentials', audience: API }, client)
      expect(answer.json.error).toBe('unauthorized_client')
    }
  })
})

describe('client authentication', () => {
  const token = (fields: Record<string, string>, client?: TestClient) =>
    world.machine.token({ grant_type: 'refresh_token', refresh_token: 'rt_x', ...fields }, client)

  it.each([
    ['an unknown client', { client_id: 'nobody', client_secret: 'x' }],
    ['no client', {}],
    ['a confidential client without its secret', { client_id: 'APP' }],
    ['a confidential client with a wrong secret', { client_id: 'APP', client_secret: 'wrong' }],
    ['a public client with a secret', { client_id: 'SPA', client_secret: 'x' }],
  ])('%s gets invalid_client and 401', async (_what, fields) => {
    const given: Record<string, string> = { ...fields }
    if (given.client_id === 'APP') given.client_id = app.clientId
    if (given.client_id === 'SPA') given.client_id = spa.clientId
    const answer = await token(given)
    expect(answer.status).toBe(401)
    expect(answer.json.error).toBe('invalid_client')
    expect(answer.header('cache-control')).toBe('no-store')
  })

  it('answers an unknown client and a wrong secret with the same words', async () => {
    const unknown = await token({ client_id: 'nobody', client_secret: 'x' })
    const wrong = await token({ client_id: app.clientId, client_secret: 'x' })
    expect(unknown.text).toBe(wrong.text)
  })

  it('by the header gets a challenge, and takes any character of id and secret (RFC 6749 §2.3.1)', async () => {
    const answer = await token({}, { ...app, secret: 'wrong: %+é' })
    expect(answer.status).toBe(401)
    expect(answer.header('www-authenticate')).toContain('Basic')
    expect((await token({}, app)).json.error).toBe('invalid_grant')
  })

  it('takes one method only, and the one that the client is registered for', async () => {
    const answer = await token({ client_secret: app.secret ?? '' }, app)
    expect(answer.json.error).toBe('invalid_request')
    const post = await createThirdPartyClient(world.services, { tokenEndpointAuthMethod: 'client_secret_post' })
    expect((await token({}, post)).json.error).toBe('invalid_client')
    expect((await token({ client_id: post.clientId, client_secret: post.secret ?? '' })).json.error).toBe(
      'invalid_grant',
    )
  })

  it('refuses a body that names another client than the header', async () => {
    expect((await token({ client_id: spa.clientId }, app)).json.error).toBe('invalid_request')
  })
})

describe('the token endpoint', () => {
  it('takes forms and JSON alike, and no parameter twice', async () => {
    const given = await obtainCode(world, spa)
    const body = {
      grant_type: 'authorization_code',
      client_id: spa.clientId,
      code: given.code,
      code_verifier: given.verifier,
      redirect_uri: 'https://app.example.com/callback',
    }
    expect((await world.machine.sendJson('POST', '/oauth/token', { ...body, code: [given.code] })).json.error).toBe(
      'invalid_request',
    )
    expect((await world.machine.sendJson('POST', '/oauth/token', body)).status).toBe(200)
    expect((await world.machine.token({ ...body, code: [given.code, given.code] })).json.error).toBe('invalid_request')
    for (const wrong of ['null', '[]', '"text"', '{']) {
      const answer = await world.machine.app.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { 'content-type': 'application/json' },
        payload: wrong,
      })
      expect(answer.statusCode).toBe(400)
    }
  })

  it('names what is missing or not supported', async () => {
    expect((await world.machine.token({}, app)).json).toMatchObject({
      error: 'invalid_request',
      error_description: 'Missing required parameter: grant_type',
    })
    expect((await world.machine.token({ grant_type: 'magic' }, app)).json.error).toBe('unsupported_grant_type')
    expect((await world.machine.token({ grant_type: 'authorization_code' }, app)).json.error_description).toBe(
      'Missing required parameter: code',
    )
  })

  it('gives tokens for the resource that was asked for, and for no other (RFC 8707 §2.2)', async () => {
    const asked = { audience: API, scope: 'openid offline_access read:items' }
    const wrong = await redeem(world, app, await obtainCode(world, app, asked), { resource: 'https://other.example/' })
    expect([wrong.status, wrong.json.error]).toEqual([400, 'invalid_target'])
    const right = await redeem(world, app, await obtainCode(world, app, asked), { resource: API })
    expect(right.status).toBe(200)
    const { refresh_token } = right.json as { refresh_token: string }
    expect((await refresh(world, app, refresh_token, { resource: 'https://other.example/' })).json.error).toBe(
      'invalid_target',
    )
    expect((await refresh(world, app, refresh_token, { resource: API })).status).toBe(200)
  })

  it('is the same with the slash of an empty path and without (RFC 8707 §2)', async () => {
    const bare = API.slice(0, -1)
    const asked = { resource: bare, scope: 'read:items offline_access' }
    const answer = await redeem(world, app, await obtainCode(world, app, asked), { resource: bare })
    expect(claimsOf(answer.json.access_token as string).aud).toBe(API)
    const again = await refresh(world, app, answer.json.refresh_token as string, { resource: bare })
    expect(again.status).toBe(200)
  })

  it('does not read credentials from the query, and takes POST alone', async () => {
    const query = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret ?? '',
    })
    expect((await world.machine.postForm(`/oauth/token?${query}`, {})).status).toBe(400)
    const got = await world.machine.get('/oauth/token')
    expect(got).toMatchObject({ status: 405, json: { error: 'invalid_request' } })
    expect(got.header('allow')).toBe('POST')
    expect((await world.machine.sendJson('DELETE', '/userinfo')).header('allow')).toBe('GET, POST')
  })
})

it('a person who is blocked gets nothing any more: no code exchange, no userinfo, no refresh', async () => {
  const { blockUser } = await import('~/domain/users/block-user')
  const { findOwner } = await import('~tests/support/people')
  const person = await createEndUser(world.services)
  const tokens = await obtainTokens(world, app, {}, person)
  const code = await obtainCode(world, app, {}, person)
  await blockUser((await findOwner(world.services)).ctx, person.user.userId)
  expect((await redeem(world, app, code)).json.error).toBe('invalid_grant')
  expect((await userinfo(world, tokens)).status).toBe(401)
  expect((await refresh(world, app, tokens.refresh_token)).json.error).toBe('invalid_grant')
  expect((await introspect(world, app, tokens.access_token)).json).toEqual({ active: false })
})
