import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { updateClient } from '~db/queries/clients'
import type { MachineAnswer } from '~tests/support/machine'
import type { Browser } from '../oauth/authorization-world'
import { openSuite, type Suite } from './suite'

const BYE = 'https://app.example.com/bye'

let suite: Suite

beforeAll(async () => {
  suite = await openSuite('query')
  await suite.world.services.db.run(updateClient(suite.client.clientId, { allowedLogoutUrls: [BYE] }))
})

async function signedIn(): Promise<{ browser: Browser; hint: string; claims: Record<string, unknown> }> {
  const browser = await suite.open('user')
  const tokens = await suite.run({}, browser)
  return { browser, hint: tokens.id_token, claims: suite.claims(tokens) }
}

const endSession = (browser: Browser, params: Record<string, string>) =>
  browser.get(`/oidc/logout?${new URLSearchParams(params)}`)

const isSignedIn = async (browser: Browser): Promise<boolean> =>
  suite.read(await suite.authorize(browser, { prompt: 'none' })).code !== undefined

/** Nothing goes to the client, and nobody is signed out without being asked. */
async function expectNoRedirect(browser: Browser, answer: MachineAnswer): Promise<void> {
  expect(answer.header('location') ?? '').not.toContain('app.example.com')
  expect(await isSignedIn(browser)).toBe(true)
}

/** The person reads that they are signed out. */
async function expectSignedOut(browser: Browser, answer: MachineAnswer): Promise<void> {
  expect(answer.header('location')).toBe('/u/signed-out')
  expect(await isSignedIn(browser)).toBe(false)
}

describe('RP-initiated logout', () => {
  it('oidcc-rp-initiated-logout: signs out and sends back with the same state and nothing else', async () => {
    const { browser, hint } = await signedIn()
    const params = { id_token_hint: hint, post_logout_redirect_uri: BYE, state: 'the state' }
    const answer = await endSession(browser, params)
    expect(answer.header('location')).toBe(`${BYE}?state=the+state`)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: does not send anywhere that is not registered', async () => {
    const { browser, hint } = await signedIn()
    const params = { id_token_hint: hint, post_logout_redirect_uri: 'https://app.example.com/other' }
    await expectNoRedirect(browser, await endSession(browser, params))
  })

  it('oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: compares the query too', async () => {
    const { browser, hint } = await signedIn()
    const params = { id_token_hint: hint, post_logout_redirect_uri: `${BYE}?foo=bar` }
    await expectNoRedirect(browser, await endSession(browser, params))
  })

  it('oidcc-rp-initiated-logout-modified-id-token-hint: takes no hint without a signature', async () => {
    const { browser, claims } = await signedIn()
    const id_token_hint = new UnsecuredJWT(claims).encode()
    await expectNoRedirect(browser, await endSession(browser, { id_token_hint, post_logout_redirect_uri: BYE }))
  })

  it('oidcc-rp-initiated-logout-bad-id-token-hint: takes no hint that another key has signed', async () => {
    const { browser, claims } = await signedIn()
    const { privateKey } = await generateKeyPair('RS256')
    const id_token_hint = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(privateKey)
    await expectNoRedirect(browser, await endSession(browser, { id_token_hint, post_logout_redirect_uri: BYE }))
  })

  it('oidcc-rp-initiated-logout-no-id-token-hint: asks before it signs out', async () => {
    const { browser } = await signedIn()
    const params = { client_id: suite.client.clientId, post_logout_redirect_uri: BYE }
    const answer = await endSession(browser, params)
    expect(answer.header('location')).toContain('/u/logout')
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('oidcc-rp-initiated-logout-no-post-logout-redirect-uri: says that the person is signed out', async () => {
    const { browser, hint } = await signedIn()
    await expectSignedOut(browser, await endSession(browser, { id_token_hint: hint }))
  })

  it('oidcc-rp-initiated-logout-no-params: asks, as nothing says who sends the person', async () => {
    const { browser } = await signedIn()
    expect((await endSession(browser, {})).header('location')).toContain('/u/logout')
  })

  it('oidcc-rp-initiated-logout-only-state: asks too, and sends nowhere', async () => {
    const { browser } = await signedIn()
    expect((await endSession(browser, { state: 'the state' })).header('location')).toMatch(/^\/u\/logout/)
  })

  it('oidcc-rp-initiated-logout-no-state: sends back without one', async () => {
    const { browser, hint } = await signedIn()
    const answer = await endSession(browser, { id_token_hint: hint, post_logout_redirect_uri: BYE })
    expect(answer.header('location')).toBe(BYE)
    expect(await isSignedIn(browser)).toBe(false)
  })
})
