/** Libraries that run in the pages of a single-page app, in Chromium. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { decodeJwt } from 'jose'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage } from '~tests/support/chromium'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { listenTls, PASSWORD, type Prepared, startTenant } from './tenant'

const require = createRequire(import.meta.url)
const SPA_JS = join(dirname(require.resolve('@auth0/auth0-spa-js/package.json')), 'dist/auth0-spa-js.production.js')
const OIDC_CLIENT = join(dirname(require.resolve('oidc-client-ts/package.json')), 'dist/browser/oidc-client-ts.min.js')

/** An API that does not let apps keep access. */
const ONLINE_API = 'https://online.example.com/'

let tenant: Prepared<{ own: TestClient; thirdParty: TestClient }>
let origin: string

beforeAll(async () => {
  const port = await findFreePort()
  origin = `https://localhost:${port}`
  const settings = {
    appType: 'spa' as const,
    callbacks: [`${origin}/`, `${origin}/silent`],
    allowedLogoutUrls: [`${origin}/`],
    grantTypes: ['authorization_code', 'refresh_token'],
  }
  tenant = await startTenant(async ({ firstParty, thirdParty, api }) => {
    await api(ONLINE_API, { allowOfflineAccess: false })
    return { own: await firstParty(settings), thirdParty: await thirdParty(settings) }
  })
  const scripts: Record<string, string> = { '/spa.js': SPA_JS, '/oidc.js': OIDC_CLIENT }
  await listenTls(port, (request, response) => {
    const file = scripts[new URL(request.url ?? '/', origin).pathname]
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html')
    response.end(
      file
        ? readFileSync(file)
        : '<!doctype html><title>App</title><script src="/spa.js"></script><script src="/oidc.js"></script>' +
            '<script>if (location.pathname === "/silent") new oidc.UserManager({}).signinSilentCallback()</script>',
    )
  })
})

afterAll(() => expect(tenant.problems()).toBe(''))

const openApp = async (): Promise<Page> => {
  const page = await openPage(tenant.program, { baseURL: origin, ignoreHTTPSErrors: true })
  await page.goto('/')
  return page
}

/** Signs in at our page, allows what a third-party app asks for, and waits until the app has the person back. */
async function signIn(page: Page, { asksForConsent = false } = {}): Promise<void> {
  await page.waitForURL(/\/u\/login/)
  await page.locator('[name="username"]').fill(tenant.email)
  await page.locator('[name="password"]').fill(PASSWORD)
  await page.locator('form:has([name="password"]) button[type="submit"]:visible').last().click()
  if (asksForConsent) await page.locator('button[name="decision"][value="allow"]:visible').first().click()
  await page.waitForURL((url) => url.origin === origin && url.searchParams.has('code'))
}

