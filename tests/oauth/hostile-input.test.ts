/** What no client sends: the answer is a refusal with a reason, never a failure of the program. */
import { beforeAll, describe, expect, it } from 'vitest'
import { publicJwk } from '~/domain/clients/client-keys'
import * as signIn from '~/routes/account.sign-in'
import * as signUp from '~/routes/portal.sign-up'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { openVisitor } from '~tests/support/visitor'
import {
  answerOf,
  authorizeParams,
  createWorld,
  decide,
  obtainCode,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
  refresh,
  type World,
} from './authorization-world'
import { ASSERTION_TYPE, assertionClaims, type ClientSigner, newSigner, registerSigner } from './client-key'

let world: World
let app: TestClient
let other: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
  other = await createThirdPartyClient(world.services)
})

describe('a NUL, which PostgreSQL takes nowhere', () => {
  it('in an address', async () => {
    for (const path of ['/authorize?client_id=%00', '/authorize/resume?request=%00', '/portal/apps/%00', '/%00']) {
      expect((await world.machine.get(path)).status).toBe(400)
    }
  })

  it('in a parameter, form or JSON', async () => {
    for (const name of ['grant_type', 'code', 'client_id', 'scope', 'redirect_uri']) {
      const fields = { grant_type: 'authorization_code', code: 'x', [name]: 'a\0b' }
      expect((await world.machine.token(fields)).json.error).toBe('invalid_request')
      expect((await world.machine.sendJson('POST', '/oauth/token', fields)).json.error).toBe('invalid_request')
    }
    for (const path of ['/oauth/revoke', '/oauth/introspect']) {
      expect((await world.machine.postForm(path, { token: '\0' }, { client: app })).status).toBe(400)
    }
  })

  it('in the Authorization header', async () => {
    const authorization = `Basic ${Buffer.from('%00:%00').toString('base64')}`
    const answer = await world.machine.postForm('/oauth/token', { grant_type: 'x' }, { headers: { authorization } })
    expect(answer.json.error).toBe('invalid_client')
    expect((await world.machine.get('/userinfo', { bearer: 'at_%00' })).status).toBe(401)
  })

  it('in a form of a page', async () => {
    const visitor = openVisitor(world.services)
    const typed = { username: 'a\0@example.com', password: 'a\0b' }
    expect((await visitor.send(signIn, '/account/sign-in', typed)).status).toBe(400)
  })
})

