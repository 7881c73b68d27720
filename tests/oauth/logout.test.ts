/** OpenID Connect RP-Initiated Logout and Back-Channel Logout, and Auth0's `/v2/logout`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { beginLogouts } from '~/domain/sessions/deliver-logouts'
import { blockUser } from '~/domain/users/block-user'
import { changePassword } from '~/domain/users/change-password'
import { newSortableId } from '~/platform/ids'
import { signJwtWithSecret } from '~/platform/jwt'
import * as logoutPage from '~/routes/u.logout'
import * as signedOutPage from '~/routes/u.signed-out'
import { backgroundContext } from '~/services'
import { also } from '~db/database'
import { deleteOldLogoutDeliveries, insertLogoutDelivery, listDueLogoutDeliveries } from '~db/queries/sessions'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, openVisitorOf, PASSWORD, type Person, signIn } from '~tests/support/people'
import { closeAfterFile } from '~tests/support/services'
import { openVisitor } from '~tests/support/visitor'
import { follow } from '../account/account-world'
import {
  answerOf,
  authorizeParams,
  type Browser,
  CALLBACK,
  createWorld,
  newPkce,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
  signInAt,
  type World,
} from './authorization-world'
import { openReceiver } from './logout-receiver'

const BYE = 'https://app.example.com/bye'

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createFirstPartyClient(world.services, { allowedLogoutUrls: [BYE, `${BYE}?from=here`] })
})

/** Signs in to an app that asks for no consent. @returns its ID token */
async function signInTo(client: TestClient, browser: Browser): Promise<string> {
  const { verifier, challenge } = newPkce()
  const answer = answerOf(await browser.authorize(authorizeParams(client, { code_challenge: challenge })))
  return String((await redeem(world, client, { code: answer.code ?? '', verifier })).json.id_token)
}

const logout = (browser: Browser, params: Record<string, string>) =>
  browser.get(`/oidc/logout?${new URLSearchParams(params)}`)

async function isSignedIn(browser: Browser): Promise<boolean> {
  return answerOf(await browser.authorize(authorizeParams(app, { prompt: 'none' }))).code !== undefined
}

