/** Whoever links or unlinks accounts, and by whatever door: both addresses are told, and the mail undoes it for a week. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findSession } from '~/domain/sessions/sessions'
import { DAY } from '~/platform/durations'
import * as security from '~/routes/account._area.security'
import * as accountSignIn from '~/routes/account.sign-in'
import * as undoLinking from '~/routes/account.undo-linking'
import { findUser, listIdentities, updateUser } from '~db/queries/users'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { obtainTokens } from '~tests/oauth/authorization-world'
import { createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import { linkIn } from '~tests/support/test-mailer'
import { openVisitor } from '~tests/support/visitor'
import {
  comeBack,
  connect,
  type OidcProvider,
  oidcOptions,
  signInAtProvider,
  startOidcProvider,
} from './provider-world'

const PATH = '/account/security'

let world: ManagementWorld
let provider: OidcProvider
let ownApp: TestClient
let first: Person
let second: Person

beforeAll(async () => {
  world = await createManagementWorld()
  provider = await startOidcProvider(world.services)
  await connect(world.services, { name: 'staff', strategy: 'oidc', options: oidcOptions(provider) })
  ownApp = await createFirstPartyClient(world.services)
})

beforeEach(async () => {
  const people = [await newPerson(), await newPerson()] as const
  ;[first, second] = people
})

const newPerson = () => createEndUser(world.services, { isVerified: true })
const identitiesAt = ({ user }: Person) => `/users/${encodeURIComponent(user.userId)}/identities`
const subjectsOf = async (userId: string) =>
  (await listIdentities(world.services.db, { userId })).map((one) => `${one.provider}|${one.providerUserId}`)
const undoingMailsTo = (email: string) =>
  world.services.mailer.sent.filter(({ to, text }) => to === email && text.includes('undo-linking'))
const tokensOf = (person: Person) =>
  obtainTokens(world, ownApp, { audience: world.audience, scope: 'openid update:current_user_identities' }, person)

/** Signs in at the provider for a page of ours. */
async function goThere(visitor: ReturnType<typeof openVisitor>, address: string | undefined, there: Person) {
  return comeBack(visitor, await signInAtProvider(provider, address ?? '', there))
}

async function linkAtProvider(there: Person): Promise<string> {
  const visitor = await openVisitorOf(world.services, 'account', first)
  const { location } = await visitor.send(security, PATH, { intent: 'link-provider', connection: 'staff' })
  expect((await goThere(visitor, location, there)).location).toBe(`${PATH}?done=identity-linked`)
  return `oidc|staff|${there.user.userId}`
}

/** Links to the first account what has the address of the second. @returns its subject */
const LINKS: Record<string, () => Promise<string>> = {
  'on their own page, by the password of the other account': async () => {
    const visitor = await openVisitorOf(world.services, 'account', first)
    const fields = { intent: 'link-account', email: second.email, link_password: PASSWORD }
    expect((await visitor.send(security, PATH, fields)).location).toBe(`${PATH}?done=identity-linked`)
    return second.user.userId
  },
  'on their own page, by signing in at a provider that nobody has come from before': async () => {
    second = await createEndUser(provider.services, { isVerified: true })
    return linkAtProvider(second)
  },
  'on their own page, by signing in at a provider to an account that is there already': async () => {
    second = await createEndUser(provider.services, { isVerified: true })
    const other = openVisitor(world.services)
    const { location } = await other.send(accountSignIn, '/account/sign-in', { connection: 'staff' })
    await goThere(other, location, second)
    return linkAtProvider(second)
  },
  'in an app of the tenant': async () => {
    const { access_token: token } = await tokensOf(first)
    const { id_token } = await tokensOf(second)
    expect((await world.call('POST', identitiesAt(first), { link_with: id_token }, token)).status).toBe(201)
    return second.user.userId
  },
  'by a program of the tenant': async () => {
    const [provider, user_id] = second.user.userId.split('|')
    expect((await world.call('POST', identitiesAt(first), { provider, user_id }, await world.tokenFor())).status).toBe(
      201,
    )
    return second.user.userId
  },
}

const undoPathOf = (email: string): string => {
  const { pathname, search } = linkIn(world.services.mailer.last(email))
  expect(pathname).toBe('/account/undo-linking')
  return pathname + search
}
const undo = (path: string) => openVisitor(world.services).send(undoLinking, path, { intent: 'undo' })
const DONE = '/account/undo-linking?ticket=done'

