/** auth0-lock 10.8, the widget of Auth0, on the page of an app of somebody else, in Chromium. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenTls, PASSWORD, type Prepared, startTenant } from '~tests/libraries/tenant'
import { openPage } from '~tests/support/chromium'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'

/** Its package holds no built file, and what it is built from is too old to be among the dependencies. */
const PACKAGES = [
  'auth0-lock@10.8.1',
  'react@15.6.2',
  'react-dom@15.6.2',
  'react-addons-css-transition-group@15.6.2',
  'events@3.3.0',
  'util@0.10.4',
]

const widget = buildWidget()
if (!widget) console.log('Skipped: npm cannot fetch auth0-lock 10.8.1 here.')

/** The widget as one script for a page; nothing where the registry cannot be reached. */
function buildWidget(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'portal-lock-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], {
      cwd: folder,
      stdio: 'ignore',
    })
    writeFileSync(join(folder, 'entry.js'), `window.Auth0Lock = require('auth0-lock').default`)
    const { buildSync } = createRequire(import.meta.resolve('tsx'))('esbuild')
    buildSync({
      entryPoints: [join(folder, 'entry.js')],
      outfile: join(folder, 'lock.js'),
      bundle: true,
      define: { 'process.env.NODE_ENV': '"production"', 'process.nextTick': 'setTimeout', global: 'window' },
    })
    return readFileSync(join(folder, 'lock.js'), 'utf8')
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

let tenant: Prepared<{ app: TestClient }>
let origin: string

beforeAll(async () => {
  if (!widget) return
  const port = await findFreePort()
  origin = `https://localhost:${port}`
  tenant = await startTenant(async ({ thirdParty }) => ({
    // The widget is older than PKCE.
    app: await thirdParty({ callbacks: [`${origin}/callback`], crossOriginAuthentication: true, pkce: 'optional' }),
  }))
  const options = {
    auth: {
      redirectUrl: `${origin}/callback`,
      responseType: 'code',
      params: { scope: 'openid email', state: 'of the app' },
    },
    closable: false,
  }
  const page = `<!doctype html><title>App</title><script src="/lock.js"></script><script>
    new Auth0Lock(${JSON.stringify(tenant.made.app.clientId)}, ${JSON.stringify(new URL(tenant.issuer).host)}, ${JSON.stringify(options)}).show()
  </script>`
  await listenTls(port, (request, response) => {
    const isScript = request.url === '/lock.js'
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
    response.end(isScript ? widget : request.url === '/' ? page.replace('<script>', '<body><script>') : 'The app.')
  })
})

describe.skipIf(!widget)('auth0-lock', () => {
  afterAll(() => expect(tenant.problems()).toBe(''))

  /** Types a password on the page of the app. @returns with what the widget warns of in the console */
  async function typePassword(password: string): Promise<{ page: Page; warnings: string[] }> {
    const page = await openPage(tenant.program, { baseURL: origin, ignoreHTTPSErrors: true })
    const warnings: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'warning') warnings.push(message.text())
    })
    // Pictures of persons and the widget's badge.
    await page.route(
      ({ hostname }) => hostname !== 'localhost',
      (route) => route.abort(),
    )
    await page.goto('/')
    await page.locator('.auth0-lock [name="email"]').fill(tenant.email)
    await page.locator('.auth0-lock [name="password"]').fill(password)
    await page.locator('.auth0-lock .auth0-lock-submit').click()
    return { page, warnings }
  }

  it('signs in on the page of the app, and the person is asked as ever', async () => {
    const { page, warnings } = await typePassword(PASSWORD)
    await page.waitForURL(/\/u\/consent/)
    expect(warnings).toEqual([])
    expect(await page.locator('main').innerText()).toContain('Third-party app')
    await page.locator('button[name="decision"][value="allow"]:visible').first().click()
    await page.waitForURL((url) => url.origin === origin)
    const { pathname, searchParams } = new URL(page.url())
    expect([pathname, searchParams.get('state')]).toEqual(['/callback', 'of the app'])
    const answer = await fetch(`${tenant.issuer}oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: tenant.made.app.clientId,
        client_secret: tenant.made.app.secret ?? '',
        redirect_uri: `${origin}/callback`,
        code: searchParams.get('code') ?? '',
      }),
    })
    expect(await answer.json()).toMatchObject({ scope: 'openid email', id_token: expect.any(String) })
  })

  it('says on the page of the app that a password is wrong', async () => {
    const { page } = await typePassword('not the password')
    await page
      .locator('.auth0-global-message-error')
      .filter({ hasText: /wrong email or password/i })
      .waitFor()
    expect(page.url()).toBe(`${origin}/`)
  })
})
