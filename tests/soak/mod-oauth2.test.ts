/** mod_oauth2 (Debian's libapache2-mod-oauth2): an API behind it, which apps of others call. */
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Prepared, startTenant } from '~tests/libraries/tenant'
import { openUserAgent } from '~tests/libraries/user-agent'
import { API, CALLBACK, type TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { hasApacheModule, prepareApache } from './apache'

const isThere = hasApacheModule('oauth2')
if (!isThere) console.log('Skipped: the packages apache2 and libapache2-mod-oauth2 are not installed.')

let tenant: Prepared<{ app: TestClient; ofApi: TestClient }>
let origin: string

beforeAll(async () => {
  if (!isThere) return
  const port = await findFreePort()
  origin = `https://localhost:${port}`
  tenant = await startTenant(async ({ firstParty, thirdParty }) => ({
    app: await thirdParty({ grantTypes: ['authorization_code', 'refresh_token'] }),
    ofApi: await firstParty({ appType: 'non_interactive', resourceServerIdentifier: API }),
  }))
  const { clientId, secret } = tenant.made.ofApi
  const apache = prepareApache(['oauth2'], ['of-issuer.html', 'of-api.html', 'of-scope.html', 'by-question.html'])
  // It has no setting for certificates that are to be trusted.
  await apache.start(
    port,
    `
    OAuth2CryptoPassphrase "only of this test"
    ${byKey('of-api', `aud:${API}`)}
    ${byKey('of-issuer', `iss:${tenant.issuer}`)}
    ${byKey('of-scope', '"scope:openid read:items"')}
    <Location /by-question.html>
      AuthType oauth2
      OAuth2TokenVerify introspect ${tenant.issuer}oauth/introspect introspect.ssl_verify=false&introspect.auth=client_secret_basic&client_id=${clientId}&client_secret=${secret}
      Require oauth2_claim client_id:${tenant.made.app.clientId}
    </Location>
    `,
  )
})

const byKey = (page: string, claim: string): string => `
    <Location /${page}.html>
      AuthType oauth2
      OAuth2TokenVerify jwks_uri ${tenant.issuer}.well-known/jwks.json jwks_uri.ssl_verify=false
      Require oauth2_claim ${claim}
    </Location>`

describe.skipIf(!isThere)('mod_oauth2', () => {
  afterAll(() => expect(tenant.problems()).toBe(''))

  const call = async (path: string, token: string): Promise<number> =>
    (await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } })).status

  /** The app of somebody else, after a person has signed in and allowed it. */
  async function signIn(scope: string) {
    const { clientId, secret } = tenant.made.app
    const app = await client.discovery(new URL(tenant.issuer), clientId, secret)
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(app, {
      redirect_uri: CALLBACK,
      scope,
      audience: API,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const agent = openUserAgent(tenant.email, ({ href }) => href.startsWith(CALLBACK))
    const tokens = await client.authorizationCodeGrant(app, await agent.comeBack(url.href), { pkceCodeVerifier })
    return { app, tokens }
  }

  it('takes a token by the keys of the server, for its API and scope alone', async () => {
    const { tokens } = await signIn('openid read:items')
    expect(await call('/of-issuer.html', tokens.access_token)).toBe(200)
    expect(await call('/of-api.html', tokens.access_token)).toBe(200)
    expect(await call('/of-scope.html', tokens.access_token)).toBe(200)
    expect(await call('/of-api.html', `${tokens.access_token.slice(0, -4)}AAAA`)).toBe(401)
    const { tokens: others } = await signIn('openid write:items')
    expect(await call('/of-scope.html', others.access_token)).toBe(401)
  })

  it('asks the server about a token, and refuses one of an app that has been revoked', async () => {
    const { app, tokens } = await signIn('openid read:items offline_access')
    expect(await call('/by-question.html', tokens.access_token)).toBe(200)
    const refreshed = await client.refreshTokenGrant(app, tokens.refresh_token ?? '')
    await client.tokenRevocation(app, refreshed.refresh_token ?? '')
    // What it has asked about once it remembers until the token ends; it has not seen this one yet.
    expect(await call('/by-question.html', refreshed.access_token)).toBe(401)
    expect(await call('/by-question.html', 'at_unknown')).toBe(401)
  })
})