describe('@auth0/auth0-spa-js', () => {
  type Choice = { useRefreshTokens?: boolean; client?: TestClient; audience?: string }

  /** Runs in the page: what an app does with the library. */
  const withClient = <Result>(
    page: Page,
    { useRefreshTokens = false, client = tenant.made.own, audience }: Choice,
    act: string,
  ): Promise<Result> =>
    page.evaluate(
      `(async () => {
        const client = new auth0.Auth0Client({
          domain: ${JSON.stringify(new URL(tenant.issuer).host)},
          clientId: ${JSON.stringify(client.clientId)},
          useRefreshTokens: ${useRefreshTokens},
          cacheLocation: 'localstorage',
          authorizationParams: {
            redirect_uri: location.origin + '/',
            scope: 'openid profile email',
            ...${JSON.stringify({ audience })},
          },
        })
        ${act}
      })()`,
    )

  async function openSignedIn(choice: Choice = {}): Promise<Page> {
    const page = await openApp()
    await withClient(page, choice, 'await client.loginWithRedirect()')
    await signIn(page, { asksForConsent: choice.client === tenant.made.thirdParty || choice.audience !== undefined })
    await withClient(page, choice, 'await client.handleRedirectCallback()')
    return page
  }

  /** The refresh token that the library keeps. */
  const refreshTokenOf = async (page: Page): Promise<string> => {
    const kept = await page.evaluate(() => JSON.stringify(Object.values({ ...localStorage })))
    return /rt_[\w-]+/.exec(kept)?.[0] ?? ''
  }

  const RENEW = `return client.getTokenSilently({ cacheMode: 'off' })`
  const REFUSAL = `return client.getTokenSilently({ cacheMode: 'off' }).catch(({ error }) => error)`

  it('signs in by redirect, and renews silently in a hidden frame', async () => {
    const page = await openSignedIn()
    const user = await withClient(page, {}, 'return client.getUser()')
    expect(user).toMatchObject({ email: tenant.email })
    const before = await withClient(page, {}, 'return client.getTokenSilently()')
    const after = await withClient(page, {}, RENEW)
    expect(after).toMatch(/^at_/)
    expect(after).not.toBe(before)
  })

  it('renews with a refresh token, which is replaced each time; the old one ends them all', async () => {
    const choice = { useRefreshTokens: true }
    const page = await openSignedIn(choice)
    const first = await refreshTokenOf(page)
    expect(await withClient(page, choice, RENEW)).toMatch(/^at_/)
    const second = await refreshTokenOf(page)
    expect(second).toMatch(/^rt_/)
    expect(second).not.toBe(first)
    const stolen = await page.request.post(tenant.program.url('/oauth/token'), {
      form: { grant_type: 'refresh_token', client_id: tenant.made.own.clientId, refresh_token: first },
    })
    expect([stolen.status(), (await stolen.json()).error]).toEqual([400, 'invalid_grant'])
    expect(await withClient(page, choice, REFUSAL)).toBe('invalid_grant')
  })

  it('of a third-party app has to ask its person at a callback that anyone could claim, and refreshes all the same', async () => {
    const choice = { useRefreshTokens: true, client: tenant.made.thirdParty }
    const page = await openSignedIn(choice)
    const claims = await withClient<object>(page, choice, 'return client.getIdTokenClaims()')
    expect(claims).toMatchObject({ sub: expect.stringMatching(/^auth0\|/) })
    expect(claims).not.toHaveProperty('email')
    expect(await withClient(page, choice, RENEW)).toMatch(/^at_/)
    expect(await withClient(page, { client: tenant.made.thirdParty }, REFUSAL)).toBe('consent_required')
  })

  it.each([
    ['the tenant', 'own'],
    ['somebody else', 'thirdParty'],
  ] as const)(
    'that wants refresh tokens works without at an API that gives none, in an app of %s',
    async (_, whose) => {
      const choice = { useRefreshTokens: true, client: tenant.made[whose], audience: ONLINE_API }
      const page = await openSignedIn(choice)
      const token = await withClient<string>(page, choice, 'return client.getTokenSilently()')
      expect(decodeJwt(token)).toMatchObject({
        aud: expect.arrayContaining([ONLINE_API]),
        scope: 'openid profile email',
      })
      expect(await refreshTokenOf(page)).toBe('')
    },
  )

  it('signs out, and the frame finds nobody any more', async () => {
    const page = await openSignedIn()
    await withClient(page, {}, `await client.logout({ logoutParams: { returnTo: location.origin + '/' } })`)
    await page.waitForURL(`${origin}/`)
    expect(await withClient(page, {}, REFUSAL)).toBe('login_required')
  })
})

describe('oidc-client-ts', () => {
  const withManager = <Result>(page: Page, act: string, scope = 'openid email'): Promise<Result> =>
    page.evaluate(
      `(async () => {
        const manager = new oidc.UserManager({
          authority: ${JSON.stringify(tenant.issuer)},
          client_id: ${JSON.stringify(tenant.made.own.clientId)},
          redirect_uri: location.origin + '/',
          silent_redirect_uri: location.origin + '/silent',
          scope: ${JSON.stringify(scope)},
          loadUserInfo: true,
        })
        ${act}
      })()`,
    )

  async function openSignedIn(scope?: string): Promise<{ page: Page; profile: object }> {
    const page = await openApp()
    await withManager(page, 'void manager.signinRedirect()', scope)
    await signIn(page)
    return { page, profile: await withManager(page, 'return (await manager.signinCallback()).profile', scope) }
  }

  const userinfo = async (page: Page, token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` }
    return (await page.request.get(tenant.program.url('/userinfo'), { headers })).status()
  }

  it('signs in by redirect, reads the profile, and renews silently in a hidden frame', async () => {
    const { page, profile } = await openSignedIn()
    expect(profile).toMatchObject({ email: tenant.email })
    const before = await withManager(page, 'return (await manager.getUser()).access_token')
    const after = await withManager(page, 'return (await manager.signinSilent()).access_token')
    expect(after).toMatch(/^at_/)
    expect(after).not.toBe(before)
  })

  it('refreshes, and revokes: the server takes neither token any more', async () => {
    const scope = 'openid email offline_access'
    const { page } = await openSignedIn(scope)
    const renew = 'const user = await manager.signinSilent(); return [user.access_token, user.refresh_token]'
    const [access = '', refresh = ''] = await withManager<string[]>(page, renew, scope)
    expect(await userinfo(page, access)).toBe(200)
    await withManager(page, 'await manager.revokeTokens()', scope)
    expect(await userinfo(page, access)).toBe(401)
    const refused = await page.request.post(tenant.program.url('/oauth/token'), {
      form: { grant_type: 'refresh_token', client_id: tenant.made.own.clientId, refresh_token: refresh },
    })
    expect((await refused.json()).error).toBe('invalid_grant')
  })
})
