import { createHash, randomBytes } from 'node:crypto'
import { AuthenticationClient } from 'auth0'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API, type TestClient } from '~tests/support/fixtures'
import { PASSWORD, type Prepared, startTenant } from './tenant'
import { openUserAgent } from './user-agent'

const CALLBACK = 'https://app.example.com/callback'
const REALM = 'Username-Password-Authentication'
const GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'password',
  'http://auth0.com/oauth/grant-type/password-realm',
]

let tenant: Prepared<{ web: TestClient }>
let auth0: AuthenticationClient

beforeAll(async () => {
  tenant = await startTenant(async ({ firstParty, grant }) => {
    const web = await firstParty({ grantTypes: GRANTS })
    await grant(web, ['read:items'])
    return { web }
  })
  auth0 = newClient(tenant.made.web)
})

afterAll(() => expect(tenant.problems()).toBe(''))

const newClient = ({ clientId, secret = '' }: TestClient, given: object = {}) =>
  new AuthenticationClient({ domain: new URL(tenant.issuer).host, clientId, clientSecret: secret, ...given })

const newPkce = () => {
  const code_verifier = randomBytes(32).toString('base64url')
  return { code_verifier, code_challenge: createHash('sha256').update(code_verifier).digest('base64url') }
}

describe('the AuthenticationClient of auth0', () => {
  it('gets a token for a machine', async () => {
    const { data, status } = await auth0.oauth.clientCredentialsGrant({ audience: API })
    expect([status, data.token_type, decodeJwt(data.access_token).scope]).toEqual([200, 'Bearer', 'read:items'])
  })

  it('signs in with a password, at the default directory and at a realm, and validates the ID token', async () => {
    const given = { username: tenant.email, password: PASSWORD, audience: API, scope: 'openid email read:items' }
    const { data } = await auth0.oauth.passwordGrant(given)
    expect(data.id_token).toBeDefined()
    const atRealm = await auth0.oauth.passwordGrant({ ...given, realm: REALM })
    expect(decodeJwt(atRealm.data.access_token).scope).toBe('openid email read:items')
    await expect(auth0.oauth.passwordGrant({ ...given, password: 'wrong' })).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: 'Wrong email or password.',
      statusCode: 403,
    })
  })

  it('exchanges a code without PKCE, once: a second time is refused, and ends what the first bought', async () => {
    const url = new URL('/authorize', tenant.issuer)
    url.search = String(
      new URLSearchParams({
        client_id: tenant.made.web.clientId,
        redirect_uri: CALLBACK,
        response_type: 'code',
        scope: 'openid offline_access',
        nonce: 'nonce-of-this-request',
      }),
    )
    const back = await openUserAgent(tenant.email, ({ href }) => href.startsWith(CALLBACK)).comeBack(url.href)
    const given = { code: back.searchParams.get('code') ?? '', redirect_uri: CALLBACK }
    const { data } = await auth0.oauth.authorizationCodeGrant(given, {
      idTokenValidateOptions: { nonce: 'nonce-of-this-request' },
    })
    const { refresh_token = '' } = data
    expect((await auth0.oauth.refreshTokenGrant({ refresh_token })).status).toBe(200)
    await expect(auth0.oauth.authorizationCodeGrant(given)).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(auth0.oauth.refreshTokenGrant({ refresh_token })).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('pushes a request, exchanges the code, refreshes and revokes', async () => {
    const { code_verifier, code_challenge } = newPkce()
    const { data: pushed } = await auth0.oauth.pushedAuthorization({
      client_id: tenant.made.web.clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid offline_access',
      code_challenge,
      code_challenge_method: 'S256',
    })
    const url = new URL('/authorize', tenant.issuer)
    url.search = String(new URLSearchParams({ client_id: tenant.made.web.clientId, request_uri: pushed.request_uri }))
    const back = await openUserAgent(tenant.email, ({ href }) => href.startsWith(CALLBACK)).comeBack(url.href)
    const { data } = await auth0.oauth.authorizationCodeGrantWithPKCE({
      code: back.searchParams.get('code') ?? '',
      code_verifier,
      redirect_uri: CALLBACK,
    })
    const refresh_token = data.refresh_token ?? ''
    expect((await auth0.oauth.refreshTokenGrant({ refresh_token })).data.access_token).toBeDefined()
    expect((await auth0.oauth.revokeRefreshToken({ token: refresh_token })).status).toBe(200)
    await expect(auth0.oauth.refreshTokenGrant({ refresh_token })).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('signs a user up, and asks for a new password', async () => {
    const email = 'signed.up@example.com'
    const { data } = await auth0.database.signUp({ connection: REALM, email, password: PASSWORD })
    expect(data).toMatchObject({ email, email_verified: false })
    await expect(auth0.database.signUp({ connection: REALM, email, password: PASSWORD })).rejects.toMatchObject({
      statusCode: 400,
    })
    const asked = await auth0.database.changePassword({ connection: REALM, email })
    expect(asked.data).toContain('sent you an email')
    expect(await tenant.program.mailedLink(email, /new password/)).toContain('/u/reset-password')
  })
})
