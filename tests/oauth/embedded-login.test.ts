import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it } from 'vitest'
import { accountConnections } from '~/domain/connections/account-connections'
import { requestPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { readCookies } from '~/platform/cookies'
import { MINUTE } from '~/platform/durations'
import { listConnections, updateConnection } from '~db/queries/connections'
import { findUserByLogin } from '~db/queries/users'
import { enrol } from '~tests/support/authenticator'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, PASSWORD, type Person } from '~tests/support/people'
import {
  answerOf,
  authorizeParams,
  type Browser,
  createWorld,
  openBrowser,
  pendingId,
  type World,
} from './authorization-world'

const DIRECTORY = 'Username-Password-Authentication'
const REALM = 'http://auth0.com/oauth/grant-type/password-realm'
const ORIGIN = 'https://app.example.com'

let world: World
let client: TestClient

beforeAll(async () => {
  world = await createWorld()
  client = await createFirstPartyClient(world.services, { crossOriginAuthentication: true })
})

const authenticate = (person: Person, change: object = {}, origin = ORIGIN) =>
  world.machine.sendJson(
    'POST',
    '/co/authenticate',
    {
      client_id: client.clientId,
      credential_type: REALM,
      realm: DIRECTORY,
      username: person.email,
      password: PASSWORD,
      ...change,
    },
    { headers: { origin } },
  )

/** A browser that has typed the right password on the client's page. */
async function openWithTicket(person: Person): Promise<{ browser: Browser; login_ticket: string }> {
  const browser = await openBrowser(world)
  const answer = await authenticate(person)
  expect(answer.status).toBe(200)
  Object.assign(browser.cookies, readCookies(world.services.config, answer.header('set-cookie')?.split(';')[0]))
  return { browser, login_ticket: answer.json.login_ticket as string }
}

const authorize = (browser: Browser, login_ticket: string, given: Record<string, string> = {}, as = client) =>
  browser.authorize(authorizeParams(as, { login_ticket, realm: DIRECTORY, ...given }))

it('a ticket signs nobody in once the password was changed', async () => {
  const person = await createEndUser(world.services)
  const { browser, login_ticket } = await openWithTicket(person)
  world.services.clock.advance(1000)
  const { ctx, email } = person
  await requestPasswordReset(ctx, await accountConnections(ctx), email, '/u/reset-password')
  await resetPassword(ctx, world.services.mailer.link(email).searchParams.get('ticket') ?? '', 'another long one')
  pendingId(await authorize(browser, login_ticket), 'login')
})

describe('a password on a page of the client’s own', () => {
  it('is answered with a ticket, which signs that browser in on its way through /authorize', async () => {
    const answer = await authenticate(world.user)
    expect(answer.header('access-control-allow-origin')).toBe(ORIGIN)
    expect(answer.header('access-control-allow-credentials')).toBe('true')
    expect(answer.json).toEqual({
      login_ticket: expect.any(String),
      co_verifier: expect.any(String),
      co_id: expect.any(String),
    })
    const { browser, login_ticket } = await openWithTicket(world.user)
    const authorized = await authorize(browser, login_ticket, { prompt: 'login' })
    expect(answerOf(authorized).code).toBeDefined()
    expect(authorized.header('set-cookie')).toContain('session=')
  })

  it('leads a third-party app to the question for consent, and does not ask for the password again after it', async () => {
    const thirdParty = await createThirdPartyClient(world.services, { crossOriginAuthentication: true })
    const browser = await openBrowser(world)
    const answer = await authenticate(world.user, { client_id: thirdParty.clientId })
    Object.assign(browser.cookies, readCookies(world.services.config, answer.header('set-cookie')?.split(';')[0]))
    const asked = await authorize(browser, answer.json.login_ticket as string, { prompt: 'login' }, thirdParty)
    expect(pendingId(asked, 'consent')).toMatch(/^req_/)
  })

  it('that is wrong is told in the words that the widget knows', async () => {
    expect(await authenticate(world.user, { password: 'not it' })).toMatchObject({
      status: 403,
      json: { error: 'access_denied', error_description: 'Wrong email or password.' },
    })
    expect(await authenticate(world.user, { credential_type: 'magic' })).toMatchObject({
      status: 400,
      json: { error: 'unsupported_credential_type' },
    })
    expect((await authenticate(world.user, { realm: 'partners' })).json.error_description).toBe(
      'Unknown realm partners.',
    )
  })

  it('is taken for clients that are set up for it, from pages of their own', async () => {
    const other = await createFirstPartyClient(world.services)
    expect(await authenticate(world.user, { client_id: other.clientId })).toMatchObject({
      status: 401,
      json: { error: 'unauthorized_client', error_description: 'Cross origin login not allowed.' },
    })
    const foreign = await authenticate(world.user, {}, 'https://evil.example')
    expect([foreign.status, foreign.text]).toEqual([403, 'Origin https://evil.example is not allowed.'])
    expect(foreign.header('access-control-allow-origin')).toBeUndefined()
  })
})