describe('/oidc/logout', () => {
  it('with an ID token of the person signs out, and sends back with the state', async () => {
    const browser = await openBrowser(world, world.user)
    const id_token_hint = await signInTo(app, browser)
    const answer = await logout(browser, { id_token_hint, post_logout_redirect_uri: BYE, state: 'a&b' })
    expect(answer.header('location')).toBe(`${BYE}?state=a%26b`)
    expect(answer.header('set-cookie')).toMatch(/-session=;.*Max-Age=0/)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('without a state sends back as registered, a query included, and takes an expired hint', async () => {
    const browser = await openBrowser(world, world.user)
    const id_token_hint = await signInTo(app, browser)
    world.services.clock.advance(11 * 3_600_000)
    const answer = await logout(browser, { id_token_hint, post_logout_redirect_uri: `${BYE}?from=here` })
    expect(answer.header('location')).toBe(`${BYE}?from=here`)
  })

  it('without an address shows that the person is signed out', async () => {
    const browser = await openBrowser(world, world.user)
    const answer = await logout(browser, { id_token_hint: await signInTo(app, browser), state: 'x' })
    expect(answer.header('location')).toBe('/u/signed-out')
    expect(await isSignedIn(browser)).toBe(false)
    expect((await openVisitor(world.services).load(signedOutPage, '/u/signed-out')).status).toBe(200)
  })

  it.each([
    ['an address that is not registered', { post_logout_redirect_uri: 'https://evil.example.com/' }],
    ['a registered one with more behind it', { post_logout_redirect_uri: `${BYE}?foo=bar` }],
    ['a hint of another issuer', { id_token_hint: 'e30.e30.e30' }],
    ['the client id of another than the hint’s', { client_id: 'somebody' }],
  ])('refuses %s with a page, and nobody is signed out', async (_what, given) => {
    const browser = await openBrowser(world, world.user)
    const id_token_hint = await signInTo(app, browser)
    const answer = await logout(browser, { id_token_hint, post_logout_redirect_uri: BYE, ...given })
    expect(answer.status).toBe(400)
    expect(answer.header('location')).toBeUndefined()
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('refuses a hint whose signature was taken off', async () => {
    const browser = await openBrowser(world, world.user)
    const [, payload] = (await signInTo(app, browser)).split('.')
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    expect(
      (await logout(browser, { id_token_hint: `${header}.${payload}.`, post_logout_redirect_uri: BYE })).status,
    ).toBe(400)
  })

  it('without a hint asks first; what the person answers counts', async () => {
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const params = new URLSearchParams({ client_id: app.clientId, post_logout_redirect_uri: BYE, state: 'x' })
    const answer = await follow(world, visitor, `/oidc/logout?${params}`)
    const page = answer.header('location') ?? ''
    expect(page).toMatch(/^\/u\/logout\?/)
    const { value } = await visitor.load(logoutPage, page)
    expect(value).toMatchObject({ appName: app.client.name, person: { email: world.user.email } })
    const { shown } = (value as { person: { shown: string } }).person
    Object.assign(visitor.cookies, await signIn(world.services, 'account', await createEndUser(world.services)))
    expect((await visitor.send(logoutPage, page, { shown })).status).toBe(409)
    Object.assign(visitor.cookies, await signIn(world.services, 'account', world.user))
    const again = (await visitor.load(logoutPage, page)).value as { person: { shown: string } }
    expect((await visitor.send(logoutPage, page, { shown: again.person.shown })).location).toBe(`${BYE}?state=x`)
    expect(visitor.cookies.session).toBeUndefined()
  })

  it('without a session shows the way back to the app, but to none that nobody has approved', async () => {
    const visitor = openVisitor(world.services)
    const draft = await createThirdPartyClient(world.services, { allowedLogoutUrls: [BYE], source: 'registration' })
    for (const { clientId, back } of [
      { clientId: app.clientId, back: `${BYE}?state=x` },
      { clientId: draft.clientId, back: undefined },
    ]) {
      const params = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: BYE, state: 'x' })
      const { location } = {
        location: (await follow(world, visitor, `/oidc/logout?${params}`)).header('location') ?? '',
      }
      const answer = location.startsWith('/u/logout') ? await visitor.load(logoutPage, location) : undefined
      expect((answer?.value as { back?: string } | undefined)?.back).toBe(back)
    }
    const signedIn = await openVisitorOf(world.services, 'account', world.user)
    const page = `/u/logout?${new URLSearchParams({ client_id: draft.clientId, post_logout_redirect_uri: BYE })}`
    const { value } = await signedIn.load(logoutPage, page)
    const { shown } = (value as { person: { shown: string } }).person
    expect((await signedIn.send(logoutPage, page, { shown })).location).toBe('/u/signed-out')
  })

  it('the page that asks believes no address that was written into it', async () => {
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const evil = new URLSearchParams({ client_id: app.clientId, post_logout_redirect_uri: 'https://evil.example.com/' })
    expect((await visitor.load(logoutPage, `/u/logout?${evil}`)).status).toBe(400)
    expect((await visitor.send(logoutPage, `/u/logout?${evil}`)).status).toBe(400)
    expect((await visitor.send(logoutPage, '/u/logout', {}, { token: null })).status).toBe(403)
    expect(visitor.cookies.session).toBeDefined()
  })

  it('an ID token of somebody else signs nobody out unasked', async () => {
    const other = await openBrowser(world, await createEndUser(world.services))
    const browser = await openBrowser(world, world.user)
    const answer = await logout(browser, { id_token_hint: await signInTo(app, other), post_logout_redirect_uri: BYE })
    expect(answer.header('location')).toMatch(/^\/u\/logout\?/)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('as a form of another site is sent round once more, so that the session cookie comes along', async () => {
    const answer = await world.machine.postForm('/oidc/logout', { client_id: app.clientId })
    expect(answer.status).toBe(303)
    expect(answer.header('location')).toBe(`/oidc/logout?client_id=${app.clientId}`)
  })
})

describe('/v2/logout', () => {
  const v2 = (browser: Browser, params: Record<string, string>) =>
    browser.get(`/v2/logout?${new URLSearchParams(params)}`)

  it('signs out and returns to an address of the client, whatever its query', async () => {
    const browser = await openBrowser(world, world.user)
    const answer = await v2(browser, { client_id: app.clientId, returnTo: `${BYE}?x=1` })
    expect(answer.header('location')).toBe(`${BYE}?x=1`)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('without returnTo goes to the client’s first address, and without a client to a page of ours', async () => {
    const browser = await openBrowser(world, world.user)
    expect((await v2(browser, { client_id: app.clientId })).header('location')).toBe(BYE)
    expect((await v2(browser, {})).header('location')).toBe('/u/signed-out')
  })

  it('leads nobody on to a client that is not approved, and the hint that the client makes itself neither', async () => {
    const draft = await createThirdPartyClient(world.services, {
      allowedLogoutUrls: [BYE],
      availability: 'testers',
      idTokenAlg: 'HS256',
    })
    const browser = await openBrowser(world, world.user)
    const ways = [`/v2/logout?client_id=${draft.clientId}&returnTo=${BYE}`, `/v2/logout?client_id=${draft.clientId}`]
    for (const way of ways) expect((await browser.get(way)).header('location')).toBe('/u/signed-out')
    const claims = {
      iss: world.services.config.issuer,
      aud: draft.clientId,
      sub: world.user.user.userId,
      iat: 0,
      exp: 1,
    }
    const id_token_hint = signJwtWithSecret(draft.secret ?? '', 'JWT', claims)
    const forged = await logout(browser, { id_token_hint, post_logout_redirect_uri: BYE })
    expect(forged.header('location')).toBe('/u/signed-out')
  })

  it('reads a hint by the algorithm of its client, and not by what the hint says of itself (RFC 8725 §3.1)', async () => {
    const own = await createFirstPartyClient(world.services, { allowedLogoutUrls: [BYE] })
    const { issuer } = world.services.config
    const claims = { iss: issuer, aud: own.clientId, sub: world.user.user.userId, iat: 0, exp: 1 }
    const id_token_hint = signJwtWithSecret(own.secret ?? '', 'JWT', claims)
    const browser = await openBrowser(world, world.user)
    const refused = await logout(browser, { id_token_hint, post_logout_redirect_uri: BYE })
    expect([refused.status, refused.header('location')]).toEqual([400, undefined])
    expect(await isSignedIn(browser)).toBe(true)
    const asked = answerOf(await browser.authorize(authorizeParams(own, { id_token_hint })))
    expect([asked.error, asked.code]).toEqual(['invalid_request', undefined])
  })

  it('refuses what is not registered, and what another client or the tenant would have to allow', async () => {
    const browser = await openBrowser(world, world.user)
    const evil = [
      'https://evil.example.com/',
      'https://app.example.com/byebye',
      'https://app.example.com@evil.example.com/bye',
      'javascript:alert(1)',
    ]
    for (const returnTo of evil) expect((await v2(browser, { client_id: app.clientId, returnTo })).status).toBe(400)
    expect((await v2(browser, { returnTo: BYE })).status).toBe(400)
    expect(await isSignedIn(browser)).toBe(true)
  })
})

const deliver = async () => Promise.all(await beginLogouts(backgroundContext(world.services)))

describe('back-channel logout', () => {
  it('tells each client that got tokens in the session, once, with a token that its keys verify', async () => {
    const { received, uri } = await openReceiver()
    const own = await createFirstPartyClient(world.services, { backchannelLogoutUris: [uri], allowedLogoutUrls: [BYE] })
    const person = await createEndUser(world.services)
    const browser = await openBrowser(world, person)
    const id_token_hint = await signInTo(own, browser)
    await deliver()
    expect(received).toHaveLength(0)
    await logout(browser, { id_token_hint, post_logout_redirect_uri: BYE })
    await Promise.all([deliver(), deliver()])
    await deliver()
    expect(received).toHaveLength(1)
    const [first] = received
    expect(first?.type).toBe('application/x-www-form-urlencoded')
    expect([...(first?.body.keys() ?? [])]).toEqual(['logout_token'])
    const token = first?.body.get('logout_token') ?? ''
    const keys = createLocalJWKSet((await world.machine.get('/.well-known/jwks.json')).json as unknown as JSONWebKeySet)
    const { payload } = await jwtVerify(token, keys, {
      issuer: world.services.config.issuer,
      audience: own.clientId,
      typ: 'logout+jwt',
      currentDate: new Date(world.services.clock.now()),
    })
    expect(payload).toMatchObject({
      sub: person.user.userId,
      sid: expect.stringMatching(/^sid_/),
      jti: expect.any(String),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(payload.nonce).toBeUndefined()
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(120)
    expect(decodeProtectedHeader(token).alg).toBe('RS256')
  })

  it.each<[string, (person: Person) => Promise<unknown>]>([
    ['the person is blocked', async (person) => blockUser((await findOwner(world.services)).ctx, person.user.userId)],
    [
      'the password changes elsewhere',
      async (person) => {
        const { user, ctx } = person
        const session = { id: 'sid_elsewhere' } as never
        await changePassword(ctx, { user, session }, { currentPassword: PASSWORD, password: 'a quite different one' })
      },
    ],
  ])('also when %s', async (_what, act) => {
    const { received, uri } = await openReceiver()
    const own = await createFirstPartyClient(world.services, { backchannelLogoutUris: [uri] })
    const person = await createEndUser(world.services)
    await signInTo(own, await openBrowser(world, person))
    await act(person)
    await deliver()
    expect(received).toHaveLength(1)
  })

  it('does not follow from a new sign-in of the same person, but from one of another', async () => {
    const { received, uri } = await openReceiver()
    const own = await createFirstPartyClient(world.services, { backchannelLogoutUris: [uri] })
    const person = await createEndUser(world.services)
    const browser = await openBrowser(world, person)
    await signInTo(own, browser)
    const again = async (as: Person) => {
      const login = await browser.authorize(authorizeParams(app, { prompt: 'login' }))
      await signInAt(world, browser, pendingId(login, 'login'), as)
      await deliver()
    }
    await again(person)
    expect(received).toHaveLength(0)
    await again(await createEndUser(world.services))
    expect(received).toHaveLength(1)
  })

  it('is tried again after a while where the client fails, and given up in the end', async () => {
    let status = 500
    const { received, uri } = await openReceiver(() => status)
    const own = await createFirstPartyClient(world.services, { backchannelLogoutUris: [uri] })
    const person = await createEndUser(world.services)
    await signInTo(own, await openBrowser(world, person))
    await blockUser((await findOwner(world.services)).ctx, person.user.userId)
    await deliver()
    await deliver()
    expect(received).toHaveLength(1)
    world.services.clock.advance(11_000)
    await deliver()
    expect(received).toHaveLength(2)
    status = 200
    world.services.clock.advance(61_000)
    await deliver()
    world.services.clock.advance(24 * 3_600_000)
    await deliver()
    expect(received).toHaveLength(3)
  })

  it.each([1, 600])('of other clients is not held up by one that never answers, with %i waiting', async (number) => {
    const { db, clock } = world.services
    const hanging = createServer(() => undefined)
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
    closeAfterFile(async () => {
      hanging.closeAllConnections()
      hanging.close()
    })
    const slow = await createFirstPartyClient(world.services)
    const uri = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/logout`
    const person = await createEndUser(world.services)
    const { received, uri: quickUri } = await openReceiver()
    const quick = await createFirstPartyClient(world.services, { backchannelLogoutUris: [quickUri] })
    const browser = await openBrowser(world, person)
    const id_token_hint = await signInTo(quick, browser)
    const now = clock.now()
    const rows = Array.from({ length: number }, () => ({
      id: newSortableId(now),
      clientId: slow.clientId,
      sessionId: 'ses_of_before',
      userId: person.user.userId,
      uri,
      attempts: 0,
      nextAttemptAt: now - 1,
      lastError: null,
      createdAt: now,
      deliveredAt: null,
    }))
    await db.atomically(rows.map((row) => also(insertLogoutDelivery(row))))
    await logout(browser, { id_token_hint })
    const underWay = await beginLogouts(backgroundContext(world.services))
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 4000 })
    hanging.closeAllConnections()
    await Promise.all(underWay)
    await db.run(deleteOldLogoutDeliveries(Number.MAX_SAFE_INTEGER))
  })

  it('of a third-party app never reaches the own network', async () => {
    const { received, uri } = await openReceiver()
    const theirs = await createThirdPartyClient(world.services, { backchannelLogoutUris: [uri], callbacks: [CALLBACK] })
    const person = await createEndUser(world.services)
    await obtainTokens(world, theirs, {}, person)
    await blockUser((await findOwner(world.services)).ctx, person.user.userId)
    await deliver()
    expect(received).toHaveLength(0)
    const now = world.services.clock.now() + 60_000
    const [waiting] = await listDueLogoutDeliveries(world.services.db, { now, limit: 10, each: 10 })
    expect(waiting?.lastError).toContain('not allowed')
  })
})
