/** Everything that somebody is handed to come back with: each is good at its own place, and nowhere else. */
import { beforeAll, describe, expect, it } from 'vitest'
import { createInitialAccess } from '~/domain/clients/initial-access'
import { accountConnections } from '~/domain/connections/account-connections'
import { requestPasswordReset } from '~/domain/users/reset-password'
import { DAY } from '~/platform/durations'
import * as profile from '~/routes/account._area._index'
import * as secondFactor from '~/routes/account.second-factor'
import * as accountSignIn from '~/routes/account.sign-in'
import * as verifyEmail from '~/routes/account.verify-email'
import * as activate from '~/routes/activate'
import * as resetPassword from '~/routes/u.reset-password'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { type Authenticator, enrol } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import {
  API,
  answerOf,
  authorizeParams,
  CALLBACK,
  createWorld,
  obtainCode,
  obtainTokens,
  openBrowser,
  pendingId,
  type World,
} from './authorization-world'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const MFA_RECOVERY = 'http://auth0.com/oauth/grant-type/mfa-recovery-code'
const GRANTS = ['authorization_code', 'refresh_token', 'password', MFA_RECOVERY, DEVICE]

let world: World
let client: TestClient
let enrolled: Person
let authenticator: Authenticator
let registered: { client_id: string; registration_access_token: string }

beforeAll(async () => {
  world = await createWorld()
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(
    updateTenantSettings({ registration: 'token', flags: { ...flags, enable_dynamic_client_registration: true } }),
  )
  client = await createFirstPartyClient(world.services, { grantTypes: GRANTS, crossOriginAuthentication: true })
  enrolled = await createEndUser(world.services)
  authenticator = await enrol(world.services, enrolled)
})

/** What there is, freshly made. */
async function makeAll(): Promise<Record<string, string>> {
  const { machine, services, user } = world
  const tokens = await obtainTokens(world, client, { scope: 'openid offline_access' })
  const forApi = await obtainTokens(world, client, { scope: 'openid read:items', audience: API })
  const browser = await openBrowser(world)
  const device = await machine.postForm('/oauth/device/code', { scope: 'openid' }, { client })
  const byPassword = { grant_type: 'password', username: enrolled.email, password: PASSWORD, scope: 'openid' }
  const mfa = await machine.token(byPassword, client)
  const pushed = await machine.postForm('/oauth/par', Object.fromEntries(authorizeParams(client)), { client })
  const ticket = await machine.sendJson(
    'POST',
    '/co/authenticate',
    { client_id: client.clientId, credential_type: 'password', username: user.email, password: PASSWORD },
    { headers: { origin: new URL(CALLBACK).origin } },
  )
  const { ctx: owner } = await findOwner(services)
  const { token: initial } = await createInitialAccess(owner, { label: 'x', quota: 9, lifetime: DAY })
  const metadata = { redirect_uris: [CALLBACK] }
  registered = (await machine.sendJson('POST', '/oidc/register', metadata, { bearer: initial })).json as never
  const halfWay = openVisitor(services)
  await halfWay.send(accountSignIn, '/account/sign-in', { username: enrolled.email, password: PASSWORD })
  const ctx = visitorContext(services)
  const forgetful = await createEndUser(services)
  await requestPasswordReset(ctx, await accountConnections(ctx), forgetful.email, '/u/reset-password')
  return {
    code: (await obtainCode(world, client, { scope: 'openid' })).code,
    'access token': tokens.access_token,
    'access token for an API': forApi.access_token,
    'refresh token': tokens.refresh_token ?? '',
    'ID token': tokens.id_token ?? '',
    'pending request': pendingId(await browser.authorize(authorizeParams(client)), 'login'),
    'pushed request': pushed.json.request_uri as string,
    session: (await openVisitorOf(services, 'account', user)).cookies.session ?? '',
    'admin session': (await openVisitorOf(services, 'admin', await findOwner(services))).cookies.admin_session ?? '',
    visitor: browser.cookies['visitor-1'] ?? '',
    'client secret': client.secret ?? '',
    'device code': device.json.device_code as string,
    'user code': device.json.user_code as string,
    'MFA token': mfa.json.mfa_token as string,
    'recovery code': authenticator.recoveryCodes[0] ?? '',
    'half-way cookie': halfWay.cookies.second_factor ?? '',
    'login ticket': ticket.json.login_ticket as string,
    'login verifier': ticket.json.co_verifier as string,
    'initial access token': initial,
    'registration token': registered.registration_access_token,
    'reset ticket': services.mailer.link(forgetful.email).searchParams.get('ticket') ?? '',
    'client id': client.clientId,
  }
}

const tokenError = async (fields: Record<string, string>, as = client) =>
  (await world.machine.token(fields, as)).json.error_description

const authorizeWith = async (given: Record<string, string>) => {
  const browser = await openBrowser(world)
  return answerOf(await browser.authorize(authorizeParams(client, { prompt: 'none', ...given })))
}

