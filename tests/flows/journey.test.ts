/** The whole reason for the program, in real browsers, through a real process that is killed on the way. */

import * as openid from 'openid-client'
import { base32, encodeHex } from 'oslo/encoding'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { totpCode } from '~/platform/totp'
import { openPage } from '~tests/support/chromium'
import { confirmByPage } from '~tests/support/mailed-link'
import { type Program, startProgram } from '~tests/support/process'
import { OWNER } from '~tests/support/test-environment'
import { openSampleClient, type SampleClient, type Visit } from './sample-client'

const API = 'https://api.example.com/'
const PASSWORD = 'correct horse battery'
const SCOPE = 'openid profile email offline_access read:items write:items'

let program: Program
let client: SampleClient
let owner: Page
let partner: Page
let app: { clientId: string; secret: string }

/** Presses the button that sends a form, by its name and value, or by its text. */
const press = (page: Page, value: string, name = 'intent') =>
  page.locator(`button[name="${name}"][value="${value}"]:visible`).first().click()

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields))
    await page.locator(`main [name="${name}"]:visible`).first().fill(value)
}

/** Sends the form that holds a field. */
async function submit(page: Page, field: string): Promise<void> {
  const button = page.locator(`form:has([name="${field}"]) button[type="submit"]:visible`).last()
  await button.click()
}

const text = async (page: Page, testId: string) => (await page.getByTestId(testId).first().textContent()) ?? ''

/** An end user at a browser of their own, who signs up when the app sends them. */
async function arrive(visit: Visit, person: { name: string; email: string }): Promise<Page> {
  const page = await openPage(program)
  await page.goto(visit.url)
  await page
    .getByRole('link', { name: /sign up|create/i })
    .first()
    .click()
  await page.waitForURL(/\/u\/signup/)
  await fill(page, { ...person, password: PASSWORD })
  await submit(page, 'password')
  await page.waitForURL((url) => url.pathname !== '/u/signup')
  return page
}

beforeAll(async () => {
  program = await startProgram()
  client = await openSampleClient(program.issuer)
})