describe('a password that Auth0’s widget of before version 11 sends', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = (path: string, fields: Record<string, string>, origin = ORIGIN, cookies = '') =>
    world.machine.app.inject({
      method: 'POST',
      url: path,
      headers: { ...FORM, origin, cookie: cookies },
      payload: new URLSearchParams(fields).toString(),
    })
  const login = (as: TestClient, change: Record<string, string> = {}, origin = ORIGIN) =>
    post(
      '/usernamepassword/login',
      {
        ...Object.fromEntries(authorizeParams(as, { response_type: 'code' })),
        connection: DIRECTORY,
        username: world.user.email,
        password: PASSWORD,
        tenant: 'localhost',
        sso: 'true',
        ...change,
      },
      origin,
    )
  /** The fields of the form, as a browser reads them. */
  const fieldsOf = (html: string) =>
    Object.fromEntries(
      [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        String(value).replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
      ]),
    )

  it('is answered with a form that leads a third-party app’s people to the question for consent', async () => {
    const app = await createThirdPartyClient(world.services, { crossOriginAuthentication: true })
    const answer = await login(app)
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, ORIGIN])
    expect(answer.body).toMatch(/^<form method="post" action="http:\/\/localhost:3000\/login\/callback">/)
    expect(answer.body).not.toContain(PASSWORD)
    const sent = await post('/login/callback', fieldsOf(answer.body))
    expect(sent.statusCode).toBe(303)
    const browser = await openBrowser(world)
    Object.assign(browser.cookies, readCookies(world.services.config, String(sent.headers['set-cookie']).split(';')[0]))
    pendingId(await browser.get(String(sent.headers.location)), 'consent')
    const again = await openBrowser(world)
    pendingId(await again.get(String(sent.headers.location)), 'login')
  })

  it('that is wrong is told in the words that the widget knows', async () => {
    const answer = await login(client, { password: 'not it' })
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'invalid_user_password'])
  })

  it('is taken from pages of the client alone, and so is the form', async () => {
    expect((await login(client, {}, 'https://evil.example')).statusCode).toBe(403)
    const fields = fieldsOf((await login(client)).body)
    expect((await post('/login/callback', fields, 'https://evil.example')).statusCode).toBe(403)
    for (const wctx of ['[1]', '["a"]', '{', '{"client_id":{}}', 'null'])
      expect((await post('/login/callback', { ...fields, wctx })).statusCode, wctx).toBe(400)
    const other = await createFirstPartyClient(world.services)
    expect((await login(other)).statusCode).toBe(401)
  })
})

describe('a login ticket', () => {
  const isSignedIn = async (browser: Browser, ticket: string, as = client) =>
    answerOf(await authorize(browser, ticket, { prompt: 'none' }, as)).error !== 'login_required'

  it('signs in no browser but the one that typed the password', async () => {
    const { login_ticket } = await openWithTicket(world.user)
    expect(await isSignedIn(await openBrowser(world), login_ticket)).toBe(false)
    const other = await openWithTicket(world.user)
    expect(await isSignedIn(other.browser, login_ticket)).toBe(false)
  })

  it('works for its own client, for two minutes, once', async () => {
    const other = await createFirstPartyClient(world.services, { crossOriginAuthentication: true })
    const { browser, login_ticket } = await openWithTicket(world.user)
    expect(await isSignedIn(browser, login_ticket, other)).toBe(false)
    world.services.clock.advance(2 * MINUTE)
    expect(await isSignedIn(browser, login_ticket)).toBe(false)
    const again = await openWithTicket(world.user)
    expect(await isSignedIn(again.browser, again.login_ticket)).toBe(true)
    delete again.browser.cookies.session
    expect(await isSignedIn(again.browser, again.login_ticket)).toBe(false)
  })

  it('brought 50 times at once signs in once', async () => {
    const { browser, login_ticket } = await openWithTicket(world.user)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => authorize(browser, login_ticket, { prompt: 'none' })),
    )
    expect(answers.filter((answer) => answerOf(answer).code !== undefined)).toHaveLength(1)
  })

  it('does not stand for a second factor: somebody who has one comes to our own page', async () => {
    const person = await createEndUser(world.services)
    await enrol(world.services, person)
    const { browser, login_ticket } = await openWithTicket(person)
    expect(pendingId(await authorize(browser, login_ticket), 'login')).toMatch(/^req_/)
  })
})

