/** An app of others asks to link two accounts of a person, or to unlink one: the person's yes at our page, and its undoing. */
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { findSession } from '~/domain/sessions/sessions'
import { DAY, MINUTE } from '~/platform/durations'
import * as linking from '~/routes/account._area.linking'
import * as accountSignIn from '~/routes/account.sign-in'
import * as undoLinking from '~/routes/account.undo-linking'
import { findUser, listIdentities, updateUser } from '~db/queries/users'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { obtainTokens } from '~tests/oauth/authorization-world'
import { enrol } from '~tests/support/authenticator'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, openVisitorOf, type Person } from '~tests/support/people'
import { readAndPress } from '~tests/support/shown-page'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { comeBack, connect, oidcOptions, signInAtProvider, startOidcProvider } from './provider-world'

const SCOPE = 'openid offline_access update:current_user_identities'

let world: ManagementWorld
let app: TestClient
let first: Person
let second: Person
let token: string
let proof: string

const newPerson = () => createEndUser(world.services, { isVerified: true })
const tokensOf = (person: Person) => obtainTokens(world, app, { audience: world.audience, scope: SCOPE }, person)
const at = ({ user }: Person) => `/users/${encodeURIComponent(user.userId)}/identities`
const bareId = ({ user }: Person) => user.userId.slice('auth0|'.length)
const browserOf = (person: Person) => openVisitorOf(world.services, 'account', person)
const subjects = async ({ user }: Person) =>
  (await listIdentities(world.services.db, { userId: user.userId })).map((one) => `auth0|${one.providerUserId}`)

beforeAll(async () => {
  world = await createManagementWorld()
  app = await createThirdPartyClient(world.services)
})

beforeEach(async () => {
  const people = [await newPerson(), await newPerson()] as const
  ;[first, second] = people
  token = (await tokensOf(first)).access_token
  proof = String((await tokensOf(second)).id_token)
})

const link = () => world.call('POST', at(first), { link_with: proof }, token)
const unlink = (whom = second) => world.call('DELETE', `${at(first)}/auth0/${bareId(whom)}`, undefined, token)

/** The page of a call that is refused until the person has said yes. */
function pageOf({ status, json }: Awaited<ReturnType<typeof link>>): string {
  expect({ status, code: json.errorCode }).toEqual({ status: 403, code: 'operation_not_supported' })
  expect(json.message).toContain(String(json.page))
  const { origin, pathname, search } = new URL(String(json.page))
  expect(`${origin}/`).toBe(world.services.config.issuer)
  return pathname + search
}

const answer = (visitor: Visitor, page: string, intent: 'allow' | 'deny') =>
  readAndPress(visitor, linking, page, intent)
const allow = async (person: Person, page: string) =>
  expect((await answer(await browserOf(person), page, 'allow')).location).toBe(page)

async function linked(): Promise<void> {
  const page = pageOf(await link())
  for (const person of [second, first]) await allow(person, page)
  expect((await link()).status).toBe(201)
}

const undoPathOf = (person: Person): string => {
  const { pathname, search } = world.services.mailer.link(person.email)
  expect(pathname).toBe('/account/undo-linking')
  return pathname + search
}
const undo = (path: string) => openVisitor(world.services).send(undoLinking, path, { intent: 'undo' })

it('links two accounts when somebody has said yes who is signed in to each of them', async () => {
  const page = pageOf(await link())
  expect((await (await browserOf(first)).load(linking, page)).value).toMatchObject({
    change: 'link',
    app: { name: app.client.name },
    account: { email: first.email, isHere: true, hasSaidYes: false },
    other: { email: second.email, isHere: false, hasSaidYes: false },
    isDecided: false,
  })
  await allow(first, page)
  expect(pageOf(await link())).toBe(page)
  expect(await subjects(first)).toEqual([first.user.userId])
  expect((await (await browserOf(second)).load(linking, page)).value).toMatchObject({
    account: { isHere: false, hasSaidYes: true },
    other: { isHere: true, hasSaidYes: false },
  })
  await allow(second, page)
  const done = await link()
  expect(done.status).toBe(201)
  expect(await subjects(first)).toEqual([first.user.userId, second.user.userId])
  expect(await findUser(world.services.db, second.user.userId)).toBeUndefined()
})

it('uses a yes up: the next call asks anew', async () => {
  await linked()
  pageOf(await unlink())
  const third = await newPerson()
  proof = String((await tokensOf(third)).id_token)
  pageOf(await link())
  expect(await subjects(first)).toHaveLength(2)
})

it('of two calls that use one yes at the same moment, one does it', async () => {
  const page = pageOf(await link())
  for (const person of [first, second]) await allow(person, page)
  const statuses = (await Promise.all([link(), link(), link()])).map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  const told = world.services.mailer.sent.filter(({ to, text }) => to === second.email && text.includes('undo-linking'))
  expect(told).toHaveLength(1)
})