describe('the journey', () => {
  it('an owner signs in with a second factor, and describes the API that is opened', async () => {
    owner = await openPage(program)
    await owner.goto('/admin')
    await fill(owner, { username: OWNER.email, password: OWNER.password })
    await submit(owner, 'password')
    const secret = await text(owner, 'totp-secret')
    const hex = encodeHex(base32.decode(secret, { strict: false }))
    await fill(owner, { code: await totpCode(hex, Date.now()) })
    await submit(owner, 'code')
    expect((await text(owner, 'recovery-codes')).length).toBeGreaterThan(50)

    await owner.goto('/admin/apis/new')
    await fill(owner, { name: 'Items API', identifier: API, token_lifetime: '3600' })
    await owner.locator('[name="open_to_partners"]').check()
    await owner.locator('[name="allow_offline_access"]').check()
    await fill(owner, { 'scopes[0].value': 'read:items', 'scopes[0].description': 'See your items' })
    await fill(owner, { 'scopes[1].value': 'write:items', 'scopes[1].description': 'Change your items' })
    await submit(owner, 'identifier')
    await owner.waitForURL((url) => url.pathname !== '/admin/apis/new')
  })

  it('a partner signs up, and is in the portal after following the mailed link', async () => {
    partner = await openPage(program)
    await partner.goto('/portal/sign-up')
    await fill(partner, {
      name: 'Pat Maker',
      email: 'pat@maker.example',
      password: PASSWORD,
      organization: 'Maker Works',
    })
    await submit(partner, 'organization')
    await partner.waitForURL((url) => url.pathname !== '/portal/sign-up')
    await partner.goto('/portal/apps')
    expect(new URL(partner.url()).pathname).not.toBe('/portal/apps')
    await confirmByPage(partner, await program.mailedLink('pat@maker.example'))
    await partner.waitForURL(/\/portal\/apps/)
  })

  it('bad input gets a message at its field, and nothing typed is lost', async () => {
    await partner.goto('/portal/apps/new')
    const callbacks =
      'https://app.example.com/cb#part\nhttps://*.example.com/\nhttp://app.example.com/\njavascript:alert(1)'
    await fill(partner, { name: 'Maker <b>App</b>', callbacks })
    await partner.locator('[name="app_type"][value="regular_web"]').check()
    await submit(partner, 'callbacks')
    await partner
      .getByText(/Leave out < and >/)
      .first()
      .waitFor()
    for (const line of [1, 2, 3, 4])
      expect(await partner.getByText(new RegExp(`Line ${line}:`)).count()).toBeGreaterThan(0)
    expect(await partner.locator('[name="name"]').inputValue()).toBe('Maker <b>App</b>')
    expect(await partner.locator('[name="callbacks"]').inputValue()).toBe(callbacks)
    expect(await partner.locator('[name="app_type"][value="regular_web"]').isChecked()).toBe(true)
  })

  it('the partner registers the app with scopes and reasons, and sees its secret once', async () => {
    await fill(partner, { name: 'Maker App', callbacks: client.callback })
    for (const [scope, reason] of [
      ['read:items', 'We list your items in your report.'],
      ['write:items', 'You can tidy up from the report.'],
    ] as const) {
      const position = await partner.locator(`input[value="${scope}"]`).getAttribute('name')
      const row = position?.replace('.scope', '') ?? ''
      await partner.locator(`[name="${row}.asked"]`).check()
      await partner.locator(`[name="${row}.reason"]`).fill(reason)
      if (scope === 'read:items') await partner.locator(`[name="${row}.required"]`).check()
    }
    await submit(partner, 'callbacks')
    await partner.getByTestId('client-secret').waitFor()
    app = { clientId: await text(partner, 'client-id'), secret: await text(partner, 'client-secret') }
    expect(app.secret.length).toBeGreaterThanOrEqual(43)
    await partner.goto(`/portal/apps/${app.clientId}/credentials`)
    expect(await partner.content()).not.toContain(app.secret)
    expect(await text(partner, 'client-id').catch(() => app.clientId)).toBe(app.clientId)
  })

  it('until it is approved a stranger is refused with a page that says so, and a named tester gets in', async () => {
    const stranger = await arrive(await client.begin({ ...app, scope: 'openid', audience: API }), {
      name: 'Sam Stranger',
      email: 'sam@people.example',
    })
    await stranger.getByText(/is not open to everyone yet/).waitFor()
    expect(new URL(stranger.url()).origin).toBe(new URL(program.issuer).origin)

    await partner.goto(`/portal/apps/${app.clientId}/testers`)
    await fill(partner, { email: 'tess@people.example' })
    await press(partner, 'add-tester')
    await partner.getByText('tess@people.example').first().waitFor()
    const visit = await client.begin({ ...app, scope: SCOPE, audience: API })
    const tester = await arrive(visit, { name: 'Tess Tester', email: 'tess@people.example' })
    await tester.getByText(/is not open to everyone yet/).waitFor()
    await confirmByPage(tester, await program.mailedLink('tess@people.example', /Confirm/))
    await tester.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
    await tester.goto(visit.url)
    await press(tester, 'allow', 'decision')
    await tester.getByText('Back in the app').waitFor()
    expect((await visit.finish()).access_token).toBeTruthy()
  })

  it('the owner asks for changes, the partner reads the message and resubmits, the owner approves', async () => {
    const review = `/portal/apps/${app.clientId}/review`
    await partner.goto(review)
    await fill(partner, { message: 'Our first app.' })
    await press(partner, 'submit')
    await partner
      .getByText(/waits? for|in review/i)
      .first()
      .waitFor()

    await owner.goto('/admin/reviews')
    await owner
      .getByRole('link', { name: /Maker App/ })
      .first()
      .click()
    await owner.waitForURL(/\/admin\/reviews\/./)
    for (const seen of ['Maker Works', client.callback, 'We list your items in your report.', 'Our first app.']) {
      await owner.getByText(seen).first().waitFor()
    }
    await fill(owner, { message: 'Please tell people in the description what the report is.' })
    await press(owner, 'request_changes', 'decision')
    await program.mail('pat@maker.example', /changes/)

    await partner.goto(review)
    await partner.getByText('Please tell people in the description what the report is.').first().waitFor()
    await partner.goto(`/portal/apps/${app.clientId}/settings`)
    await fill(partner, { description: 'A report of what you have, once a month.' })
    await press(partner, 'save')
    await partner.waitForLoadState('networkidle')
    await partner.goto(review)
    await fill(partner, { message: 'The description says it now.' })
    await press(partner, 'submit')
    await partner.getByText('The description says it now.').first().waitFor()

    await owner.goto('/admin/reviews')
    await owner
      .getByRole('link', { name: /Maker App/ })
      .first()
      .click()
    await owner.waitForURL(/\/admin\/reviews\/./)
    await press(owner, 'approve', 'decision')
    await program.mail('pat@maker.example', /approved/)
  })

  let tokens: Awaited<ReturnType<Visit['finish']>>
  let configuration: openid.Configuration
  let user: Page

  it('an end user sees who asks and for what, unticks one scope, and allows; the power goes in the middle of it', async () => {
    const visit = await client.begin({ ...app, scope: SCOPE, audience: API })
    user = await arrive(visit, { name: 'Uma User', email: 'uma@people.example' })
    await user.waitForURL(/\/u\/consent/)
    for (const seen of [
      'Maker App',
      'Maker Works',
      'See your items',
      'We list your items in your report.',
      client.callback,
    ]) {
      await user.getByText(seen).first().waitFor()
    }
    await program.kill()
    await program.restart()
    await user.reload()
    await user.locator('[name="scope"][value="write:items"]').uncheck()
    await press(user, 'allow', 'decision')
    await user.getByText('Back in the app').waitFor()
    configuration = visit.configuration
    tokens = await visit.finish()
    expect(tokens.scope).toBe('openid profile email offline_access read:items')
    const claims = tokens.claims() ?? {}
    expect(Object.keys(claims).sort()).toEqual([
      'acr',
      'amr',
      'at_hash',
      'aud',
      'auth_time',
      'exp',
      'iat',
      'iss',
      'nonce',
      'sid',
      'sub',
    ])
    const profile = await openid.fetchUserInfo(
      configuration,
      tokens.access_token,
      String((claims as { sub: string }).sub),
    )
    expect(profile).toMatchObject({ name: 'Uma User', email: 'uma@people.example', email_verified: false })
  })

  it('a denial goes back to the app', async () => {
    const visit = await client.begin({ ...app, scope: 'write:items', audience: API })
    await user.goto(visit.url)
    await press(user, 'deny', 'decision')
    expect((await visit.answer()).get('error')).toBe('access_denied')
  })

  it('the partner rotates the secret: both work, then the old one is retired', async () => {
    await partner.goto(`/portal/apps/${app.clientId}/credentials`)
    await press(partner, 'rotate-secret')
    await partner.getByTestId('client-secret').waitFor()
    const fresh = await text(partner, 'client-secret')
    expect(fresh).not.toBe(app.secret)
    const works = async (secret: string) => {
      const answer = await fetch(program.url('/oauth/revoke'), {
        method: 'POST',
        body: new URLSearchParams({ client_id: app.clientId, client_secret: secret, token: 'rt_unknown' }),
      })
      return answer.status === 200
    }
    expect(await works(app.secret)).toBe(true)
    expect(await works(fresh)).toBe(true)
    await partner.goto(`/portal/apps/${app.clientId}/credentials`)
    await press(partner, 'retire-secret')
    await expect.poll(() => works(app.secret)).toBe(false)
    expect(await works(fresh)).toBe(true)
    app = { ...app, secret: fresh }
    configuration = (await client.begin({ ...app, scope: 'openid' })).configuration
  })

  it('suspended, the app is refused from the next request on; reinstated, it goes on', async () => {
    await owner.goto(`/admin/apps/${app.clientId}`)
    await owner.locator('textarea:visible').first().fill('Complaints about the report; we look into it.')
    await press(owner, 'suspend')
    await owner.locator('button[name="intent"][value="reinstate"]:visible').first().waitFor()
    await expect(openid.fetchUserInfo(configuration, tokens.access_token, openid.skipSubjectCheck)).rejects.toThrow()
    await expect(openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await openid.tokenIntrospection(configuration, tokens.access_token)).active).toBe(false)
    const refused = await user.goto((await client.begin({ ...app, scope: 'openid', audience: API })).url)
    expect(refused?.status()).toBe(403)

    await owner.goto(`/admin/apps/${app.clientId}`)
    await owner.locator('textarea:visible').first().fill('It was a misunderstanding.')
    await press(owner, 'reinstate')
    await owner.locator('button[name="intent"][value="suspend"]:visible').first().waitFor()
    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    tokens = refreshed
  })

  it('the user sees the app in their account and revokes it: its tokens are dead at once', async () => {
    await user.goto('/account/apps')
    await user.getByText('Maker App').first().waitFor()
    await user
      .getByRole('link', { name: /details/i })
      .first()
      .click()
    await user.waitForURL(/\/account\/apps\/./)
    const confirm = user.locator('button[name="intent"][value="revoke"]')
    if (!(await confirm.first().isVisible()))
      await user
        .getByRole('button', { name: /remove|revoke|take back/i })
        .first()
        .click()
    await press(user, 'revoke')
    await expect
      .poll(async () => (await openid.tokenIntrospection(configuration, tokens.access_token)).active)
      .toBe(false)
    await expect(openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await user.goto('/account/apps')
    expect(await user.getByRole('link', { name: 'Maker App' }).count()).toBe(0)
  })

  it('every step is in the audit log, with who, what and when, and no secret in what the program printed', async () => {
    await owner.goto('/admin/activity')
    const seen: string[] = []
    for (let more = true; more; ) {
      seen.push(await owner.locator('main').innerText())
      const next = owner.getByRole('link', { name: /older|next/i })
      more = (await next.count()) > 0
      if (more) await next.first().click()
      if (more) await owner.waitForLoadState('networkidle')
    }
    const log = seen.join('\n')
    for (const name of ['Pat Maker', 'Uma User', 'Maker App']) expect(log).toContain(name)
    const printed = program.stdout() + program.stderr()
    for (const secret of [app.secret, PASSWORD, tokens.access_token, tokens.refresh_token ?? '?'])
      expect(printed).not.toContain(secret)
  })
})
