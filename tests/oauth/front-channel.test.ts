/** Implicit and hybrid flows, the response modes, and the parameters of OpenID Connect Core §3.1.2.1 and §5.5. */
import { createHash } from 'node:crypto'
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { revokeApp } from '~/domain/grants/revoke-app'
import { upsertClientGrant } from '~db/queries/client-grants'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'
import {
  API,
  answerOf,
  authorizeParams,
  type Browser,
  claimsOf,
  createWorld,
  decide,
  introspect,
  openBrowser,
  pendingId,
  redeem,
  signInAt,
  userinfo,
  type World,
} from './authorization-world'

let world: World
let spa: TestClient
let web: TestClient
let first: TestClient

const EVERY_FLOW = ['authorization_code', 'implicit', 'refresh_token']

beforeAll(async () => {
  world = await createWorld()
  spa = await createThirdPartyClient(world.services, { appType: 'spa', grantTypes: EVERY_FLOW })
  web = await createThirdPartyClient(world.services, { grantTypes: EVERY_FLOW })
  first = await createFirstPartyClient(world.services, { grantTypes: EVERY_FLOW })
})

/** A whole authorization, with everything allowed that was asked for. */
async function authorize(client: TestClient, given: Record<string, string | undefined>, browser?: Browser) {
  const params = authorizeParams(client, given)
  const at = browser ?? (await openBrowser(world, world.user))
  const answer = await at.authorize(params)
  if (!answer.header('location')?.startsWith('/u/consent')) return answer
  return decide(world, at, pendingId(answer, 'consent'), (params.get('scope') ?? '').split(' '))
}

const half = (value: string | undefined) =>
  createHash('sha256')
    .update(value ?? '')
    .digest()
    .subarray(0, 16)
    .toString('base64url')

describe('a response type other than code answers in the fragment', () => {
  it('id_token: an ID token with the nonce, and nothing else', async () => {
    const answer = answerOf(await authorize(spa, { response_type: 'id_token' }))
    expect(Object.keys(answer).sort()).toEqual(['id_token', 'iss', 'state'])
    expect(claimsOf(answer.id_token)).toMatchObject({ nonce: 'the nonce', sub: world.user.user.userId })
  })

  it('token: an access token that works at /userinfo', async () => {
    const answer = answerOf(await authorize(spa, { response_type: 'token', nonce: undefined }))
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: '7200', state: 'the state' })
    expect((await userinfo(world, { access_token: answer.access_token ?? '' })).json.sub).toBe(world.user.user.userId)
  })

  it('id_token token, in either order: the hash of the access token stands in the ID token', async () => {
    for (const response_type of ['id_token token', 'token id_token']) {
      const answer = answerOf(await authorize(spa, { response_type }))
      expect(claimsOf(answer.id_token).at_hash).toBe(half(answer.access_token))
    }
  })

  it('an access token for an API lives as long as the API has it for browsers', async () => {
    const answer = answerOf(
      await authorize(spa, { response_type: 'token', audience: API, scope: 'read:items', nonce: undefined }),
    )
    const { iat, exp } = claimsOf(answer.access_token) as { iat: number; exp: number }
    expect(exp - iat).toBe(7200)
  })

  it.each(['code id_token', 'code token', 'code id_token token'])(
    '%s: the code buys tokens of the same user',
    async (response_type) => {
      const { verifier, challenge } = {
        verifier: 'v'.repeat(50),
        challenge: createHash('sha256').update('v'.repeat(50)).digest('base64url'),
      }
      const answer = answerOf(await authorize(web, { response_type, code_challenge: challenge }))
      if (response_type.includes('id_token')) expect(claimsOf(answer.id_token).c_hash).toBe(half(answer.code))
      if (response_type.includes(' token')) expect(answer.access_token).toMatch(/^at_/)
      const tokens = await redeem(world, web, { code: answer.code ?? '', verifier })
      expect(claimsOf(tokens.json.id_token as string).sub).toBe(world.user.user.userId)
    },
  )

  it('has no refresh token, and no scope that the person did not allow', async () => {
    const browser = await openBrowser(world, await createEndUser(world.services))
    const consent = await browser.authorize(authorizeParams(spa, { response_type: 'id_token token' }))
    const answer = answerOf(await decide(world, browser, pendingId(consent, 'consent'), ['openid']))
    expect(answer.refresh_token).toBeUndefined()
    expect(answer.scope).toBe('openid')
  })

  it('the tokens end with the consent', async () => {
    const { access_token = '' } = answerOf(await authorize(web, { response_type: 'token', nonce: undefined }))
    expect((await introspect(world, web, access_token)).json.active).toBe(true)
    await revokeApp(world.user.ctx, world.user.user.userId, web.clientId)
    expect((await introspect(world, web, access_token)).json.active).toBe(false)
  })
})

