import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSigner } from '~tests/oauth/client-key'
import { API, type TestClient } from '~tests/support/fixtures'
import { type Prepared, startTenant, type TestSigner } from './tenant'
import { openUserAgent } from './user-agent'

const CALLBACK = 'https://app.example.com/callback'
const SIGNED_OUT = 'https://app.example.com/signed-out'
const GRANTS = ['authorization_code', 'refresh_token', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code']

let tenant: Prepared<{ web: TestClient; thirdParty: TestClient; machine: TestClient; signer: TestSigner }>

beforeAll(async () => {
  tenant = await startTenant(async ({ firstParty, thirdParty, grant, signer, openRegistration }) => {
    await openRegistration()
    const machine = await firstParty({ appType: 'non_interactive' })
    await grant(machine, ['read:items'])
    return {
      web: await firstParty({ grantTypes: GRANTS, allowedLogoutUrls: [SIGNED_OUT] }),
      thirdParty: await thirdParty(),
      machine,
      signer: await signer(),
    }
  })
})

afterAll(() => expect(tenant.problems()).toBe(''))

const discover = ({ clientId, secret }: TestClient, authentication?: openid.ClientAuth) =>
  openid.discovery(new URL(tenant.issuer), clientId, secret, authentication)

const isOfTheApp = ({ origin }: URL) => origin === new URL(CALLBACK).origin

/** A request that the person has answered, and what the library is to expect of the answer. */
async function authorize(
  configuration: openid.Configuration,
  { decision, ...given }: { decision?: 'deny'; prompt?: string } = {},
) {
  const agent = openUserAgent(tenant.email, isOfTheApp, decision)
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()]
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email offline_access',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...given,
  })
  const back = await agent.comeBack(url.href)
  return { agent, back, checks: { pkceCodeVerifier, expectedState, expectedNonce } }
}

/** A whole sign-in. */
async function signIn(client: TestClient, authentication?: openid.ClientAuth) {
  const configuration = await discover(client, authentication)
  const { agent, back, checks } = await authorize(configuration)
  const tokens = await openid.authorizationCodeGrant(configuration, back, checks)
  return { configuration, tokens, agent, back, checks }
}

