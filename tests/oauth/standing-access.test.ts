/**
 * What a client was given is worth at each door what it would get now: every way in which tokens are issued or read is
 * walked after every change that takes something away.
 */
import { describe, expect, it } from 'vitest'
import { openDeviceAuthorization } from '~/domain/grants/device-code'
import { revokeApp } from '~/domain/grants/revoke-app'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { oauthEndpoints } from '~/oauth/routes'
import { supportedGrantTypes } from '~/oauth/token/token-endpoint'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { enrol } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, PASSWORD, type Person } from '~tests/support/people'
import {
  API,
  authorizeParams,
  decide,
  introspect,
  newPkce,
  obtainCode,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
  refresh,
  userinfo,
} from './authorization-world'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const REALM = 'http://auth0.com/oauth/grant-type/password-realm'
const MFA_OTP = 'http://auth0.com/oauth/grant-type/mfa-otp'
const MFA_RECOVERY = 'http://auth0.com/oauth/grant-type/mfa-recovery-code'
const GRANTS = ['authorization_code', 'implicit', 'refresh_token', DEVICE, REALM, MFA_OTP, MFA_RECOVERY]
const DIRECTORY = 'Username-Password-Authentication'
const SCOPE = 'openid email offline_access read:items write:items'
const asked = { audience: API, scope: SCOPE }

type Stage = { world: ManagementWorld; client: TestClient; person: Person }
/** What a door gives: the scope that is left, or nothing. */
type Outcome = string | 'nothing'
type Door = (stage: Stage) => Promise<() => Promise<Outcome>>

const scopeOf = ({ status, json }: { status: number; json: Record<string, unknown> }): Outcome =>
  status === 200 && json.active !== false ? String(json.scope) : 'nothing'

const passwordOf = ({ email }: Person) => ({
  grant_type: REALM,
  realm: DIRECTORY,
  username: email,
  password: PASSWORD,
  ...asked,
})

/** Somebody who has allowed the app all that it asks for, has given the password, and is asked for the second factor. */
async function halfWay({ world, client, person }: Stage) {
  await obtainTokens(world, client, asked, person)
  const { recoveryCodes, nextCode } = await enrol(world.services, person)
  const { json } = await world.machine.token(passwordOf(person), client)
  return { mfa_token: String(json.mfa_token), otp: await nextCode(), recovery_code: recoveryCodes[0] ?? '' }
}

/** Each is gone through up to its last step, which is done after the change. */
const DOORS: Record<string, Door> = {
  async 'a code'({ world, client, person }) {
    const code = await obtainCode(world, client, asked, person)
    return async () => scopeOf(await redeem(world, client, code))
  },
  async 'a refresh token'({ world, client, person }) {
    const tokens = await obtainTokens(world, client, asked, person)
    return async () => scopeOf(await refresh(world, client, tokens.refresh_token))
  },
  async 'introspection of an access token'({ world, client, person }) {
    const tokens = await obtainTokens(world, client, asked, person)
    return async () => scopeOf(await introspect(world, client, tokens.access_token))
  },
  async 'introspection of a refresh token'({ world, client, person }) {
    const tokens = await obtainTokens(world, client, asked, person)
    return async () => scopeOf(await introspect(world, client, tokens.refresh_token ?? ''))
  },
  async userinfo({ world, client, person }) {
    const tokens = await obtainTokens(world, client, asked, person)
    return async () => ((await userinfo(world, tokens)).status === 200 ? 'a profile' : 'nothing')
  },
  async 'a device code'({ world, client, person }) {
    const begun = await world.machine.postForm('/oauth/device/code', asked, { client })
    const { device_code = '', user_code = '' } = begun.json as Record<string, string>
    const browser = await openBrowser(world, person)
    const ctx = visitorContext(world.services, { cookies: browser.cookies })
    const id = await openDeviceAuthorization(ctx, user_code)
    await browser.get(`/authorize/resume?request=${id}`)
    await decide(world, browser, id, SCOPE.split(' '))
    return async () => scopeOf(await world.machine.token({ grant_type: DEVICE, device_code }, client))
  },
  async 'a password'({ world, client, person }) {
    await obtainTokens(world, client, asked, person)
    return async () => scopeOf(await world.machine.token(passwordOf(person), client))
  },
  async 'a second factor after a password'(stage) {
    const { otp, mfa_token } = await halfWay(stage)
    return async () => scopeOf(await stage.world.machine.token({ grant_type: MFA_OTP, mfa_token, otp }, stage.client))
  },
  async 'a recovery code after a password'(stage) {
    const { recovery_code, mfa_token } = await halfWay(stage)
    const given = { grant_type: MFA_RECOVERY, mfa_token, recovery_code }
    return async () => scopeOf(await stage.world.machine.token(given, stage.client))
  },
  async 'the Management API'({ world, client, person }) {
    const own = { audience: world.audience, scope: 'openid read:current_user' }
    const { access_token } = await obtainTokens(world, client, own, person)
    const read = () => world.call('GET', `/users/${encodeURIComponent(person.user.userId)}`, undefined, access_token)
    return async () => ((await read()).status === 200 ? 'a profile' : 'nothing')
  },
  async 'the answer to a request whose consent page is open'({ world, client, person }) {
    const browser = await openBrowser(world, person)
    const { verifier, challenge } = newPkce()
    const params = authorizeParams(client, { ...asked, code_challenge: challenge, prompt: 'consent' })
    const id = pendingId(await browser.authorize(params), 'consent')
    return async () => {
      try {
        const answer = await decide(world, browser, id, SCOPE.split(' '))
        const code = new URL(answer.header('location') ?? '').searchParams.get('code')
        return code ? scopeOf(await redeem(world, client, { code, verifier })) : 'nothing'
      } catch {
        return 'nothing'
      }
    }
  },
}