describe('what a response type needs', () => {
  it.each([
    [
      'an ID token through the browser needs a nonce',
      { response_type: 'id_token', nonce: undefined },
      'invalid_request',
    ],
    ['a token never goes into a query', { response_type: 'token', response_mode: 'query' }, 'invalid_request'],
    [
      'a code beside a token never goes into a query',
      { response_type: 'code token', response_mode: 'query' },
      'invalid_request',
    ],
  ])('%s', async (_what, given, error) => {
    expect(answerOf(await authorize(spa, given)).error).toBe(error)
  })

  it('the grant type implicit, and for a code besides it authorization_code', async () => {
    const codeOnly = await createThirdPartyClient(world.services, { grantTypes: ['authorization_code'] })
    const implicitOnly = await createThirdPartyClient(world.services, { grantTypes: ['implicit'] })
    expect(answerOf(await authorize(codeOnly, { response_type: 'token' })).error).toBe('unauthorized_client')
    expect(answerOf(await authorize(implicitOnly, { response_type: 'code token' })).error).toBe('unauthorized_client')
  })

  it('a strict third-party app has the code flow alone', async () => {
    const strict = await createThirdPartyClient(world.services, {
      thirdPartySecurityMode: 'strict',
      grantTypes: EVERY_FLOW,
    })
    // Refusals of strict apps stop at a page of ours.
    const answer = await authorize(strict, { response_type: 'token' })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('unsupported_response_type')
  })
})

describe('the signature of an ID token', () => {
  it('is RS256 for a public client, whatever its row says', async () => {
    const { id_token = '' } = answerOf(await authorize(spa, { response_type: 'id_token' }))
    const keys = createRemoteJWKSet(new URL('http://localhost/.well-known/jwks.json'), {
      [customFetch]: async () => new Response((await world.machine.get('/.well-known/jwks.json')).text),
    })
    expect(decodeProtectedHeader(id_token).alg).toBe('RS256')
    const currentDate = new Date(world.services.clock.now())
    expect((await jwtVerify(id_token, keys, { currentDate })).payload.aud).toBe(spa.clientId)
  })

  it('is keyed by the secret for a confidential client that chose HS256', async () => {
    const client = await createFirstPartyClient(world.services, { idTokenAlg: 'HS256', grantTypes: EVERY_FLOW })
    const { id_token = '' } = answerOf(await authorize(client, { response_type: 'id_token' }))
    const currentDate = new Date(world.services.clock.now())
    const key = new TextEncoder().encode(client.secret)
    expect((await jwtVerify(id_token, key, { algorithms: ['HS256'], currentDate })).payload.sub).toBe(
      world.user.user.userId,
    )
  })
})

describe('response_mode', () => {
  it('form_post: a form that sends itself, for every response type', async () => {
    for (const response_type of ['code', 'id_token', 'code id_token token']) {
      const answer = await authorize(web, { response_type, response_mode: 'form_post' })
      expect(answer.status).toBe(200)
      expect(answer.text).toContain(`<form method="post" action="${'https://app.example.com/callback'}">`)
      expect(answer.text).toContain('name="state" value="the state"')
      expect(answer.text).toContain(`name="${response_type.includes('id_token') ? 'id_token' : 'code'}"`)
    }
  })

  it('web_message: the answer for the callback’s origin alone, which alone may frame the page', async () => {
    const answer = await authorize(spa, { response_mode: 'web_message', state: '</script><script>alert(1)//' })
    expect(answer.text).toContain('"type":"authorization_response"')
    expect(answer.text).toContain(', "https://app.example.com")')
    expect(answer.text).not.toContain('</script><script>alert')
    expect(answer.header('content-security-policy')).toContain('frame-ancestors https://app.example.com')
  })

  it('web_message: a refusal of a silent request is a message too', async () => {
    const answer = await (await openBrowser(world)).authorize(
      authorizeParams(spa, { response_mode: 'web_message', prompt: 'none' }),
    )
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('"error":"login_required"')
  })

  it('web_message needs a callback that a page can stand at', async () => {
    const callback = 'com.example.app:/callback'
    const native = await createThirdPartyClient(world.services, { appType: 'native', callbacks: [callback] })
    const answer = await authorize(native, { response_mode: 'web_message', redirect_uri: callback })
    expect(answer.header('location')).toMatch(/^com\.example\.app:\/callback\?error=invalid_request/)
  })
})

