/** mod_auth_openidc (Debian's libapache2-mod-auth-openidc): an application of somebody else behind it, in a browser. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD, type Prepared, startTenant } from '~tests/libraries/tenant'
import { openPage } from '~tests/support/chromium'
import { API, type TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { hasApacheModule, prepareApache } from './apache'

const isThere = hasApacheModule('auth_openidc')
if (!isThere) console.log('Skipped: the packages apache2 and libapache2-mod-auth-openidc are not installed.')

let tenant: Prepared<{ client: TestClient }>
let origin: string

beforeAll(async () => {
  if (!isThere) return
  const port = await findFreePort()
  origin = `https://localhost:${port}`
  tenant = await startTenant(async ({ thirdParty }) => ({
    client: await thirdParty({
      name: 'Shop behind Apache',
      callbacks: [`${origin}/callback`],
      allowedLogoutUrls: [`${origin}/goodbye.html`],
      grantTypes: ['authorization_code', 'refresh_token'],
    }),
  }))
  const { clientId, secret } = tenant.made.client
  const apache = prepareApache(['auth_openidc'], ['index.html', 'goodbye.html'])
  await apache.start(
    port,
    `
    OIDCProviderMetadataURL ${tenant.issuer}.well-known/openid-configuration
    OIDCCABundlePath ${apache.ca}
    OIDCClientID ${clientId}
    OIDCClientSecret ${secret}
    OIDCRedirectURI ${origin}/callback
    OIDCCryptoPassphrase "only of this test"
    OIDCPKCEMethod S256
    OIDCScope "openid profile email offline_access read:items"
    OIDCAuthRequestParams audience=${encodeURIComponent(API)}
    OIDCInfoHook userinfo id_token access_token refresh_token
    <Location />
      AuthType openid-connect
      Require valid-user
    </Location>
    <Location /goodbye.html>
      AuthType None
      Require all granted
    </Location>
    `,
  )
})

describe.skipIf(!isThere)('mod_auth_openidc', () => {
  afterAll(() => expect(tenant.problems()).toBe(''))

  async function signIn(decision: 'allow' | 'deny'): Promise<{ page: Page; question: string }> {
    const page = await openPage(tenant.program, { baseURL: origin, ignoreHTTPSErrors: true })
    await page.goto('/')
    await page.waitForURL(/\/u\/login/)
    await page.locator('[name="username"]').fill(tenant.email)
    await page.locator('[name="password"]').fill(PASSWORD)
    await page.locator('form:has([name="password"]) button[type="submit"]:visible').last().click()
    await page.waitForURL(/\/u\/consent/)
    const question = await page.locator('main').innerText()
    await page.locator(`button[name="decision"][value="${decision}"]:visible`).first().click()
    await page.waitForURL((url) => url.origin === origin)
    return { page, question }
  }

  type Session = { access_token: string; refresh_token: string; id_token: object; userinfo: object }
  const readSession = async (page: Page): Promise<Session> => (await page.request.get('/callback?info=json')).json()

  it('signs in with a code and a challenge after the question, and knows no more than was allowed', async () => {
    const { page, question } = await signIn('allow')
    expect(question).toContain('Shop behind Apache')
    expect(question).toContain('Read your items')
    expect(await page.locator('body').innerText()).toBe('index.html')
    const { id_token, userinfo } = await readSession(page)
    const sub = expect.stringMatching(/^auth0\|/)
    expect(id_token).toMatchObject({ iss: tenant.issuer, sub, aud: tenant.made.client.clientId })
    expect(id_token).not.toHaveProperty('email')
    expect(userinfo).toMatchObject({ sub, email: tenant.email })
  })

  it('refreshes, signs out, and asks for a sign-in again', async () => {
    const { page } = await signIn('allow')
    const before = await readSession(page)
    await page.goto(`/callback?refresh=${encodeURIComponent(`${origin}/`)}&access_token=${before.access_token}`)
    expect(page.url()).toBe(`${origin}/`)
    const after = await readSession(page)
    expect(after.access_token).not.toBe(before.access_token)
    expect(after.refresh_token).toMatch(/^rt_/)
    expect(after.refresh_token).not.toBe(before.refresh_token)
    await page.goto(`/callback?logout=${encodeURIComponent(`${origin}/goodbye.html`)}`)
    expect(page.url()).toBe(`${origin}/goodbye.html`)
    await page.goto('/')
    expect(new URL(page.url()).pathname).toBe('/u/login')
  })

  it('signs nobody in when the person refuses', async () => {
    const { page } = await signIn('deny')
    // Of a refusal that names its issuer (RFC 9207) 2.4.12 makes an error page that speaks of something else.
    const { pathname, searchParams } = new URL(page.url())
    expect([pathname, searchParams.get('error')]).toEqual(['/callback', 'access_denied'])
    expect((await page.request.get('/callback?info=json')).status()).toBe(401)
  })
})
