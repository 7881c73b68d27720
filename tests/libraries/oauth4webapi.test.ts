import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API, type TestClient } from '~tests/support/fixtures'
import { type Prepared, startTenant } from './tenant'
import { openUserAgent } from './user-agent'

const CALLBACK = 'https://app.example.com/callback'

let tenant: Prepared<{ spa: TestClient; web: TestClient }>
let server: oauth.AuthorizationServer

beforeAll(async () => {
  tenant = await startTenant(async ({ firstParty, thirdParty, grant }) => {
    const web = await firstParty({ grantTypes: ['client_credentials', 'authorization_code', 'refresh_token'] })
    await grant(web, ['read:items'])
    return { spa: await thirdParty({ appType: 'spa' }), web }
  })
  const issuer = new URL(tenant.issuer)
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
})

afterAll(() => expect(tenant.problems()).toBe(''))

describe('oauth4webapi', () => {
  it('finds the server by either metadata document', async () => {
    const issuer = new URL(tenant.issuer)
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2' })
    expect((await oauth.processDiscoveryResponse(issuer, response)).token_endpoint).toBe(server.token_endpoint)
  })

  it('signs in a user of a single-page app with code, PKCE and a key, and calls userinfo with it', async () => {
    const client: oauth.Client = { client_id: tenant.made.spa.clientId }
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const verifier = oauth.generateRandomCodeVerifier()
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
    const url = new URL(server.authorization_endpoint ?? '')
    url.search = String(
      new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: CALLBACK,
        response_type: 'code',
        scope: 'openid email offline_access',
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    )
    const back = await openUserAgent(tenant.email, ({ href }) => href.startsWith(CALLBACK)).comeBack(url.href)
    const callback = oauth.validateAuthResponse(server, client, back, state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      callback,
      CALLBACK,
      verifier,
      { DPoP },
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(server, response)
    const { sub = '' } = oauth.getValidatedIdTokenClaims(tokens) ?? {}
    const userinfo = await oauth.userInfoRequest(server, client, tokens.access_token, { DPoP })
    expect(await oauth.processUserInfoResponse(server, client, sub, userinfo)).toMatchObject({ email: tenant.email })

    const refreshed = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token ?? '', {
      DPoP,
    })
    const next = await oauth.processRefreshTokenResponse(server, client, refreshed)
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    expect(next.token_type).toBe('dpop')
  })

  it('gets a token for a machine, and validates it as the API does (RFC 9068)', async () => {
    const client = { client_id: tenant.made.web.clientId }
    const authentication = oauth.ClientSecretBasic(tenant.made.web.secret ?? '')
    const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, { audience: API })
    const { access_token } = await oauth.processClientCredentialsResponse(server, client, response)
    const request = new Request(API, { headers: { authorization: `Bearer ${access_token}` } })
    expect(await oauth.validateJwtAccessToken(server, request, API)).toMatchObject({
      client_id: client.client_id,
      scope: 'read:items',
    })
  })
})
