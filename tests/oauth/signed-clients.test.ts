/** Clients that prove themselves and their requests by keys: `private_key_jwt`, pushed requests, request objects. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFirstPartyClient, createThirdPartyClient, grantToClient, type TestClient } from '~tests/support/fixtures'
import { closeAfterFile } from '~tests/support/services'
import {
  API,
  answerOf,
  authorizeParams,
  CALLBACK,
  createWorld,
  decide,
  newPkce,
  openBrowser,
  pendingId,
  redeem,
  type World,
} from './authorization-world'
import { ASSERTION_TYPE, assertionClaims, type ClientSigner, newSigner, registerSigner } from './client-key'

let world: World
let client: TestClient
let signer: ClientSigner

beforeAll(async () => {
  world = await createWorld()
  client = await createFirstPartyClient(world.services, {
    tokenEndpointAuthMethod: 'private_key_jwt',
    grantTypes: ['authorization_code', 'client_credentials', 'refresh_token'],
  })
  signer = await registerSigner(world.services, client)
  await grantToClient(world.services, client, ['read:items'])
})

const claims = (given: Record<string, unknown> = {}) => ({
  ...assertionClaims(world.services, client.clientId),
  ...given,
})

const withAssertion = (client_assertion: string, given: Record<string, string> = {}) =>
  world.machine.token({
    grant_type: 'client_credentials',
    audience: API,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion,
    ...given,
  })

describe('private_key_jwt', () => {
  it('proves the client, with or without its id beside the assertion', async () => {
    expect((await withAssertion(await signer.sign(claims()))).status).toBe(200)
    expect((await withAssertion(await signer.sign(claims()), { client_id: client.clientId })).status).toBe(200)
    const endpoint = `${world.services.config.issuer}oauth/token`
    expect((await withAssertion(await signer.sign(claims({ aud: endpoint })))).status).toBe(200)
    expect((await withAssertion(await signer.sign(claims({ aud: [world.services.config.issuer] })))).status).toBe(200)
  })

  it.each(['PS256', 'ES256', 'EdDSA', 'RS384'] as const)('works with a key for %s', async (alg) => {
    const other = await registerSigner(world.services, client, alg)
    expect((await withAssertion(await other.sign(claims()))).status).toBe(200)
  })

  it.each([
    ['of another issuer', { iss: 'somebody' }],
    ['about another client', { sub: 'somebody' }],
    ['for another server', { aud: 'https://other.example.com/' }],
    ['for two servers', { aud: ['http://localhost:3000/', 'https://other.example.com/'] }],
    ['that has expired', { exp: 1 }],
    ['without an end', { exp: undefined }],
    ['that lives for a day', { exp: Math.floor(Date.UTC(2100, 0) / 1000) }],
    ['from the future', { iat: Math.floor(Date.UTC(2100, 0) / 1000) }],
    ['without a jti', { jti: undefined }],
  ])('refuses an assertion %s', async (_what, given) => {
    const answer = await withAssertion(await signer.sign(claims(given)))
    expect(answer.status).toBe(401)
    expect(answer.json.error).toBe('invalid_client')
  })

  it('refuses every other key and algorithm: a foreign one, none, the public key as a secret, one in the header', async () => {
    const stranger = await newSigner()
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${encode({ alg: 'none', kid: signer.kid })}.${encode(claims())}.`
    const publicAsSecret = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: signer.kid })
      .sign(new TextEncoder().encode(JSON.stringify(signer.publicJwk)))
    for (const assertion of [
      await stranger.sign(claims()),
      await stranger.sign(claims(), { kid: signer.kid }),
      await stranger.sign(claims(), { kid: signer.kid, jwk: stranger.publicJwk }),
      await stranger.sign(claims(), { kid: signer.kid, jku: 'https://evil.example.com/keys' }),
      unsigned,
      publicAsSecret,
    ]) {
      expect((await withAssertion(assertion)).json.error).toBe('invalid_client')
    }
  })

  it('refuses a request object, an access token and an ID token as an assertion', async () => {
    for (const typ of ['oauth-authz-req+jwt', 'at+jwt', 'dpop+jwt', 'logout+jwt'])
      expect((await withAssertion(await signer.sign(claims(), { typ }))).json.error).toBe('invalid_client')
  })

  it('takes an assertion once, also when it comes fifty times at the same moment', async () => {
    const assertion = await signer.sign(claims())
    const answers = await Promise.all(Array.from({ length: 50 }, () => withAssertion(assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49)
    expect((await withAssertion(assertion)).status).toBe(401)
  })

  it('is one of the proofs that do not stand beside another', async () => {
    const assertion = await signer.sign(claims())
    expect((await withAssertion(assertion, { client_secret: 'x' })).json.error).toBe('invalid_request')
    expect((await withAssertion(assertion, { client_id: 'somebody' })).json.error).toBe('invalid_request')
    expect((await withAssertion(assertion, { client_assertion_type: 'x' })).json.error).toBe('invalid_request')
  })

  it('is the only way in for a client that is registered for it, and none for one that is not', async () => {
    const secret = await createFirstPartyClient(world.services)
    const key = await registerSigner(world.services, secret)
    const answer = await withAssertion(await key.sign(assertionClaims(world.services, secret.clientId)))
    expect(answer.json.error).toBe('invalid_client')
    expect((await world.machine.token({ grant_type: 'client_credentials' }, client)).json.error).toBe('invalid_client')
  })

  it('of a strict app has to be made out to the issuer, not to an endpoint', async () => {
    const strict = await createThirdPartyClient(world.services, {
      thirdPartySecurityMode: 'strict',
      tokenEndpointAuthMethod: 'private_key_jwt',
      grantTypes: ['client_credentials'],
    })
    await grantToClient(world.services, strict, ['read:items'])
    const key = await registerSigner(world.services, strict)
    const made = assertionClaims(world.services, strict.clientId)
    const endpoint = `${world.services.config.issuer}oauth/token`
    expect((await withAssertion(await key.sign({ ...made, aud: endpoint }))).json.error).toBe('invalid_client')
    expect((await withAssertion(await key.sign(made))).status).toBe(200)
  })
})

describe('the keys at a jwks_uri', () => {
  it('are read anew when a client signs with one that is not known, not more often than once a minute, and outlast a failure', async () => {
    const keys: ClientSigner[] = [await newSigner()]
    let reads = 0
    let isDown = false
    const server = createServer((_request, response) => {
      reads += 1
      if (isDown) response.statusCode = 503
      response.end(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closeAfterFile(async () => void server.close())
    const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
    const own = await createFirstPartyClient(world.services, {
      tokenEndpointAuthMethod: 'private_key_jwt',
      grantTypes: ['client_credentials'],
      jwksUri,
    })
    await grantToClient(world.services, own, ['read:items'])
    const attempt = async (key: ClientSigner | undefined) =>
      (await withAssertion((await key?.sign(assertionClaims(world.services, own.clientId))) ?? '')).status
    expect(await attempt(keys[0])).toBe(200)
    expect(await attempt(keys[0])).toBe(200)
    expect(reads).toBe(1)
    keys.push(await newSigner())
    expect(await attempt(keys[1])).toBe(401)
    world.services.clock.advance(61_000)
    expect(await attempt(keys[1])).toBe(200)
    expect(reads).toBe(2)
    // A server that fails takes away no key that it has published.
    isDown = true
    world.services.clock.advance(2 * 3_600_000)
    expect(await attempt(keys[1])).toBe(200)
    expect(reads).toBe(3)
  })

  it('of a third-party app are never read from the own network', async () => {
    let reads = 0
    const server = createServer((_request, response) => {
      reads += 1
      response.end('{"keys":[]}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closeAfterFile(async () => void server.close())
    const { port } = server.address() as AddressInfo
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433']) {
      const theirs = await createThirdPartyClient(world.services, {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwksUri: `http://${host}:${port}/keys`,
      })
      const key = await newSigner()
      const answer = await withAssertion(await key.sign(assertionClaims(world.services, theirs.clientId)))
      expect(answer.json.error).toBe('invalid_client')
    }
    expect(reads).toBe(0)
  })
})

/** A pushed request of a client with a secret. */
async function push(app: TestClient, given: Record<string, string> = {}) {
  const { verifier, challenge } = newPkce()
  const params = Object.fromEntries(authorizeParams(app, { code_challenge: challenge, ...given }))
  const { client_id: _own, ...fields } = params
  return { verifier, answer: await world.machine.postForm('/oauth/par', fields, { client: app }) }
}

