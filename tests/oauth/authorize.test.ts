import { beforeAll, describe, expect, it } from 'vitest'
import { DEVICE_GRANT } from '~/domain/policy/client-policy'
import { createApi, createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import {
  ALL_SCOPES,
  API,
  answerOf,
  authorizeParams,
  createWorld,
  decide,
  obtainCode,
  openBrowser,
  pendingId,
  redeem,
  signInAt,
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

async function errorAtCallback(
  given: Record<string, string | undefined>,
  client = app,
): Promise<Record<string, string>> {
  return answerOf(await (await openBrowser(world)).authorize(authorizeParams(client, given)))
}

describe('before the callback is proven to be the client’s, the answer is a page of ours', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }, 400],
    ['no client', { client_id: undefined }, 400],
    ['a callback that is not registered', { redirect_uri: 'https://evil.example.com/callback' }, 403],
    ['a registered callback with more behind it', { redirect_uri: 'https://app.example.com/callback/more' }, 403],
    ['a registered callback with a query', { redirect_uri: 'https://app.example.com/callback?x=1' }, 403],
    ['a registered callback in other letters', { redirect_uri: 'https://APP.example.com/callback' }, 403],
    ['a registered callback at another port', { redirect_uri: 'https://app.example.com:443/callback' }, 403],
    ['a registered callback with a fragment', { redirect_uri: 'https://app.example.com/callback#x' }, 403],
  ])('%s', async (_what, given, status) => {
    const answer = await (await openBrowser(world)).authorize(authorizeParams(app, given))
    expect(answer.status).toBe(status)
    expect(answer.header('location')).toBeUndefined()
    expect(answer.header('content-type')).toContain('text/html')
  })

  it('a client id or callback that stands twice (RFC 6749 §3.1)', async () => {
    for (const name of ['client_id', 'redirect_uri']) {
      const params = authorizeParams(app)
      params.append(name, params.get(name) ?? '')
      const answer = await (await openBrowser(world)).authorize(params)
      expect(answer.status).toBe(400)
      expect(answer.header('location')).toBeUndefined()
    }
  })

  it('escapes what it repeats', async () => {
    const answer = await (await openBrowser(world)).authorize(
      authorizeParams(app, { client_id: '<script>alert(1)</script>' }),
    )
    expect(answer.text).not.toContain('<script>alert')
    expect(answer.header('content-security-policy')).toContain("default-src 'none'")
  })
})

