/** A single-page app and this server on two sites, in Chromium: renewing in a hidden frame depends on what browsers let through. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { chromiumFlags, findChromium } from '~tests/support/chromium'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { listenTls, PASSWORD, type Prepared, startTenant } from './tenant'

const require = createRequire(import.meta.url)
const SPA_JS = join(dirname(require.resolve('@auth0/auth0-spa-js/package.json')), 'dist/auth0-spa-js.production.js')

let tenant: Prepared<{ thirdParty: TestClient }>
let origin: string

beforeAll(async () => {
  const port = await findFreePort()
  origin = `https://app.test:${port}`
  const settings = { appType: 'spa' as const, callbacks: [`${origin}/`], grantTypes: ['authorization_code'] }
  tenant = await startTenant(async ({ thirdParty }) => ({ thirdParty: await thirdParty(settings) }), {
    host: 'id.example',
  })
  await listenTls(port, (request, response) => {
    const isScript = request.url === '/spa.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? readFileSync(SPA_JS) : '<!doctype html><title>App</title><script src="/spa.js"></script>')
  })
})

afterAll(() => expect(tenant.problems()).toBe(''))

/** What people choose in the settings: whether cookies of third parties are blocked. */
const COOKIE_MODES = { allowed: 0, blocked: 1 }

/** A browser of somebody, with a profile: private windows, as tests open them, block cookies of third parties. */
async function openBrowser(thirdPartyCookies: keyof typeof COOKIE_MODES): Promise<BrowserContext> {
  const folder = mkdtempSync(join(tmpdir(), 'portal-browser-'))
  const preferences = { profile: { cookie_controls_mode: COOKIE_MODES[thirdPartyCookies] } }
  mkdirSync(join(folder, 'Default'))
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(preferences))
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    args: [...chromiumFlags(), '--host-resolver-rules=MAP app.test 127.0.0.1, MAP id.example 127.0.0.1'],
    ignoreHTTPSErrors: true,
  })
  browser.setDefaultTimeout(60_000)
  onTestFinished(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return browser
}

/** Runs in the page: what the app does with the library. */
const withClient = <Result>(page: Page, act: string): Promise<Result> =>
  page.evaluate(
    `(async () => {
      const client = new auth0.Auth0Client({
        domain: ${JSON.stringify(new URL(tenant.issuer).host)},
        clientId: ${JSON.stringify(tenant.made.thirdParty.clientId)},
        cacheLocation: 'localstorage',
        authorizationParams: { redirect_uri: location.origin + '/', scope: 'openid email' },
      })
      ${act}
    })()`,
  )

const renew = (page: Page) =>
  withClient<string>(page, `return client.getTokenSilently({ cacheMode: 'off' }).catch(({ error }) => error)`)

/** The person signs in to the app and allows what it asks for. */
async function signIn(browser: BrowserContext): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(origin)
  await withClient(page, 'await client.loginWithRedirect()')
  await page.waitForURL(/\/u\/login/)
  await page.locator('[name="username"]').fill(tenant.email)
  await page.locator('[name="password"]').fill(PASSWORD)
  await page.locator('form:has([name="password"]) button[type="submit"]:visible').last().click()
  await page.waitForURL((url) => url.pathname === '/u/consent' || url.origin === origin)
  if (!page.url().startsWith(origin))
    await page.locator('button[name="decision"][value="allow"]:visible').first().click()
  await page.waitForURL((url) => url.origin === origin && url.searchParams.has('code'))
  await withClient(page, 'await client.handleRedirectCallback()')
  return page
}

it('renews where the browser sends cookies to frames of other sites, by the one that is for that alone', async () => {
  const browser = await openBrowser('allowed')
  const page = await signIn(browser)
  const sent = page.waitForRequest(/prompt=none/).then((request) => request.headerValue('cookie'))
  expect(await renew(page)).toMatch(/^at_/)
  expect(await sent).toMatch(/^__Host-silent_session=[^;]+$/)
})

it('is told login_required where the browser keeps them back', async () => {
  const page = await signIn(await openBrowser('blocked'))
  expect(await renew(page)).toBe('login_required')
})