const byReference = (app: TestClient, request_uri: unknown, given: Record<string, string> = {}) =>
  new URLSearchParams({ client_id: app.clientId, request_uri: String(request_uri), ...given })

describe('a pushed authorization request', () => {
  it('is answered with a reference that carries the request through the browser, whatever else the URL says', async () => {
    const app = await createThirdPartyClient(world.services)
    const { answer, verifier } = await push(app)
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({ expires_in: 60 })
    expect(answer.json.request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:par_[\w-]{43}$/)
    const browser = await openBrowser(world, world.user)
    const evil = { scope: 'write:items', redirect_uri: 'https://evil.example.com/', state: 'evil' }
    const consent = await browser.authorize(byReference(app, answer.json.request_uri, evil))
    const response = answerOf(await decide(world, browser, pendingId(consent, 'consent'), ['openid']))
    expect(response.state).toBe('the state')
    expect((await redeem(world, app, { code: response.code ?? '', verifier })).status).toBe(200)
  })

  it('is used up by its answer, and not by the pages before', async () => {
    const app = await createThirdPartyClient(world.services)
    const { answer } = await push(app)
    const browser = await openBrowser(world, world.user)
    await browser.authorize(byReference(app, answer.json.request_uri))
    const consent = await browser.authorize(byReference(app, answer.json.request_uri))
    expect(answerOf(await decide(world, browser, pendingId(consent, 'consent'), ['openid'])).code).toMatch(/^ac_/)
    const again = await browser.authorize(byReference(app, answer.json.request_uri))
    expect(answerOf(again).error).toBe('invalid_request_uri')
  })

  it('gives one code when it is opened fifty times at the same moment', async () => {
    const app = await createFirstPartyClient(world.services)
    const { answer } = await push(app)
    const browser = await openBrowser(world, world.user)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => browser.authorize(byReference(app, answer.json.request_uri))),
    )
    expect(answers.filter((one) => one.header('location')?.includes('code=ac_'))).toHaveLength(1)
  })

  it('of one client is none of another, and ends after a minute', async () => {
    const app = await createThirdPartyClient(world.services)
    const other = await createThirdPartyClient(world.services)
    const { answer } = await push(app)
    const browser = await openBrowser(world, world.user)
    const errorOf = async (client: TestClient) =>
      answerOf(await browser.authorize(byReference(client, answer.json.request_uri))).error
    expect(await errorOf(other)).toBe('invalid_request_uri')
    world.services.clock.advance(60_000)
    expect(await errorOf(app)).toBe('invalid_request_uri')
  })

  it('is refused where the client reads it', async () => {
    const app = await createThirdPartyClient(world.services)
    const refusals: [Record<string, string>, string][] = [
      [{ redirect_uri: 'https://evil.example.com/' }, 'invalid_request'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ response_type: 'banana' }, 'unsupported_response_type'],
      [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    ]
    for (const [given, error] of refusals) expect((await push(app, given)).answer.json.error).toBe(error)
    const unproved = await world.machine.postForm('/oauth/par', { client_id: app.clientId })
    expect(unproved.status).toBe(401)
    expect((await world.machine.get('/oauth/par')).status).toBe(405)
  })

  it('is the only way for a client that is registered so', async () => {
    const app = await createFirstPartyClient(world.services, { requirePushedAuthorizationRequests: true })
    const browser = await openBrowser(world, world.user)
    expect(answerOf(await browser.authorize(authorizeParams(app))).error).toBe('invalid_request')
    const { answer } = await push(app)
    expect(answerOf(await browser.authorize(byReference(app, answer.json.request_uri))).code).toMatch(/^ac_/)
  })
})