describe('text that not every database and no header takes', () => {
  const halves = String.raw`{"id_token":{"acr":{"values":["\ud800","\u0000"]},"sub":{"value":"\u0000"}}}`

  it('in the claims parameter, and in the JSON of a pushed request', async () => {
    const browser = await openBrowser(world)
    expect((await browser.authorize(authorizeParams(app, { claims: halves }))).status).toBe(302)
    const pushed = { ...Object.fromEntries(authorizeParams(app)), client_secret: app.secret, state: '\ud800' }
    expect((await world.machine.sendJson('POST', '/oauth/par', pushed)).status).toBe(201)
  })

  it('nor an object or a list in the claims parameter', async () => {
    const browser = await openBrowser(world)
    for (const value of [{ a: 1 }, [['a']], 1, true])
      for (const claim of ['sub', 'acr']) {
        const claims = JSON.stringify({ id_token: { [claim]: { values: [value] } } })
        const answer = await browser.authorize(authorizeParams(app, { claims }))
        expect([answer.status, answer.header('location')], claims).toEqual([
          302,
          expect.stringContaining('error=invalid_request'),
        ])
      }
  })

  it('in a request object', async () => {
    const signer = await registerSigner(world.services, app)
    const { jti: _jti, sub: _sub, ...claims } = assertionClaims(world.services, app.clientId)
    const sign = (given: Record<string, string>) =>
      signer.sign({ ...claims, ...Object.fromEntries(authorizeParams(app)), client_id: app.clientId, ...given })
    for (const name of ['state', 'nonce', 'audience', 'login_hint', 'connection']) {
      const answer = await world.machine.postForm(
        '/oauth/par',
        { request: await sign({ [name]: '\0' }) },
        { client: app },
      )
      expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request'])
    }
    const request = await sign({ nonce: '\ud800', state: '\ud800' })
    const browser = await openBrowser(world, world.user)
    const id = pendingId(await browser.authorize(new URLSearchParams({ client_id: app.clientId, request })), 'consent')
    expect(answerOf(await decide(world, browser, id, ['openid'])).code).toBeDefined()
  })

  it('in a registration', async () => {
    const { flags } = await findTenantSettings(world.services.db)
    await world.services.db.run(updateTenantSettings({ flags: { ...flags, enable_dynamic_client_registration: true } }))
    const register = (metadata: object) => world.machine.sendJson('POST', '/oidc/register', metadata)
    for (const path of ['\ud800', '\0', '\n', '写'])
      expect((await register({ redirect_uris: [`https://app.example.com/${path}`] })).status).toBe(400)
    const { publicJwk } = await newSigner('ES256')
    const jwks = { keys: [{ ...publicJwk, kid: '\ud800', note: '\ud800' }] }
    const keyed = { redirect_uris: ['https://app.example.com/'], token_endpoint_auth_method: 'private_key_jwt', jwks }
    expect((await register(keyed)).status).toBe(201)
  })

  it('in an address to go to after signing out', async () => {
    const bye = 'https://app.example.com/bye'
    const { clientId: client_id } = await createFirstPartyClient(world.services, { allowedLogoutUrls: [bye] })
    const browser = await openBrowser(world)
    const back = async (returnTo: string) =>
      (await browser.get(`/v2/logout?${new URLSearchParams({ client_id, returnTo })}`)).header('location')
    expect(await back(`${bye}?x=写`)).toBe(`${bye}?x=%E5%86%99`)
    expect(await back(bye.replace('bye', 'b\r\nye'))).toBeUndefined()
    const sent = await world.machine.app.inject({
      method: 'POST',
      url: '/oidc/logout',
      payload: 'state=写\r\nset-cookie: x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([sent.statusCode, sent.headers.location]).toEqual([303, '/oidc/logout?state=%E5%86%99%0D%0Aset-cookie%3A+x'])
  })
})

it.each([1, {}, [], null, true, '', '\0'])('an assertion about %j proves nobody', async (sub) => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const client_assertion = `${encode({ alg: 'ES256' })}.${encode({ sub })}.x`
  const proof = { client_assertion, client_assertion_type: ASSERTION_TYPE }
  const answer = await world.machine.token({ grant_type: 'client_credentials', ...proof })
  expect([answer.status, answer.json.error]).toEqual([401, 'invalid_client'])
})

describe('a public key that is none', () => {
  const assert = async (clientId: string, signer: ClientSigner) =>
    world.machine.token({
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await signer.sign(assertionClaims(world.services, clientId)),
    })

  it.each<[string, Record<string, unknown>]>([
    ['half of one', { kty: 'EC', crv: 'P-256' }],
    ['not on its curve', { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['of the wrong types', { kty: 'EC', crv: 'P-256', x: 1, y: {} }],
    ['too short', { kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
    ['without an exponent', { kty: 'RSA', n: 'A'.repeat(400) }],
    ['as long as a book', { kty: 'RSA', n: 'A'.repeat(20_000), e: 'AQAB' }],
  ])('as it is %s, is not taken', (_what, jwk) => {
    expect(publicJwk.safeParse(jwk).success).toBe(false)
  })

  it('or is for something else proves nobody', async () => {
    const client = await createFirstPartyClient(world.services, { tokenEndpointAuthMethod: 'private_key_jwt' })
    for (const odd of [{ key_ops: ['encrypt'] }, { key_ops: 5 }, { y: 'AA' }]) {
      const signer = await registerSigner(world.services, client, 'ES256', odd)
      const answer = await assert(client.clientId, signer)
      expect([answer.status, answer.json.error]).toEqual([401, 'invalid_client'])
    }
  })
})

describe('names that JavaScript objects have', () => {
  it('as parameters and fields change nothing', async () => {
    const fields = { grant_type: 'constructor', '__proto__[polluted]': '1', 'constructor.prototype.polluted': '1' }
    expect((await world.machine.token(fields, app)).json.error).toBe('unsupported_grant_type')
    expect((await world.machine.token({ grant_type: '__proto__' }, app)).json.error).toBe('unsupported_grant_type')
    const visitor = openVisitor(world.services)
    const typed = {
      '__proto__.polluted': '1',
      'constructor.prototype.polluted': '1',
      'name[__proto__]': '1',
      name: 'x',
    }
    expect((await visitor.send(signUp, '/portal/sign-up', typed)).status).toBe(400)
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })
})

describe('bodies', () => {
  it('that are no form and no JSON object are refused', async () => {
    const send = (payload: string, type: string) =>
      world.machine.app.inject({ method: 'POST', url: '/oauth/token', payload, headers: { 'content-type': type } })
    for (const [payload, type] of [
      ['[]', 'application/json'],
      ['null', 'application/json'],
      ['{"grant_type":{}}', 'application/json'],
      ['{"grant_type":', 'application/json'],
      ['grant_type=x', 'text/plain'],
      ['grant_type=x', 'multipart/form-data'],
    ] as const) {
      const answer = await send(payload, type)
      expect(answer.statusCode).toBe(400)
      expect(answer.json().error).toBe('invalid_request')
    }
  })

  it('of a pushed request are not kept at any length', async () => {
    const params = Object.fromEntries(authorizeParams(app, { 'ext-filler': 'x'.repeat(40_000) }))
    expect((await world.machine.postForm('/oauth/par', params, { client: app })).status).toBe(413)
  })

  it('of more than a quarter of a megabyte are refused unread', async () => {
    const answer = await world.machine.token({ grant_type: 'x'.repeat(300_000) }, app)
    expect(answer.status).toBe(413)
  })
})

describe('what one client was given', () => {
  it('is of no use to another, and stays of use to its own', async () => {
    const code = await obtainCode(world, app)
    const tokens = await obtainTokens(world, app)
    expect((await redeem(world, other, code)).json.error).toBe('invalid_grant')
    expect((await refresh(world, other, tokens.refresh_token)).json.error).toBe('invalid_grant')
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      await world.machine.postForm('/oauth/revoke', { token }, { client: other })
      const seen = await world.machine.postForm('/oauth/introspect', { token }, { client: other })
      expect(seen.text).toBe('{"active":false}')
    }
    expect((await redeem(world, app, code)).status).toBe(200)
    expect((await refresh(world, app, tokens.refresh_token)).status).toBe(200)
  })
})