describe('id_token_hint', () => {
  it('of the person who is signed in lets a silent request through, also when it has expired', async () => {
    const browser = await openBrowser(world, world.user)
    const { id_token } = answerOf(await authorize(first, { response_type: 'id_token' }, browser))
    world.services.clock.advance(11 * 3_600_000)
    const answer = answerOf(await authorize(first, { prompt: 'none', id_token_hint: id_token }, browser))
    expect(answer.code).toMatch(/^ac_/)
  })

  it('of another person makes a silent request fail, and an interactive one ask for that person', async () => {
    const other = await createEndUser(world.services)
    const { id_token } = answerOf(
      await authorize(first, { response_type: 'id_token' }, await openBrowser(world, other)),
    )
    const browser = await openBrowser(world, world.user)
    expect(answerOf(await authorize(first, { prompt: 'none', id_token_hint: id_token }, browser)).error).toBe(
      'login_required',
    )
    const login = await browser.authorize(authorizeParams(first, { id_token_hint: id_token }))
    const answer = await signInAt(world, browser, pendingId(login, 'login'), world.user)
    expect(answerOf(answer).error).toBe('login_required')
  })

  it('that was not issued here, to another app, or was changed, is refused', async () => {
    const { id_token = '' } = answerOf(await authorize(first, { response_type: 'id_token' }))
    expect(answerOf(await authorize(web, { id_token_hint: id_token })).error).toBe('invalid_request')
    const [header, payload] = id_token.split('.')
    const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`
    for (const id_token_hint of [none, `${header}.${payload}.AAAA`, 'not a token']) {
      expect(answerOf(await authorize(first, { id_token_hint })).error).toBe('invalid_request')
    }
  })
})

describe('the claims parameter', () => {
  it('asks for the scope that holds the claim, and is answered at /userinfo', async () => {
    const browser = await openBrowser(world, await createEndUser(world.services))
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    const consent = await browser.authorize(
      authorizeParams(web, { response_type: 'code token', scope: 'openid', claims }),
    )
    const { access_token = '' } = answerOf(
      await decide(world, browser, pendingId(consent, 'consent'), ['openid', 'profile']),
    )
    expect((await userinfo(world, { access_token })).json.name).toBeTruthy()
  })

  it('puts nothing about the person into the ID token of a third-party app', async () => {
    const claims = JSON.stringify({ id_token: { name: null, email: { essential: true } } })
    const { id_token } = answerOf(await authorize(web, { response_type: 'id_token', scope: 'openid', claims }))
    expect(Object.keys(claimsOf(id_token))).not.toContain('name')
    expect(Object.keys(claimsOf(id_token))).not.toContain('email')
  })

  it('for the sub of somebody else never yields that person, nor the one who is here', async () => {
    const claims = JSON.stringify({ id_token: { sub: { value: 'auth0|somebodyelse' } } })
    expect(answerOf(await authorize(first, { prompt: 'none', claims })).error).toBe('login_required')
    const several = JSON.stringify({ id_token: { sub: { values: ['auth0|one', 'auth0|two'] } } })
    expect(answerOf(await authorize(first, { claims: several })).error).toBe('invalid_request')
  })

  it.each(['{', '[]', '"x"', '{"userinfo":[]}', '{"id_token":{"acr":3}}'])('%s is refused', async (claims) => {
    expect(answerOf(await authorize(first, { claims })).error).toBe('invalid_request')
  })
})

describe('a strict third-party app', () => {
  it('gets no ID token, no OpenID scope, and of an API what a client grant lets it have', async () => {
    const strict = await createThirdPartyClient(world.services, { thirdPartySecurityMode: 'strict' })
    const given = { audience: API, scope: 'openid profile read:items write:items' }
    expect((await authorize(strict, given)).text).toContain('Client is not authorized to access')
    await world.services.db.run(
      upsertClientGrant({
        id: 'cgr_strict',
        clientId: strict.clientId,
        audience: API,
        subjectType: 'user',
        scope: ['read:items'],
        createdAt: world.services.clock.now(),
        updatedAt: 0,
      }),
    )
    const { verifier, challenge } = {
      verifier: 'w'.repeat(50),
      challenge: createHash('sha256').update('w'.repeat(50)).digest('base64url'),
    }
    const { code = '' } = answerOf(await authorize(strict, { ...given, code_challenge: challenge }))
    const tokens = await redeem(world, strict, { code, verifier })
    expect(tokens.json).toMatchObject({ scope: 'read:items', token_type: 'Bearer' })
    expect(tokens.json.id_token).toBeUndefined()
  })
})