describe('a sign-up on a page of the client’s own', () => {
  const NEW = { email: 'Ida@Example.com', password: 'a long enough one', connection: DIRECTORY }
  const signUp = (change: object = {}, as = client) =>
    world.machine.sendJson('POST', '/dbconnections/signup', { client_id: as.clientId, ...NEW, ...change })

  it('makes the account and mails the link that confirms the address', async () => {
    const answer = await signUp({ given_name: 'Ida', family_name: 'Ray', user_metadata: { plan: 'gold' } })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email: NEW.email,
      email_verified: false,
      given_name: 'Ida',
      family_name: 'Ray',
      user_metadata: { plan: 'gold' },
    })
    expect(world.services.mailer.last(NEW.email).subject).toContain('Confirm')
    const [connection] = (await listConnections(world.services.db, {})).filter(({ name }) => name === DIRECTORY)
    const found = await findUserByLogin(world.services.db, [connection?.id ?? ''], NEW.email.toLowerCase())
    expect(found?.user.name).toBe('Ida Ray')
  })

  it('is refused in the shape that the SDKs read', async () => {
    await signUp({ email: 'taken@example.com' })
    expect(await signUp({ email: 'taken@example.com' })).toMatchObject({
      status: 400,
      json: { name: 'BadRequestError', code: 'invalid_signup', description: 'Invalid sign up', statusCode: 400 },
    })
    expect(await signUp({ password: 'short' })).toMatchObject({
      status: 400,
      json: {
        name: 'PasswordStrengthError',
        code: 'invalid_password',
        description: { rules: [{ code: 'lengthAtLeast', verified: false }], verified: false },
      },
    })
    expect((await signUp({ password: 'password123' })).json.name).toBe('PasswordDictionaryError')
    expect((await signUp({ email: 'no address' })).json.code).toBe('invalid_signup')
    for (const connection of ['partners', 'tenant-members', 'nowhere', undefined])
      expect((await signUp({ connection })).json.error).toBe('invalid_request')
  })

  it('is not possible where the connection takes none, nor for a strict third-party app', async () => {
    const [connection] = (await listConnections(world.services.db, {})).filter(({ name }) => name === DIRECTORY)
    await world.services.db.run(updateConnection(connection?.id ?? '', { options: { disable_signup: true } }))
    expect((await signUp({ email: 'late@example.com' })).json.description).toBe('public signup is disabled')
    await world.services.db.run(updateConnection(connection?.id ?? '', { options: {} }))
    const strict = await createThirdPartyClient(world.services, { thirdPartySecurityMode: 'strict' })
    expect((await signUp({ email: 'late@example.com' }, strict)).json.error).toBe('invalid_request')
  })
})

it('a forgotten password is answered the same whether or not there is such an account', async () => {
  const ask = (email: string) => {
    const body = { client_id: client.clientId, connection: DIRECTORY, email }
    return world.machine.sendJson('POST', '/dbconnections/change_password', body)
  }
  const [known, unknown] = [await ask(world.user.email), await ask('nobody@example.com')]
  expect(known.status).toBe(200)
  expect([unknown.status, unknown.text, unknown.header('content-type')]).toEqual([
    known.status,
    known.text,
    known.header('content-type'),
  ])
  expect(world.services.mailer.last(world.user.email).subject).toContain('new password')
})

describe('the scripts of the widget', () => {
  async function run(path: string): Promise<[string, Record<string, unknown>]> {
    const answer = await world.machine.get(path)
    expect([answer.status, answer.header('content-type')]).toEqual([200, expect.stringContaining('javascript')])
    let called: [string, Record<string, unknown>] | undefined
    const Auth0 = {
      setClient: (given: Record<string, unknown>) => (called = ['setClient', given]),
      setTenant: (given: Record<string, unknown>) => (called = ['setTenant', given]),
    }
    runInNewContext(answer.text, { Auth0 })
    if (!called) throw new Error('nothing was set')
    return JSON.parse(JSON.stringify(called))
  }

  it('say what a client’s users sign in with', async () => {
    const [name, given] = await run(`/client/${client.clientId}.js?t1`)
    expect([name, given]).toMatchObject([
      'setClient',
      { id: client.clientId, strategies: [{ name: 'auth0', connections: [{ name: DIRECTORY, showSignup: true }] }] },
    ])
    expect((await world.machine.get('/client/nobody.js')).status).toBe(404)
  })

  it('ask with cookies who is signed in, and a registered page may read that nobody is told', async () => {
    const ask = (origin: string) => world.machine.get('/user/ssodata', { headers: { origin } })
    const answer = await ask(ORIGIN)
    expect([answer.status, answer.json]).toEqual([200, { sso: false }])
    const readable = ['access-control-allow-origin', 'access-control-allow-credentials']
    expect(readable.map(answer.header)).toEqual([ORIGIN, 'true'])
    const foreign = await ask('https://evil.example')
    expect(readable.map(foreign.header)).toEqual([undefined, undefined])
  })

  it('list for third-party apps the domain-level connections alone', async () => {
    for (const path of ['/info-v1.js?t1', '/tenants/v1/acme.js']) {
      const [name, given] = await run(path)
      expect([name, given]).toMatchObject([
        'setTenant',
        { connections: { database: [{ name: DIRECTORY, allowSignup: true }] }, defaultDirectory: DIRECTORY },
      ])
      expect(JSON.stringify(given)).not.toMatch(/partners|tenant-members/)
    }
  })
})