describe.each(Object.entries(LINKS))('an account that is linked %s', (_door, link) => {
  it.each(['first', 'second'] as const)('is one of its own again by the mail to the %s address', async (undoer) => {
    const subject = await link()
    expect(await subjectsOf(first.user.userId)).toEqual([first.user.userId, subject])
    const path = undoPathOf((undoer === 'first' ? first : second).email)
    world.services.clock.advance(7 * DAY - 1000)
    const asked = await openVisitor(world.services).load(undoLinking, path)
    expect(asked.value).toMatchObject({ page: { state: 'asks', change: 'link', account: first.email } })
    expect(JSON.stringify(asked.value)).toContain(second.email)
    expect(await subjectsOf(first.user.userId)).toHaveLength(2)
    const elsewhere = await openVisitorOf(world.services, 'account', first)
    const before = world.services.mailer.sent.length
    expect((await undo(path)).location).toBe(DONE)
    expect(await subjectsOf(first.user.userId)).toEqual([first.user.userId])
    expect(await subjectsOf(subject)).toEqual([subject])
    expect(await findUser(world.services.db, subject)).toMatchObject({ email: second.email, emailVerified: true })
    expect(await findSession(elsewhere.context(), 'account')).toBeUndefined()
    const told = world.services.mailer.sent.slice(before)
    expect(told.map(({ to }) => to).sort()).toEqual([first.email, second.email].sort())
    expect(told.map(({ text }) => text).join()).not.toContain('undo-linking')
    for (const { email } of [first, second])
      expect((await undo(pathIn(undoingMailsTo(email)[0]))).status, 'used up').toBe(410)
  })

  it('stays linked after seven days', async () => {
    const subject = await link()
    const path = undoPathOf(second.email)
    world.services.clock.advance(7 * DAY)
    expect((await openVisitor(world.services).load(undoLinking, path)).status).toBe(410)
    expect((await undo(path)).status).toBe(410)
    expect(await subjectsOf(first.user.userId)).toEqual([first.user.userId, subject])
  })
})

function pathIn(mail: { subject: string; text: string } | undefined): string {
  if (!mail) throw new Error('nobody was told')
  const { pathname, search } = linkIn(mail)
  return pathname + search
}

const byPassword = LINKS['on their own page, by the password of the other account'] as () => Promise<string>
const byProvider = LINKS[
  'on their own page, by signing in at a provider that nobody has come from before'
] as () => Promise<string>

/** Unlinks the second from the first. */
const UNLINKS: Record<string, () => Promise<void>> = {
  'on their own page': async () => {
    const visitor = await openVisitorOf(world.services, 'account', first)
    const [provider = '', provider_user_id = ''] = second.user.userId.split('|')
    const fields = { intent: 'unlink-identity', provider, provider_user_id }
    expect((await visitor.send(security, PATH, fields)).location).toBe(`${PATH}?done=identity-removed`)
  },
  'in an app of the tenant': async () => {
    const { access_token: token } = await tokensOf(first)
    const path = `${identitiesAt(first)}/${second.user.userId.replace('|', '/')}`
    expect((await world.call('DELETE', path, undefined, token)).status).toBe(200)
  },
}

describe.each(Object.entries(UNLINKS))('an account that is unlinked %s', (_door, unlink) => {
  it('is linked again by the mail to the account, and by none to its own address', async () => {
    await byPassword()
    await unlink()
    expect(await subjectsOf(second.user.userId)).toEqual([second.user.userId])
    expect(world.services.mailer.last(second.email)).toMatchObject({
      subject: expect.stringContaining('A way to sign in was removed'),
      text: expect.not.stringContaining('undo-linking'),
    })
    const path = undoPathOf(first.email)
    world.services.clock.advance(7 * DAY - 1000)
    const asked = await openVisitor(world.services).load(undoLinking, path)
    expect(asked.value).toMatchObject({ page: { state: 'asks', change: 'unlink', account: first.email } })
    expect((await undo(path)).location).toBe(DONE)
    expect(await subjectsOf(first.user.userId)).toEqual([first.user.userId, second.user.userId])
    expect((await undo(path)).status).toBe(410)
  })
})

it('both are told of an account that the tenant has unlinked, and no mail gives it back', async () => {
  await byPassword()
  const before = world.services.mailer.sent.length
  const path = `${identitiesAt(first)}/${second.user.userId.replace('|', '/')}`
  expect((await world.call('DELETE', path, undefined, await world.tokenFor())).status).toBe(200)
  const told = world.services.mailer.sent.slice(before)
  expect(told.map(({ to }) => to).sort()).toEqual([first.email, second.email].sort())
  expect(told.map(({ text }) => text).join()).not.toContain('undo-linking')
})

it('two accounts with one address get one mail', async () => {
  const there = await createEndUser(provider.services, { isVerified: true })
  await provider.services.db.run(updateUser(there.user.userId, { email: first.email }))
  const subject = await linkAtProvider(there)
  const [mail, ...more] = undoingMailsTo(first.email)
  expect(more).toEqual([])
  const asked = await openVisitor(world.services).load(undoLinking, pathIn(mail))
  expect(asked.value).toMatchObject({ page: { account: first.email, other: `${first.email} (at staff)` } })
  expect((await undo(pathIn(mail))).location).toBe(DONE)
  expect(await subjectsOf(subject)).toEqual([subject])
})

it.each(['first', 'last'])(
  'is undone also where the account is linked on to a third one, the %s link first',
  async (order) => {
    await byPassword()
    const [inner, middle] = [second, first]
    const innerPath = undoPathOf(inner.email)
    const third = await newPerson()
    ;[first, second] = [third, middle]
    await byPassword()
    expect(await subjectsOf(third.user.userId)).toHaveLength(3)
    const outerPath = undoPathOf(middle.email)
    for (const path of order === 'first' ? [innerPath, outerPath] : [outerPath, innerPath])
      expect((await undo(path)).location).toBe(DONE)
    for (const { user } of [inner, middle, third]) expect(await subjectsOf(user.userId)).toEqual([user.userId])
  },
)

it('an account of a provider is linked anew by the person once that was undone', async () => {
  const subject = await byProvider()
  expect((await undo(undoPathOf(second.email))).location).toBe(DONE)
  expect(await linkAtProvider(second)).toBe(subject)
  expect(await subjectsOf(first.user.userId)).toEqual([first.user.userId, subject])
})