type Change = { by: (stage: Stage) => Promise<unknown>; leaves: string; of?: 'a first party' }

const connectionOf = async ({ world }: Stage): Promise<string> => {
  const { json } = await world.call('GET', `/connections?name=${DIRECTORY}`)
  return String((json as unknown as { id: string }[])[0]?.id)
}
const apiPath = `/resource-servers/${encodeURIComponent(API)}`

const CHANGES: Record<string, Change> = {
  'nothing was changed': { by: async () => {}, leaves: SCOPE },
  'the API lost a scope': {
    by: ({ world }) =>
      world.call('PATCH', apiPath, { scopes: [{ value: 'read:items', description: 'Read your items' }] }),
    leaves: 'openid email offline_access read:items',
  },
  'the API lost a scope and came by one of the same name': {
    async by({ world }) {
      const scopes = ['read:items', 'write:items'].map((value) => ({ value, description: `May ${value}` }))
      await world.call('PATCH', apiPath, { scopes: scopes.slice(0, 1) })
      world.services.clock.advance(1000)
      await world.call('PATCH', apiPath, { scopes })
    },
    leaves: 'openid email offline_access read:items',
  },
  'the API was deleted': { by: ({ world }) => world.call('DELETE', apiPath), leaves: 'nothing' },
  'the connection is of the domain no more': {
    by: async (stage) =>
      stage.world.call('PATCH', `/connections/${await connectionOf(stage)}`, { is_domain_connection: false }),
    leaves: 'nothing',
  },
  'the person was blocked': {
    by: ({ world, person }) => world.call('PATCH', `/users/${person.user.userId}`, { blocked: true }),
    leaves: 'nothing',
  },
  'the person took the consent back': {
    // A person who has not answered yet has nothing to take back.
    by: ({ client, person }) => revokeApp(person.ctx, person.user.userId, client.clientId).catch(() => undefined),
    leaves: 'nothing',
  },
  'the app was suspended': {
    by: async ({ world, client }) => suspendApp((await findOwner(world.services)).ctx, client.clientId, 'No reason.'),
    leaves: 'nothing',
  },
  'the app became a third party’s': {
    by: ({ world, client }) => world.call('PATCH', `/clients/${client.clientId}`, { is_first_party: false }),
    leaves: 'nothing',
    of: 'a first party',
  },
}