it('counts no yes of one side for both, of somebody else, or for another account or app', async () => {
  const page = pageOf(await link())
  await allow(first, page)
  expect((await answer(await browserOf(first), page, 'allow')).status).toBe(409)
  const stranger = await browserOf(await newPerson())
  expect((await stranger.load(linking, page)).value).toEqual({ problem: expect.stringContaining('another account') })
  for (const intent of ['allow', 'deny'] as const) expect((await answer(stranger, page, intent)).status).toBe(403)
  expect(pageOf(await link())).toBe(page)
  await allow(second, page)

  const third = await newPerson()
  const own = proof
  proof = String((await tokensOf(third)).id_token)
  expect(pageOf(await link())).not.toBe(page)
  proof = own
  const other = await createThirdPartyClient(world.services)
  const asked = { audience: world.audience, scope: SCOPE }
  const there = await obtainTokens(world, other, asked, first)
  const { id_token } = await obtainTokens(world, other, asked, second)
  pageOf(await world.call('POST', at(first), { link_with: id_token }, there.access_token))
})

it('asks whoever has signed in just now, and waits a quarter of an hour', async () => {
  const page = pageOf(await link())
  const browser = await browserOf(first)
  await allow(second, page)
  world.services.clock.advance(14 * MINUTE)
  const later = await browserOf(first)
  world.services.clock.advance(30_000)
  await allow(first, page)
  world.services.clock.advance(40_000)
  expect((await answer(browser, page, 'allow')).location).toMatch(/^\/account\/sign-in\?notice=confirm/)
  expect(pageOf(await link())).not.toBe(page)
  expect((await later.load(linking, page)).value).toEqual({ problem: expect.stringContaining('no longer waits') })
})

it('a no of either side is the end of it', async () => {
  for (const person of [first, second]) {
    const page = pageOf(await link())
    await allow(first, page)
    const { location } = await answer(await browserOf(person), page, 'deny')
    expect(location).toBe('/account/security?done=change-denied')
    expect((await answer(await browserOf(second), page, 'allow')).status).toBe(410)
    expect(pageOf(await link())).not.toBe(page)
  }
})

it.each<[string, (userPath: string) => Promise<unknown>]>([
  ['signs them out everywhere', (path) => world.call('DELETE', `${path}/sessions`)],
  [
    'blocks them for a moment',
    async (path) => {
      for (const blocked of [true, false]) await world.call('PATCH', path, { blocked })
    },
  ],
])('a yes counts no more when somebody %s', async (_what, end) => {
  const page = pageOf(await link())
  for (const person of [first, second]) await allow(person, page)
  await end(at(second).replace('/identities', ''))
  expect(pageOf(await link())).not.toBe(page)
  expect(await subjects(first)).toEqual([first.user.userId])
})

it('asks about no account that could not be linked', async () => {
  await enrol(world.services, second)
  const { status, json } = await link()
  expect({ status, page: json.page }).toEqual({ status: 403, page: undefined })
  expect(json.message).toContain('second factor')
})

it('unlinks with the yes of the account, and what the app has of it continues', async () => {
  await linked()
  const page = pageOf(await unlink())
  expect((await (await browserOf(first)).load(linking, page)).value).toMatchObject({
    change: 'unlink',
    other: { email: second.email },
  })
  const elsewhere = await browserOf(first)
  await allow(first, page)
  expect((await unlink()).status).toBe(200)
  expect(await subjects(first)).toEqual([first.user.userId])
  expect(await subjects(second)).toEqual([second.user.userId])
  expect(await findSession(elsewhere.context(), 'account')).toBeUndefined()
  expect((await unlink()).status).toBe(404)
})

it('either address undoes the link for seven days: the account is its own again, as it was', async () => {
  for (const undoer of ['first', 'second'] as const) {
    ;[first, second] = [await newPerson(), await newPerson()]
    token = (await tokensOf(first)).access_token
    proof = String((await tokensOf(second)).id_token)
    const kept = { userMetadata: { theme: 'dark' }, appMetadata: { plan: 'gold' } }
    await world.services.db.run(updateUser(second.user.userId, kept))
    await linked()
    const { createdAt } = second.user
    const path = undoPathOf(undoer === 'first' ? first : second)
    const { value } = await openVisitor(world.services).load(undoLinking, path)
    expect(value).toMatchObject({
      page: { state: 'asks', account: first.email, other: `${second.email} (with a password)` },
    })
    world.services.clock.advance(6 * DAY)
    const elsewhere = await browserOf(first)
    const { access_token } = await tokensOf(first)
    expect((await undo(path)).location).toBe('/account/undo-linking?ticket=done')
    const after = await findUser(world.services.db, second.user.userId)
    expect(after).toMatchObject({
      ...kept,
      email: second.email,
      emailVerified: true,
      name: second.user.name,
      createdAt,
    })
    expect(await subjects(first)).toEqual([first.user.userId])
    expect(await subjects(second)).toEqual([second.user.userId])
    expect(await findSession(elsewhere.context(), 'account')).toBeUndefined()
    expect((await world.call('GET', at(first).replace('/identities', ''), undefined, access_token)).status).toBe(401)
    expect((await undo(path)).status).toBe(410)
  }
})