describe('openid-client', () => {
  it('signs a user in with code and PKCE, reads the profile, refreshes and revokes', async () => {
    const { configuration, tokens } = await signIn(tenant.made.web)
    const { sub = '' } = tokens.claims() ?? {}
    expect(tokens.claims()).toMatchObject({ email: tenant.email })
    expect(await openid.fetchUserInfo(configuration, tokens.access_token, sub)).toMatchObject({ email: tenant.email })
    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(sub)
    await openid.tokenRevocation(configuration, refreshed.refresh_token ?? tokens.refresh_token ?? '')
    const dead = openid.refreshTokenGrant(configuration, refreshed.refresh_token ?? tokens.refresh_token ?? '')
    await expect(dead).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('gets of a third-party app’s user who it is, and the profile from userinfo', async () => {
    const { configuration, tokens } = await signIn(tenant.made.thirdParty)
    expect(tokens.claims()).not.toHaveProperty('email')
    const userinfo = await openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')
    expect(userinfo.email).toBe(tenant.email)
  })

  it('learns that the person refused, that a code was used before, and that a verifier is another’s', async () => {
    const { configuration, tokens, back, checks } = await signIn(tenant.made.thirdParty)
    const denied = await authorize(configuration, { decision: 'deny', prompt: 'consent' })
    await expect(openid.authorizationCodeGrant(configuration, denied.back, denied.checks)).rejects.toMatchObject({
      name: 'AuthorizationResponseError',
      error: 'access_denied',
    })

    const again = openid.authorizationCodeGrant(configuration, back, checks)
    await expect(again).rejects.toMatchObject({ name: 'ResponseBodyError', error: 'invalid_grant' })
    const dead = openid.fetchUserInfo(configuration, tokens.access_token, openid.skipSubjectCheck)
    await expect(dead).rejects.toMatchObject({ name: 'WWWAuthenticateChallengeError', status: 401 })

    const other = await authorize(configuration)
    const mixed = openid.authorizationCodeGrant(configuration, other.back, {
      ...other.checks,
      pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    })
    await expect(mixed).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('proves a client by its key instead of a secret, also when it asks for sign-in by a signed request', async () => {
    const { privateKey, kid, client } = tenant.made.signer
    const key = { key: privateKey, kid }
    const { configuration, tokens } = await signIn(client, openid.PrivateKeyJwt(key))
    expect(tokens.claims()).toMatchObject({ email: tenant.email })
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const url = await openid.buildAuthorizationUrlWithJAR(
      configuration,
      {
        redirect_uri: CALLBACK,
        scope: 'openid',
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      },
      key,
    )
    const back = await openUserAgent(tenant.email, isOfTheApp).comeBack(url.href)
    const signed = await openid.authorizationCodeGrant(configuration, back, { pkceCodeVerifier })
    expect(signed.claims()?.sub).toBe(tokens.claims()?.sub)
    const wrong = await discover(client, openid.PrivateKeyJwt((await newSigner()).privateKey))
    await expect(openid.refreshTokenGrant(wrong, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_client',
    })
  })

  it('registers a client of its own, which signs people in', async () => {
    const configuration = await openid.dynamicClientRegistration(
      new URL(tenant.issuer),
      {
        client_name: 'Registered app',
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
      },
      openid.ClientSecretBasic(),
    )
    const { back, checks } = await authorize(configuration)
    const tokens = await openid.authorizationCodeGrant(configuration, back, checks)
    expect(tokens.claims()?.sub).toMatch(/^auth0\|/)
    expect(tokens.claims()).not.toHaveProperty('email')
  })

  it('pushes the request first, and is answered by form_post', async () => {
    const { made, email } = tenant
    const configuration = await discover(made.web)
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const expectedState = openid.randomState()
    const url = await openid.buildAuthorizationUrlWithPAR(configuration, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      response_mode: 'form_post',
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const back = await openUserAgent(email, ({ href }) => href.startsWith(CALLBACK)).comeBack(url.href)
    const body = new URLSearchParams(back.search)
    back.search = ''
    const posted = new Request(back, { method: 'POST', body })
    const tokens = await openid.authorizationCodeGrant(configuration, posted, { pkceCodeVerifier, expectedState })
    expect(tokens.claims()?.sub).toMatch(/^auth0\|/)
  })

  it('binds tokens to a key with DPoP', async () => {
    const configuration = await discover(tenant.made.machine)
    const DPoP = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'))
    const tokens = await openid.clientCredentialsGrant(configuration, { audience: API }, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    expect(await openid.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({
      active: true,
      cnf: { jkt: expect.any(String) },
    })
  })

  it('connects a device, while its user types the code at another browser', async () => {
    const configuration = await discover(tenant.made.web)
    const device = await openid.initiateDeviceAuthorization(configuration, { scope: 'openid' })
    const polling = openid.pollDeviceAuthorizationGrant(configuration, { ...device, interval: 1 })
    const isDone = ({ pathname, search }: URL) => pathname === '/activate' && search === '?done=allowed'
    await openUserAgent(tenant.email, isDone).comeBack(device.verification_uri_complete ?? '')
    expect((await polling).claims()?.sub).toMatch(/^auth0\|/)
  })

  it('signs out: the next silent sign-in is refused', async () => {
    const { configuration, tokens, agent } = await signIn(tenant.made.web)
    const url = openid.buildEndSessionUrl(configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: SIGNED_OUT,
    })
    expect((await agent.comeBack(url.href)).href).toBe(SIGNED_OUT)
    const silent = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      prompt: 'none',
      code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    })
    expect((await agent.comeBack(silent.href)).searchParams.get('error')).toBe('login_required')
  })
})
