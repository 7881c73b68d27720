/** A person who signs in with an account of another site: two of these programs, and a browser that goes between them. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPage } from '~tests/support/chromium'
import { findFreePort } from '~tests/support/free-port'
import { confirmByPage } from '~tests/support/mailed-link'
import { type Program, startProgram } from '~tests/support/process'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'

const PASSWORD = 'correct horse battery'
const { clientId, secret } = MANAGEMENT_CLIENT
const env = { MANAGEMENT_CLIENT_ID: clientId, MANAGEMENT_CLIENT_SECRET: secret, LOG_LEVEL: 'warn' }

let portal: Program
let provider: Program

/** Calls the Management API of a program, as its owner's program does. */
async function manage(program: Program, path: string, body: object, method = 'POST'): Promise<Record<string, string>> {
  const send = async (url: string, how: string, given: object, bearer?: string) => {
    const headers = { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) }
    const answer = await fetch(url, { method: how, headers, body: JSON.stringify(given) })
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, string>
  }
  const asked = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
  const audience = program.url('/api/v2/')
  const { access_token } = await send(program.url('/oauth/token'), 'POST', { ...asked, audience })
  return send(program.url(`/api/v2${path}`), method, body, access_token)
}

beforeAll(async () => {
  portal = await startProgram({ env })
  // Browsers give cookies to every port of a host, so the two go by different names of this machine.
  const port = await findFreePort()
  provider = await startProgram({ env: { ...env, PORT: String(port), ISSUER: `http://127.0.0.1:${port}/` } })
  const app = await manage(provider, '/clients', {
    name: 'The portal',
    app_type: 'regular_web',
    is_first_party: false,
    grant_types: ['authorization_code'],
  })
  const connection = await manage(portal, '/connections', {
    name: 'staff',
    display_name: 'Staff accounts',
    strategy: 'oidc',
    options: { issuer: provider.issuer, client_id: app.client_id, client_secret: app.client_secret },
  })
  const callbacks = [portal.url(`/login/callback/${connection.id}`)]
  await manage(provider, `/clients/${app.client_id}`, { callbacks }, 'PATCH')
})

afterAll(() => expect(portal.stderr() + provider.stderr()).toBe(''))

const arrives = (page: Page, program: Program, path: string) =>
  page.waitForURL((url) => `${url.origin}/` === program.issuer && url.pathname === path)

/** Accounts are linked only where both addresses are confirmed. */
async function confirm(page: Page, link: string): Promise<void> {
  await confirmByPage(page, link)
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

it('signs in with an account of another site, cancels it, and adds one to the account that they have', async () => {
  const page = await openPage(portal)
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto('/account/sign-in')
  await press(page, 'Continue with Staff accounts')
  await arrives(page, provider, '/u/login')
  await page.getByRole('link', { name: 'Sign up' }).click()
  await page.fill('input[name=name]', 'Robin Staff')
  await page.fill('input[name=email]', 'robin@staff.example')
  await page.fill('input[name=password]', PASSWORD)
  await press(page, 'Create account')
  await arrives(page, provider, '/u/consent')
  await press(page, 'Deny')
  await arrives(page, portal, '/account/sign-in')
  expect(await page.getByRole('status').textContent()).toContain('The sign-in was cancelled')
  await confirm(page, await provider.mailedLink('robin@staff.example'))

  await page.goto('/account/sign-in')
  await press(page, 'Continue with Staff accounts')
  await arrives(page, provider, '/u/consent')
  await press(page, 'Allow')
  await arrives(page, portal, '/account')
  expect(await page.locator('main').textContent()).toContain('robin@staff.example')

  const other = await openPage(portal)
  await other.goto('/account/sign-up')
  await other.fill('input[name=name]', 'Robin')
  await other.fill('input[name=email]', 'robin@home.example')
  await other.fill('input[name=password]', PASSWORD)
  await press(other, 'Create account')
  await arrives(other, portal, '/account')
  await confirm(other, await portal.mailedLink('robin@home.example'))
  await other.goto('/account/security')
  await press(other, 'Add Staff accounts')
  await arrives(other, provider, '/u/login')
  await other.fill('input[name=username]', 'robin@staff.example')
  await other.fill('input[name=password]', PASSWORD)
  await press(other, 'Sign in')
  await other.waitForURL((url) => url.pathname !== '/u/login')
  if (new URL(other.url()).pathname === '/u/consent') await press(other, 'Allow')
  await arrives(other, portal, '/account/security')
  expect(await other.getByTestId('identity').allTextContents()).toEqual([
    expect.stringContaining('robin@home.example'),
    expect.stringContaining('robin@staff.example'),
  ])

  // What was the account of the other site alone has ended, and its sign-in leads to the one that it was added to.
  await page.goto('/account')
  await arrives(page, portal, '/account/sign-in')
  await press(page, 'Continue with Staff accounts')
  await page.waitForURL((url) => url.pathname === '/u/consent' || url.pathname === '/account')
  if (new URL(page.url()).pathname === '/u/consent') await press(page, 'Allow')
  await arrives(page, portal, '/account')
  expect(await page.locator('main').textContent()).toContain('robin@home.example')
  expect(problems).toEqual([])
})
