/** Libraries that run in the pages of a single-page app, in Chromium. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openPage } from '~tests/support/chromium'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { listenTls, PASSWORD, type Prepared, startTenant } from './tenant'

const require = createRequire(import.meta.url)
const SPA_JS = join(dirname(require.resolve('@auth0/auth0-spa-js/package.json')), 'dist/auth0-spa-js.production.js')
const OIDC_CLIENT = join(dirname(require.resolve('oidc-client-ts/package.json')), 'dist/browser/oidc-client-ts.min.js')

let tenant: Prepared<TestClient>
let origin: string

beforeAll(async () => {
  const port = await findFreePort()
  origin = `https://localhost:${port}`
  tenant = await startTenant(({ firstParty }) =>
    firstParty({
      appType: 'spa',
      callbacks: [`${origin}/`],
      allowedLogoutUrls: [`${origin}/`],
      grantTypes: ['authorization_code', 'refresh_token'],
    }),
  )
  const scripts: Record<string, string> = { '/spa.js': SPA_JS, '/oidc.js': OIDC_CLIENT }
  await listenTls(port, (request, response) => {
    const file = scripts[new URL(request.url ?? '/', origin).pathname]
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html')
    response.end(
      file
        ? readFileSync(file)
        : '<!doctype html><title>App</title><script src="/spa.js"></script><script src="/oidc.js"></script>',
    )
  })
})

const openApp = async (): Promise<Page> => {
  const page = await openPage(tenant.program, { baseURL: origin, ignoreHTTPSErrors: true })
  await page.goto('/')
  return page
}

/** Signs in at our page, and waits until the app has the person back. */
async function signIn(page: Page): Promise<void> {
  await page.waitForURL(/\/u\/login/)
  await page.locator('[name="username"]').fill(tenant.email)
  await page.locator('[name="password"]').fill(PASSWORD)
  await page.locator('form:has([name="password"]) button[type="submit"]:visible').last().click()
  await page.waitForURL((url) => url.origin === origin && url.searchParams.has('code'))
}

describe('@auth0/auth0-spa-js', () => {
  /** Runs in the page: what an app does with the library. */
  const withClient = <Result>(page: Page, useRefreshTokens: boolean, act: string): Promise<Result> =>
    page.evaluate(
      `(async () => {
        const client = new auth0.Auth0Client({
          domain: ${JSON.stringify(new URL(tenant.issuer).host)},
          clientId: ${JSON.stringify(tenant.made.clientId)},
          useRefreshTokens: ${useRefreshTokens},
          cacheLocation: 'localstorage',
          authorizationParams: { redirect_uri: location.origin + '/', scope: 'openid profile email' },
        })
        ${act}
      })()`,
    )

  async function openSignedIn(useRefreshTokens: boolean): Promise<Page> {
    const page = await openApp()
    await withClient(page, useRefreshTokens, 'await client.loginWithRedirect()')
    await signIn(page)
    await withClient(page, useRefreshTokens, 'await client.handleRedirectCallback()')
    return page
  }

  it('signs in by redirect, and renews silently in a hidden frame', async () => {
    const page = await openSignedIn(false)
    const user = await withClient(page, false, 'return client.getUser()')
    expect(user).toMatchObject({ email: tenant.email })
    const before = await withClient(page, false, 'return client.getTokenSilently()')
    const after = await withClient(page, false, `return client.getTokenSilently({ cacheMode: 'off' })`)
    expect(after).toMatch(/^at_/)
    expect(after).not.toBe(before)
  })

  it('renews with a refresh token, which is replaced each time', async () => {
    const page = await openSignedIn(true)
    const renew = `return client.getTokenSilently({ cacheMode: 'off' })`
    const first = await withClient(page, true, renew)
    const second = await withClient(page, true, renew)
    expect(second).toMatch(/^at_/)
    expect(second).not.toBe(first)
  })

  it('signs out, and the frame finds nobody any more', async () => {
    const page = await openSignedIn(false)
    await withClient(page, false, `await client.logout({ logoutParams: { returnTo: location.origin + '/' } })`)
    await page.waitForURL(`${origin}/`)
    const refused = `return client.getTokenSilently({ cacheMode: 'off' }).catch(({ error }) => error)`
    expect(await withClient(page, false, refused)).toBe('login_required')
  })
})

describe('oidc-client-ts', () => {
  const withManager = <Result>(page: Page, act: string): Promise<Result> =>
    page.evaluate(
      `(async () => {
        const manager = new oidc.UserManager({
          authority: ${JSON.stringify(tenant.issuer)},
          client_id: ${JSON.stringify(tenant.made.clientId)},
          redirect_uri: location.origin + '/',
          scope: 'openid email offline_access',
          loadUserInfo: true,
        })
        ${act}
      })()`,
    )

  it('signs in by redirect, reads the profile, renews and revokes', async () => {
    const page = await openApp()
    await withManager(page, 'void manager.signinRedirect()')
    await signIn(page)
    const profile = await withManager(page, 'return (await manager.signinCallback()).profile')
    expect(profile).toMatchObject({ email: tenant.email })
    const renewed = await withManager(page, 'return (await manager.signinSilent()).access_token')
    expect(renewed).toMatch(/^at_/)
    await withManager(page, 'await manager.revokeTokens()')
    const refused = await withManager(page, 'return (await manager.getUser()).refresh_token ?? null')
    expect(refused).toBeNull()
  })
})
