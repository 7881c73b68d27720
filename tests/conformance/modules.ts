/** The modules of the Basic plan; that of Form Post runs them once more with its response mode. */
import { SignJWT, UnsecuredJWT } from 'jose'
import { expect } from 'vitest'
import { supportedAcrValues } from '~/domain/sessions/acr'
import { SECOND } from '~/platform/durations'
import { CALLBACK, newPkce } from '../oauth/authorization-world'
import { requireErrorPage, requireRefusal, requireTokenError, type Suite, signIn } from './suite'

type Module = [name: string, what: string, run: (suite: Suite) => Promise<void>]

const LOGIN_NEEDED = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required']

/** A scope's claims come from userinfo, and not with the ID token, where there is an access token. */
const scopeModule = (name: string, scope: string, claims: string[]): Module => [
  name,
  `the scope ${scope} gives its claims at userinfo`,
  async (suite) => {
    const tokens = await suite.run({ scope })
    expect(Object.keys((await suite.userinfo(tokens)).json)).toEqual(expect.arrayContaining(['sub', ...claims]))
  },
]

const userinfoModule = (name: string, what: string, ask: (suite: Suite, token: string) => Promise<Asked>): Module => [
  name,
  what,
  async (suite) => {
    const tokens = await suite.run()
    const answer = await ask(suite, tokens.access_token)
    expect([answer.status, answer.json.sub]).toEqual([200, suite.claims(tokens).sub])
  },
]
type Asked = { status: number; json: Record<string, unknown> }

const acceptedModule = (name: string, given: Record<string, string>): Module => [
  name,
  `${Object.entries(given).map(([key, value]) => `${key}=${value}`)} is no error`,
  async (suite) => void (await suite.run(given)),
]