it('nothing is undone after seven days, nor what was changed since', async () => {
  await linked()
  const path = undoPathOf(second)
  const bySite = await world.call('DELETE', `${at(first)}/auth0/${bareId(second)}`, undefined, await world.tokenFor())
  expect(bySite.status).toBe(200)
  expect((await undo(path)).status).toBe(409)
  expect(await subjects(second)).toEqual([second.user.userId])
  world.services.clock.advance(7 * DAY)
  expect((await undo(path)).status).toBe(410)
})

it('an unlinked identity is linked again by the mail to the account, and by none to the identity', async () => {
  await linked()
  await allow(first, pageOf(await unlink()))
  expect((await unlink()).status).toBe(200)
  expect(world.services.mailer.last(second.email).text).not.toContain('undo-linking')
  expect((await undo(undoPathOf(first))).location).toBe('/account/undo-linking?ticket=done')
  expect(await subjects(first)).toEqual([first.user.userId, second.user.userId])
})

async function unlinked(): Promise<string> {
  await linked()
  await allow(first, pageOf(await unlink()))
  expect((await unlink()).status).toBe(200)
  return undoPathOf(first)
}

const signIn = ({ email, password }: Person) =>
  openVisitor(world.services).send(accountSignIn, '/account/sign-in', { username: email, password })

it('an unlinked identity is linked again by no mail once somebody has signed in to its account, or changed it', async () => {
  const uses: (() => Promise<unknown>)[] = [
    () => signIn(second),
    async () =>
      world.call('PATCH', at(second).replace('/identities', ''), { nickname: 'Other' }, await world.tokenFor()),
  ]
  for (const use of uses) {
    ;[first, second] = [await newPerson(), await newPerson()]
    token = (await tokensOf(first)).access_token
    proof = String((await tokensOf(second)).id_token)
    const path = await unlinked()
    world.services.clock.advance(MINUTE)
    await use()
    const { value } = await openVisitor(world.services).load(undoLinking, path)
    expect(value).toMatchObject({ page: { state: 'dead', refusal: expect.stringContaining('signed in') } })
    expect((await undo(path)).status).toBe(409)
    expect(await subjects(second)).toEqual([second.user.userId])
    expect(await subjects(first)).toEqual([first.user.userId])
  }
})

it('whoever is linked again is told at both addresses', async () => {
  const path = await unlinked()
  const before = world.services.mailer.sent.length
  await undo(path)
  const told = world.services.mailer.sent.slice(before)
  expect(told.map(({ to }) => to).sort()).toEqual([first.email, second.email].sort())
})

it('the link in a mail to an address that the account has no more undoes nothing', async () => {
  const path = await unlinked()
  const change = { email: `new.${first.email}`, email_verified: true }
  const changed = await world.call('PATCH', at(first).replace('/identities', ''), change, await world.tokenFor())
  expect(changed.status).toBe(200)
  expect((await undo(path)).status).toBe(410)
  expect(await subjects(first)).toEqual([first.user.userId])
})

it('an address that nobody has proved is told nothing, and gets no link', async () => {
  await linked()
  const page = pageOf(await unlink())
  await allow(first, page)
  const email = `stranger.${first.email}`
  await world.services.db.run(updateUser(first.user.userId, { email, emailVerified: false }))
  expect((await unlink()).status).toBe(200)
  expect(world.services.mailer.sent.filter(({ to }) => to === email)).toEqual([])
})

it('an account that is its own again has the address that its provider says now, not one of before', async () => {
  const provider = await startOidcProvider(world.services)
  await connect(world.services, { name: 'staff', strategy: 'oidc', options: oidcOptions(provider) })
  const { user, email } = provider.user
  const signInThere = async () => {
    const visitor = openVisitor(world.services)
    const { location } = await visitor.send(accountSignIn, '/account/sign-in', { connection: 'staff' })
    await comeBack(visitor, await signInAtProvider(provider, location ?? ''))
  }
  await signInThere()
  const there = await findUser(world.services.db, `oidc|staff|${user.userId}`)
  if (!there) throw new Error('nobody has signed in')
  second = { ...second, user: there, email }
  proof = String((await tokensOf(second)).id_token)
  await linked()
  const path = undoPathOf(second)

  await provider.services.db.run(updateUser(user.userId, { email: `new.${email}` }))
  await signInThere()
  expect((await undo(path)).location).toBe('/account/undo-linking?ticket=done')
  expect(await findUser(world.services.db, there.userId)).toMatchObject({ email: `new.${email}` })
})