/** What a change has no effect on: a page that is open asks anew, and whoever allows then has allowed. */
const ASKED_ANEW = new Set([
  'the answer to a request whose consent page is open: the person took the consent back',
  'the answer to a request whose consent page is open: the app became a third party’s',
  'the answer to a request whose consent page is open: the API lost a scope and came by one of the same name',
])

/** They show that access is there, and not its scope. */
const READINGS = new Set(['userinfo', 'the Management API'])

/** The grants and endpoints of the authorization server by which the doors above go. */
const WALKED = [
  'authorization_code',
  'refresh_token',
  DEVICE,
  REALM,
  MFA_OTP,
  MFA_RECOVERY,
  'GET /authorize',
  'GET /authorize/resume',
  'POST /oauth/token',
  'POST /oauth/device/code',
  'POST /oauth/introspect',
  'GET /userinfo',
]

/** And the others, by why nothing of a person is issued or read there without being asked again. */
const NOT_WALKED: Record<string, string[]> = {
  'it is answered as the same address or grant above': [
    'password',
    'POST /authorize',
    'POST /userinfo',
    'POST /usernamepassword/login',
    'POST /login/callback',
  ],
  'a client has it in its own name': [
    'client_credentials',
    'POST /oidc/register',
    'GET /oidc/register/:client_id',
    'PUT /oidc/register/:client_id',
    'DELETE /oidc/register/:client_id',
  ],
  'it begins or ends something, and what is issued later asks': [
    'POST /oauth/par',
    'POST /oauth/revoke',
    'POST /mfa/challenge',
    'GET /mfa/authenticators',
    'POST /co/authenticate',
    'POST /dbconnections/signup',
    'POST /dbconnections/change_password',
    'GET /oidc/logout',
    'POST /oidc/logout',
    'GET /v2/logout',
    'POST /v2/logout',
  ],
  'it is the same for everybody': [
    'GET /.well-known/oauth-protected-resource/api/v2',
    'GET /.well-known/oauth-protected-resource/api/v2/',
    'GET /.well-known/openid-configuration',
    'GET /.well-known/oauth-authorization-server',
    'GET /.well-known/jwks.json',
    'GET /.well-known/connections/:id/jwks.json',
    'GET /client/:file',
    'GET /info-v1.js',
    'GET /tenants/v1/:file',
    'GET /user/ssodata',
  ],
}

it('every grant and endpoint is walked here, or issues and reads nothing of a person', () => {
  const known = [...supportedGrantTypes, ...oauthEndpoints.map(({ method, path }) => `${method} ${path}`)]
  const listed = [...WALKED, ...Object.values(NOT_WALKED).flat()]
  const missing = known.filter((one) => !listed.includes(one))
  const gone = listed.filter((one) => !known.includes(one))
  const advice = 'What issues or reads asks standingAccess() first: add a door for it to DOORS, and its name to WALKED.'
  expect({ missing, gone }, advice).toEqual({ missing: [], gone: [] })
})

describe.each(Object.keys(CHANGES))('after %s', (named) => {
  it.each(Object.keys(DOORS))('%s gives what would be given now', async (door) => {
    const { by, leaves, of } = CHANGES[named] as Change
    const world = await createManagementWorld()
    const person = await createEndUser(world.services, { isVerified: true })
    const create = of ? createFirstPartyClient : createThirdPartyClient
    const client = await create(world.services, { grantTypes: GRANTS })
    const stage = { world, client, person }
    const last = await (DOORS[door] as Door)(stage)
    world.services.clock.advance(1000)
    await by(stage)
    const isAskedAnew = ASKED_ANEW.has(`${door}: ${named}`)
    if (isAskedAnew) return expect((await last()).split(' ')).toContain('read:items')
    const left = await last()
    // There is no page to ask at: all that is asked for has to be covered by a consent.
    if (door.includes('a password') && named.endsWith('of the same name')) return expect(left).toBe('nothing')
    // It is another API than the one that changes.
    if (door === 'the Management API' && named.startsWith('the API')) return expect(left).toBe('a profile')
    if (READINGS.has(door)) expect(left).toBe(leaves === 'nothing' ? 'nothing' : 'a profile')
    else expect(left).toBe(leaves)
  })
})