export const MODULES: Module[] = [
  [
    'oidcc-server',
    'the code flow succeeds; the ID token holds no claim that was not asked for',
    async (suite) => expect(suite.claims(await suite.run())).not.toHaveProperty('name'),
  ],
  [
    'oidcc-server-client-secret-post',
    'the secret is taken in the body',
    async ({ world, client, open, authorize, read }) => {
      const { code = '' } = read(await authorize(await open('user')))
      const body = { client_id: client.clientId, client_secret: client.secret ?? '' }
      const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...body }
      expect((await world.machine.token(fields)).status).toBe(200)
    },
  ],
  [
    'oidcc-response-type-missing',
    'a request without response_type is refused',
    async (suite) => {
      const answer = await suite.authorize(await suite.open('user'), { response_type: undefined })
      requireRefusal(suite, answer, ['invalid_request', 'unsupported_response_type'])
    },
  ],
  ['oidcc-idtoken-signature', 'the ID token is signed with RS256', async (suite) => void (await suite.run())],
  userinfoModule('oidcc-userinfo-get', 'userinfo answers GET', ({ world }, bearer) =>
    world.machine.get('/userinfo', { bearer }),
  ),
  userinfoModule('oidcc-userinfo-post-header', 'userinfo answers POST with the header', ({ world }, bearer) =>
    world.machine.postForm('/userinfo', {}, { bearer }),
  ),
  userinfoModule(
    'oidcc-userinfo-post-body',
    'userinfo answers POST with the token in the body',
    ({ world }, access_token) => world.machine.postForm('/userinfo', { access_token }),
  ),
  [
    'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    'the code flow needs no nonce',
    async (suite) => void (await suite.run({ nonce: undefined })),
  ],
  scopeModule('oidcc-scope-profile', 'openid profile', ['name', 'updated_at']),
  scopeModule('oidcc-scope-email', 'openid email', ['email', 'email_verified']),
  scopeModule('oidcc-scope-address', 'openid address', []),
  scopeModule('oidcc-scope-phone', 'openid phone', []),
  scopeModule('oidcc-scope-all', 'openid profile email address phone', ['name', 'email', 'email_verified']),
  [
    'oidcc-alternate-happy-flow',
    'the order of scopes and parameters does not matter',
    async (suite) => void (await suite.run({ response_type: 'code', scope: 'email openid' })),
  ],
  acceptedModule('oidcc-display-page', { display: 'page' }),
  acceptedModule('oidcc-display-popup', { display: 'popup' }),
  [
    'oidcc-prompt-login',
    'prompt=login asks for a sign-in again; auth_time is later',
    async (suite) => {
      const browser = await suite.open('user')
      const first = await suite.run({}, browser)
      suite.world.services.clock.advance(2 * SECOND)
      const answer = await signIn(suite, browser, await suite.authorize(browser, { prompt: 'login' }))
      const second = (await suite.redeem(suite.read(answer).code)).json as typeof first
      expect(suite.claims(second).auth_time).toBeGreaterThan(Number(suite.claims(first).auth_time))
    },
  ],
  [
    'oidcc-prompt-none-not-logged-in',
    'prompt=none without a session is refused at the callback',
    async (suite) => requireRefusal(suite, await suite.authorize(await suite.open(), { prompt: 'none' }), LOGIN_NEEDED),
  ],
  [
    'oidcc-prompt-none-logged-in',
    'prompt=none with a session succeeds with the same sub and auth_time',
    async (suite) => {
      const browser = await suite.open('user')
      const first = suite.claims(await suite.run({}, browser))
      suite.world.services.clock.advance(2 * SECOND)
      const { sub, auth_time } = suite.claims(await suite.run({ prompt: 'none' }, browser))
      expect([sub, auth_time]).toEqual([first.sub, first.auth_time])
    },
  ],
  [
    'oidcc-max-age-1',
    'a sign-in older than max_age is asked for again',
    async (suite) => {
      const browser = await suite.open('user')
      const first = await suite.run({}, browser)
      suite.world.services.clock.advance(2 * SECOND)
      const answer = await signIn(suite, browser, await suite.authorize(browser, { max_age: '1' }))
      const second = (await suite.redeem(suite.read(answer).code)).json as typeof first
      expect(suite.claims(second).auth_time).toBeGreaterThan(Number(suite.claims(first).auth_time))
    },
  ],
  [
    'oidcc-max-age-10000',
    'a sign-in younger than max_age is not',
    async (suite) => {
      const browser = await suite.open('user')
      const first = suite.claims(await suite.run({ max_age: '15000' }, browser))
      const second = suite.claims(await suite.run({ max_age: '10000' }, browser))
      expect(second.auth_time).toBe(first.auth_time)
    },
  ],
  acceptedModule('oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }),
  [
    'oidcc-id-token-hint',
    'prompt=none with the hint of the first sign-in succeeds silently',
    async (suite) => {
      const browser = await suite.open('user')
      const first = await suite.run({}, browser)
      const second = await suite.run({ prompt: 'none', id_token_hint: first.id_token }, browser)
      expect(suite.claims(second).sub).toBe(suite.claims(first).sub)
    },
  ],
  acceptedModule('oidcc-login-hint', { login_hint: 'buffy@example.com' }),
  acceptedModule('oidcc-ui-locales', { ui_locales: 'se' }),
  acceptedModule('oidcc-claims-locales', { claims_locales: 'se' }),
  [
    'oidcc-ensure-request-with-acr-values-succeeds',
    'acr_values are met, unknown ones no error',
    async (suite) => {
      const [, password = ''] = supportedAcrValues
      expect(suite.claims(await suite.run({ acr_values: password })).acr).toBe(password)
      await suite.run({ acr_values: '1 2' })
    },
  ],
  [
    'oidcc-codereuse',
    'a code that is redeemed twice at once buys tokens once',
    async ({ open, authorize, read, redeem }) => {
      const { code } = read(await authorize(await open('user')))
      const answers = await Promise.all([redeem(code), redeem(code)])
      const [first, second] = answers.sort((a, b) => a.status - b.status)
      expect(first?.status).toBe(200)
      if (second) requireTokenError(second, 'invalid_grant')
    },
  ],
  [
    'oidcc-codereuse-30seconds',
    'a code that is redeemed again later is refused, and what it bought is dead',
    async (suite) => {
      const { code } = suite.read(await suite.authorize(await suite.open('user')))
      const tokens = (await suite.redeem(code)).json as Awaited<ReturnType<Suite['run']>>
      suite.world.services.clock.advance(30 * SECOND)
      requireTokenError(await suite.redeem(code), 'invalid_grant')
      expect((await suite.userinfo(tokens)).status).toBe(401)
    },
  ],
  [
    'oidcc-ensure-registered-redirect-uri',
    'a callback that is not registered is not redirected to',
    async (suite) => {
      const redirect_uri = `${CALLBACK}/suffix`
      requireErrorPage(await suite.authorize(await suite.open('user'), { redirect_uri }))
    },
  ],
  [
    'oidcc-ensure-post-request-succeeds',
    'the request may be a form',
    async (suite) => {
      const browser = await suite.open('user')
      const fields = {
        client_id: suite.client.clientId,
        redirect_uri: CALLBACK,
        response_type: 'code',
        scope: 'openid',
        state: 'the state',
        ...(suite.mode === 'query' ? {} : { response_mode: suite.mode }),
      }
      const posted = await suite.world.machine.postForm('/authorize', fields)
      expect(posted.status).toBe(303)
      expect(suite.read(await browser.get(posted.header('location') ?? '')).code).toBeDefined()
    },
  ],
  [
    'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    'a request_uri elsewhere is refused as not supported',
    async (suite) => {
      const request_uri = 'https://client.example.com/request.jwt'
      const answer = await suite.authorize(await suite.open('user'), { request_uri })
      requireRefusal(suite, answer, ['request_uri_not_supported', 'invalid_request_uri'])
    },
  ],
  [
    'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    'an unsigned request object is refused, not ignored',
    async (suite) => {
      const request = new UnsecuredJWT({ state: 'another' }).setIssuer(suite.client.clientId).encode()
      const answer = await suite.authorize(await suite.open('user'), { request })
      requireRefusal(suite, answer, ['request_not_supported', 'invalid_request_object'])
    },
  ],
  [
    'oidcc-claims-essential',
    'an essential claim is given at userinfo',
    async (suite) => {
      const tokens = await suite.run({ claims: JSON.stringify({ userinfo: { name: { essential: true } } }) })
      expect((await suite.userinfo(tokens)).json.name).toBe(suite.world.user.user.name)
    },
  ],
  [
    'oidcc-ensure-request-object-with-redirect-uri',
    'a bad callback beside a request object is never used',
    async (suite) => {
      const request = await new SignJWT({ redirect_uri: CALLBACK })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(suite.client.secret))
      const redirect_uri = 'https://evil.example/callback'
      requireErrorPage(await suite.authorize(await suite.open('user'), { request, redirect_uri }))
    },
  ],
  [
    'oidcc-refresh-token',
    'a refresh token gives a consistent ID token, and nothing to another client',
    async (suite) => {
      const { world, client, second } = suite
      const tokens = await suite.run({ scope: 'openid offline_access' })
      const refresh = (as: typeof client) =>
        world.machine.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }, as)
      requireTokenError(await refresh(second), 'invalid_grant')
      const refreshed = await refresh(client)
      expect([refreshed.status, refreshed.header('cache-control')]).toEqual([200, 'no-store'])
      const [before, after] = [suite.claims(tokens), suite.claims(refreshed.json as typeof tokens)]
      for (const name of ['iss', 'sub', 'aud', 'auth_time']) expect(after[name]).toEqual(before[name])
    },
  ],
  [
    'oidcc-ensure-request-with-valid-pkce-succeeds',
    'a challenge is taken, and its verifier needed',
    async (suite) => {
      const { verifier, challenge } = newPkce()
      const given = { code_challenge: challenge, code_challenge_method: 'S256' }
      const { code = '' } = suite.read(await suite.authorize(await suite.open('user'), given))
      const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }
      expect((await suite.world.machine.token(fields, suite.client)).status).toBe(200)
    },
  ],
]