describe('what is wrong behind that boundary goes back to the client, with state and iss (RFC 9207)', () => {
  it.each([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['an unknown response type', { response_type: 'banana' }, 'unsupported_response_type'],
    ['no PKCE challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['the PKCE method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no PKCE method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a PKCE method in small letters', { code_challenge_method: 's256' }, 'invalid_request'],
    ['a challenge with padding', { code_challenge: `${'a'.repeat(42)}=` }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['the prompt none beside another', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: '-1' }, 'invalid_request'],
    ['an unknown response mode', { response_mode: 'pigeon' }, 'invalid_request'],
    ['an unknown audience', { audience: 'https://nowhere.example.com/' }, 'access_denied'],
    ['an unknown resource (RFC 8707 §2)', { resource: 'https://nowhere.example.com/' }, 'invalid_target'],
    ['a scope with characters that no scope has', { scope: 'openid "x"' }, 'invalid_scope'],
    ['a request object that is none', { request: 'ey.ey.' }, 'invalid_request_object'],
    ['a request object by reference', { request_uri: 'https://app.example.com/r' }, 'request_uri_not_supported'],
    ['a connection that is not at domain level', { connection: 'tenant-members' }, 'invalid_request'],
    ['a state that has no end', { state: 'x'.repeat(9000) }, 'invalid_request'],
    ['prompt=none without a session', { prompt: 'none' }, 'login_required'],
  ])('%s', async (_what, given, error) => {
    const answer = await errorAtCallback(given)
    expect(answer).toMatchObject({ error, iss: world.services.config.issuer })
    expect(answer.code).toBeUndefined()
    expect(answer.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  it('a parameter that stands twice', async () => {
    for (const name of ['scope', 'state', 'code_challenge', 'response_type', 'nonce']) {
      const params = authorizeParams(app)
      params.append(name, params.get(name) ?? '')
      expect(answerOf(await (await openBrowser(world)).authorize(params)).error).toBe('invalid_request')
    }
  })

  it('a grant type that the client does not have', async () => {
    const machine = await createThirdPartyClient(world.services, { grantTypes: ['client_credentials'] })
    expect((await errorAtCallback({}, machine)).error).toBe('unauthorized_client')
  })
})

describe('the code flow', () => {
  it('asks for a sign-in, then for consent, and gives a code with the state byte for byte', async () => {
    const state = 'a&b=c%20d+e#"<>é'
    const browser = await openBrowser(world)
    const login = await browser.authorize(authorizeParams(spa, { state }))
    const consent = await signInAt(world, browser, pendingId(login, 'login'), world.user)
    const answer = await decide(world, browser, pendingId(consent, 'consent'), ['profile'])
    expect(answerOf(answer)).toEqual({
      code: expect.stringMatching(/^ac_[\w-]{43}$/),
      state,
      iss: world.services.config.issuer,
    })
  })

  it('opens the sign-up page where the app asks for it', async () => {
    const browser = await openBrowser(world)
    pendingId(await browser.authorize(authorizeParams(app, { prompt: 'create' })), 'signup')
    pendingId(await browser.authorize(authorizeParams(app, { screen_hint: 'signup' })), 'signup')
  })

  it('takes a form too, and goes on with GET, so that the session cookie comes along', async () => {
    const answer = await world.machine.postForm('/authorize', Object.fromEntries(authorizeParams(app)))
    expect(answer.status).toBe(303)
    expect(answer.header('location')).toContain('/authorize?client_id=')
  })

  it('answers in a form post where asked (OAuth 2.0 Form Post Response Mode)', async () => {
    await obtainCode(world, app)
    const browser = await openBrowser(world, world.user)
    const answer = await browser.authorize(authorizeParams(app, { response_mode: 'form_post', state: '"><script>' }))
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('<form method="post" action="https://app.example.com/callback">')
    expect(answer.text).toMatch(/name="code" value="ac_/)
    expect(answer.text).not.toContain('"><script>')
  })

  it('ignores what it does not know', async () => {
    const browser = await openBrowser(world)
    pendingId(await browser.authorize(authorizeParams(app, { foo: 'bar', auth0Client: 'e30=' })), 'login')
  })

  it('does not go on in another browser than the one it began in', async () => {
    const id = pendingId(await (await openBrowser(world)).authorize(authorizeParams(app)), 'login')
    const answer = await (await openBrowser(world, world.user)).get(`/authorize/resume?request=${id}`)
    expect(answer.status).toBe(400)
    expect(answer.header('location')).toBeUndefined()
  })

  it('answers a request once', async () => {
    const browser = await openBrowser(world, world.user)
    const id = pendingId(await browser.authorize(authorizeParams(app, { prompt: 'consent' })), 'consent')
    answerOf(await decide(world, browser, id, ALL_SCOPES.split(' ')))
    expect((await browser.get(`/authorize/resume?request=${id}`)).status).toBe(400)
  })

  it('does not send the answer to a callback that was taken from the client meanwhile', async () => {
    const { updateClient } = await import('~db/queries/clients')
    const client = await createThirdPartyClient(world.services)
    const browser = await openBrowser(world, world.user)
    const id = pendingId(await browser.authorize(authorizeParams(client)), 'consent')
    await world.services.db.run(updateClient(client.clientId, { callbacks: ['https://elsewhere.example.com/'] }))
    const answer = await decide(world, browser, id, ['profile'])
    expect(answer.status).toBe(403)
    expect(answer.header('location')).toBeUndefined()
  })
})

describe('a session counts only for what it is good for (OpenID Connect Core §3.1.2.1)', () => {
  it('prompt=login asks again although there is a session, and only once', async () => {
    const browser = await openBrowser(world, world.user)
    const login = await browser.authorize(authorizeParams(app, { prompt: 'login' }))
    pendingId(await browser.get(`/authorize/resume?request=${pendingId(login, 'login')}`), 'login')
    answerOf(await signInAt(world, browser, pendingId(login, 'login'), world.user))
  })

  it('max_age asks again when the sign-in is older, and tells when it was', async () => {
    const browser = await openBrowser(world, world.user)
    answerOf(await browser.authorize(authorizeParams(app, { max_age: '60' })))
    world.services.clock.advance(61_000)
    pendingId(await browser.authorize(authorizeParams(app, { max_age: '60' })), 'login')
    expect(answerOf(await browser.authorize(authorizeParams(app, { max_age: '60', prompt: 'none' }))).error).toBe(
      'login_required',
    )
    answerOf(await browser.authorize(authorizeParams(app, { max_age: '600' })))
  })

  it('a first-party client without a connection is told so, in Auth0’s words', async () => {
    const client = await createFirstPartyClient(world.services)
    const { write } = await import('~db/database')
    const { eq } = await import('drizzle-orm')
    await world.services.db.run(
      write(({ sql, t }) => sql.delete(t.connectionClients).where(eq(t.connectionClients.clientId, client.clientId))),
    )
    expect(await errorAtCallback({}, client)).toMatchObject({
      error: 'invalid_request',
      error_description: 'no connections enabled for the client',
    })
  })
})

describe('an API that is named with a slash too many or too few', () => {
  const wrong = API.slice(0, -1).concat('/v1')

  it('is asked about by its right name, wherever a program names one', async () => {
    await createApi(world.services, { identifier: `${wrong}/` })
    const browser = await openBrowser(world, world.user)
    expect(answerOf(await browser.authorize(authorizeParams(app, { audience: wrong })))).toMatchObject({
      error: 'access_denied',
      error_description: `Service not found: ${wrong}. Did you mean ${wrong}/?`,
    })
    expect(answerOf(await browser.authorize(authorizeParams(app, { resource: wrong }))).error_description).toContain(
      `Did you mean ${wrong}/?`,
    )
    const machine = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
    const asked = { grant_type: 'client_credentials', audience: `${wrong}//` }
    expect((await world.machine.token({ ...asked, audience: wrong }, machine)).json.error_description).toContain(
      `Did you mean ${wrong}/?`,
    )
    expect((await world.machine.token(asked, machine)).json.error_description).toContain(`Did you mean ${wrong}/?`)
    const elsewhere = { ...asked, audience: 'https://elsewhere.example.com' }
    expect((await world.machine.token(elsewhere, machine)).json.error_description).not.toContain('Did you mean')
  })
})

describe('authorization_details', () => {
  const details = { authorization_details: '[{"type":"payment"}]' }
  const error = 'invalid_authorization_details'

  it('are refused and never left out, whoever asks and wherever (RFC 9396 §5)', async () => {
    const strict = await createThirdPartyClient(world.services, { thirdPartySecurityMode: 'strict' })
    const browser = await openBrowser(world, world.user)
    expect(answerOf(await browser.authorize(authorizeParams(app, details))).error).toBe(error)
    const { client_id: _own, ...pushed } = Object.fromEntries(authorizeParams(strict, details))
    expect((await world.machine.postForm('/oauth/par', pushed, { client: strict })).json.error).toBe(error)
    const machine = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
    const asked = { grant_type: 'client_credentials', audience: API, ...details }
    expect((await world.machine.token(asked, machine)).json.error).toBe(error)
    const tv = await createThirdPartyClient(world.services, { appType: 'native', grantTypes: [DEVICE_GRANT] })
    expect((await world.machine.postForm('/oauth/device/code', details, { client: tv })).json.error).toBe(error)
  })

  it('leave the code of a refused exchange as it was', async () => {
    const code = await obtainCode(world, app)
    expect((await redeem(world, app, code, details)).json.error).toBe(error)
    expect((await redeem(world, app, code)).status).toBe(200)
  })
})

it('an organization is refused and never left out, at /authorize and where requests are pushed', async () => {
  const asked = authorizeParams(app, { organization: 'org_somebody' })
  const refused = { error: 'invalid_request', error_description: expect.stringContaining('organization') }
  const browser = await openBrowser(world, world.user)
  expect(answerOf(await browser.authorize(asked))).toMatchObject(refused)
  const { client_id: _own, ...pushed } = Object.fromEntries(asked)
  expect((await world.machine.postForm('/oauth/par', pushed, { client: app })).json).toMatchObject(refused)
})