/** The places, what belongs there, and whether a value is refused. */
const PLACES: { place: string; own: string[]; refuses: (value: string) => Promise<boolean> }[] = [
  {
    place: 'code at the token endpoint',
    own: ['code'],
    refuses: async (code) =>
      (await tokenError({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })) ===
      'Invalid authorization code',
  },
  {
    place: 'refresh_token at the token endpoint',
    own: ['refresh token'],
    refuses: async (refresh_token) =>
      (await tokenError({ grant_type: 'refresh_token', refresh_token })) === 'Unknown or invalid refresh token.',
  },
  {
    place: 'device_code at the token endpoint',
    own: ['device code'],
    refuses: async (device_code) =>
      (await tokenError({ grant_type: DEVICE, device_code })) === 'Invalid or expired device code',
  },
  {
    place: 'mfa_token at the token endpoint',
    own: ['MFA token'],
    refuses: async (mfa_token) =>
      String(await tokenError({ grant_type: MFA_RECOVERY, mfa_token, recovery_code: 'x' })).startsWith('Malformed'),
  },
  {
    place: 'client_secret at the token endpoint',
    own: ['client secret'],
    refuses: async (secret) =>
      String(await tokenError({ grant_type: 'refresh_token' }, { ...client, secret })).startsWith('Client auth'),
  },
  {
    place: 'the bearer of /userinfo',
    own: ['access token', 'access token for an API'],
    refuses: async (bearer) => (await world.machine.get('/userinfo', { bearer })).status === 401,
  },
  {
    place: 'the bearer of /mfa/authenticators',
    own: ['MFA token'],
    refuses: async (bearer) => (await world.machine.get('/mfa/authenticators', { bearer })).status === 401,
  },
  {
    place: 'token at /oauth/introspect',
    own: ['access token', 'access token for an API', 'refresh token'],
    refuses: async (token) =>
      (await world.machine.postForm('/oauth/introspect', { token }, { client })).text === '{"active":false}',
  },
  {
    place: 'request_uri at /authorize',
    own: ['pushed request'],
    refuses: async (request_uri) => {
      const answer = await (await openBrowser(world)).authorize(authorizeParams(client, { request_uri }))
      return !answer.header('location')?.startsWith('/u/login')
    },
  },
  {
    place: 'id_token_hint at /authorize',
    own: ['ID token'],
    refuses: async (id_token_hint) => (await authorizeWith({ id_token_hint })).error === 'invalid_request',
  },
  {
    place: 'login_ticket at /authorize',
    own: [],
    refuses: async (login_ticket) => (await authorizeWith({ login_ticket })).error === 'login_required',
  },
  {
    place: 'request at /authorize/resume',
    own: [],
    refuses: async (request) =>
      (await (await openBrowser(world)).get(`/authorize/resume?request=${encodeURIComponent(request)}`)).status === 400,
  },
  {
    place: 'the registration’s bearer',
    own: ['registration token'],
    refuses: async (bearer) =>
      (await world.machine.get(`/oidc/register/${registered.client_id}`, { bearer })).status === 401,
  },
  {
    place: 'the bearer that registers',
    own: ['initial access token'],
    refuses: async (bearer) =>
      (await world.machine.sendJson('POST', '/oidc/register', { redirect_uris: [CALLBACK] }, { bearer })).status ===
      401,
  },
  {
    place: 'the session cookie',
    own: ['session'],
    refuses: async (session) =>
      (await openVisitor(world.services, { cookies: { session } }).load(profile, '/account')).status === 302,
  },
  {
    place: 'the half-way cookie',
    own: ['half-way cookie'],
    refuses: async (second_factor) =>
      (await openVisitor(world.services, { cookies: { second_factor } }).load(secondFactor, '/account/second-factor'))
        .status === 302,
  },
  {
    place: 'user_code at /activate',
    own: ['user code'],
    refuses: async (user_code) =>
      (await openVisitor(world.services).send(activate, '/activate', { user_code })).status === 400,
  },
  {
    place: 'the ticket of a forgotten password',
    own: ['reset ticket'],
    refuses: async (ticket) => {
      const path = `/u/reset-password?ticket=${encodeURIComponent(ticket)}`
      const fields = { password: 'yet another long one' }
      return (await openVisitor(world.services).send(resetPassword, path, fields)).status === 410
    },
  },
  {
    place: 'the ticket that confirms an address',
    own: [],
    refuses: async (ticket) => {
      const path = `/account/verify-email?ticket=${encodeURIComponent(ticket)}`
      return (await openVisitor(world.services).load(verifyEmail, path)).status >= 400
    },
  },
]

describe.each(PLACES)('at $place', ({ own, refuses }) => {
  it('every other kind of value is refused, and its own is not', async () => {
    for (const [kind, value] of Object.entries(await makeAll())) {
      expect(value, kind).not.toBe('')
      expect(await refuses(value), kind).toBe(!own.includes(kind))
    }
  })
})