describe('a request object', () => {
  const object = (given: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => {
    const now = Math.floor(world.services.clock.now() / 1000)
    const own = { iss: client.clientId, aud: world.services.config.issuer, iat: now, exp: now + 300 }
    return signer.sign({ ...Object.fromEntries(authorizeParams(client)), ...own, ...given }, header)
  }
  const send = async (request: string, given: Record<string, string> = {}) =>
    (await openBrowser(world, world.user)).authorize(
      new URLSearchParams({ client_id: client.clientId, request, ...given }),
    )

  it('is what counts, whatever the URL says beside it', async () => {
    const answer = await send(await object({}, { typ: 'oauth-authz-req+jwt' }), {
      state: 'other',
      redirect_uri: CALLBACK,
    })
    expect(answerOf(answer)).toMatchObject({ state: 'the state', code: expect.stringMatching(/^ac_/) })
  })

  it('is refused when it is not signed by the client, or is not for this server', async () => {
    const stranger = await newSigner()
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await object()).split('.')[1]}.`
    for (const request of [
      await stranger.sign({ iss: client.clientId, client_id: client.clientId }),
      await object({ iss: 'somebody' }),
      await object({ client_id: 'somebody' }),
      await object({ aud: 'https://other.example.com/' }),
      await object({ exp: 1 }),
      await object({ request_uri: 'https://app.example.com/' }),
      await object({}, { typ: 'client-authentication+jwt' }),
      none,
      'not a token',
    ]) {
      const answer = answerOf(await send(request, { redirect_uri: CALLBACK }))
      expect(['invalid_request_object', 'request_not_supported']).toContain(answer.error)
      expect(answer.code).toBeUndefined()
    }
  })

  it('that names the client as its subject is refused: it would be a client assertion too (RFC 9101 §10.8)', async () => {
    const answer = answerOf(await send(await object({ sub: client.clientId }), { redirect_uri: CALLBACK }))
    expect([answer.error, answer.code]).toEqual(['invalid_request_object', undefined])
  })

  it('that names a foreign callback gets a page, and the callback beside it nothing', async () => {
    const answer = await send(await object({ redirect_uri: 'https://evil.example.com/' }), { redirect_uri: CALLBACK })
    expect(answer.status).toBe(403)
    expect(answer.header('location')).toBeUndefined()
  })

  it('is the only way for a client that is registered so', async () => {
    const careful = await createFirstPartyClient(world.services, { requireSignedRequestObject: true })
    const browser = await openBrowser(world, world.user)
    expect(answerOf(await browser.authorize(authorizeParams(careful))).error).toBe('invalid_request')
  })
})