describe('a scope that an API has no more', () => {
  it('is not in a client grant, which can be written back as it was read, nor in a consent', async () => {
    const world = await createManagementWorld()
    const client = await createFirstPartyClient(world.services, { grantTypes: ['client_credentials'] })
    const given = { client_id: client.clientId, audience: API, scope: ['read:items', 'write:items'] }
    const { json: grant } = await world.call('POST', '/client-grants', given)
    const app = await createThirdPartyClient(world.services)
    await obtainTokens(world, app, asked)
    await world.call('PATCH', apiPath, { scopes: [{ value: 'read:items', description: 'Read your items' }] })

    const read = await world.call('GET', `/client-grants/${grant.id}`)
    expect(read.json.scope).toEqual(['read:items'])
    expect((await world.call('PATCH', `/client-grants/${grant.id}`, { scope: read.json.scope })).status).toBe(200)
    const listed = await world.call('GET', `/client-grants?client_id=${client.clientId}`)
    expect(listed.json).toMatchObject([{ scope: ['read:items'] }])
    const consents = await world.call('GET', `/grants?user_id=${world.user.user.userId}&client_id=${app.clientId}`)
    expect(consents.json).toMatchObject([{ scope: ['openid', 'email', 'offline_access', 'read:items'] }])

    const token = (scope?: string) =>
      world.machine.token({ grant_type: 'client_credentials', audience: API, ...(scope ? { scope } : {}) }, client)
    expect((await token()).json.scope).toBe('read:items')
    expect((await token('write:items')).status).toBe(403)
  })

  it('is asked for again when the API has it again', async () => {
    const world = await createManagementWorld()
    const app = await createThirdPartyClient(world.services)
    await obtainTokens(world, app, asked)
    const scopes = ['read:items', 'write:items'].map((value) => ({ value, description: `May ${value}` }))
    world.services.clock.advance(1000)
    await world.call('PATCH', apiPath, { scopes: scopes.slice(0, 1) })
    await world.call('PATCH', apiPath, { scopes })
    const browser = await openBrowser(world, world.user)
    const answer = await browser.authorize(authorizeParams(app, { ...asked, prompt: 'none' }))
    expect(answer.header('location')).toContain('error=consent_required')
  })
})

describe('a client that made itself known and that nobody has approved', () => {
  it('waits like a new one once the tenant has new ones wait', async () => {
    const world = await createManagementWorld()
    await world.call('PATCH', '/tenants/settings', { flags: { enable_dynamic_client_registration: true } })
    const registered = await world.machine.sendJson('POST', '/oidc/register', {
      redirect_uris: ['https://app.example.com/callback'],
      client_name: 'Alpha',
    })
    const { client_id: clientId, client_secret: secret } = registered.json as Record<string, string>
    const client = { clientId: clientId ?? '', secret } as TestClient
    const tokens = await obtainTokens(world, client, { scope: 'openid email' })
    expect((await userinfo(world, tokens)).status).toBe(200)
    await world.call('PATCH', '/tenants/settings', { registered_clients_are: 'pending' })
    expect((await userinfo(world, tokens)).status).toBe(401)
    const browser = await openBrowser(world, world.user)
    const params = authorizeParams(client, { scope: 'openid email', prompt: 'none' })
    expect((await browser.authorize(params)).header('location') ?? '').not.toContain('code=')
  })
})

describe('a native app of the tenant itself', () => {
  it.each(['com.example.app:/callback', 'http://127.0.0.1:5555/callback'])(
    'gets nothing at %s without a person, as another program could be there (RFC 8252 §8.6)',
    async (redirect_uri) => {
      const world = await createManagementWorld()
      const native = await createFirstPartyClient(world.services, { appType: 'native', callbacks: [redirect_uri] })
      const browser = await openBrowser(world, world.user)
      const given = { redirect_uri, scope: 'openid email' }
      const silent = await browser.authorize(authorizeParams(native, { ...given, prompt: 'none' }))
      expect(silent.header('location')).toContain('error=consent_required')
      expect((await browser.authorize(authorizeParams(native, given))).header('location')).toContain('/u/consent')
    },
  )
})
