import { beforeAll, expect, it } from 'vitest'
import { linkIdentities } from '~/domain/identities/link-identities'
import { unlinkIdentity } from '~/domain/identities/unlink-identity'
import { findSession } from '~/domain/sessions/sessions'
import { blockUser } from '~/domain/users/block-user'
import { changePassword } from '~/domain/users/change-password'
import { requestPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { withoutLinks } from '~/platform/shown-text'
import { listAuditEvents } from '~db/queries/audit'
import { listDomainConnections } from '~db/queries/connections'
import { listDueLogoutDeliveries } from '~db/queries/sessions'
import { findUser, listIdentities } from '~db/queries/users'
import { createWorld, obtainTokens, refresh, userinfo, type World } from '~tests/oauth/authorization-world'
import { visitorContext } from '~tests/support/context'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, type Person, signIn } from '~tests/support/people'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

const newPerson = () => createEndUser(world.services, { isVerified: true })
const proves = async ({ email, password }: Pick<Person, 'email' | 'password'>) => {
  const connections = await listDomainConnections(world.services.db, {})
  return (await authenticateByPassword(visitorContext(world.services), connections, { login: email, password })).user
}
const bareId = ({ user }: Person) => user.userId.split('|')[1] ?? ''

it('the main identity stands first, however old the others are', async () => {
  const [older, newer] = [await newPerson(), await newPerson()]
  world.services.clock.advance(1000)
  const newest = await newPerson()
  await linkIdentities(newest.ctx, newest.user.userId, newer.user.userId)
  const identities = await linkIdentities(newest.ctx, newest.user.userId, older.user.userId)
  expect(identities[0]).toMatchObject({ providerUserId: bareId(newest), linkedAt: null })
  expect(identities.map(({ linkedAt }) => linkedAt === null)).toEqual([true, false, false])
})

it('the second account goes away, and its password signs in to the first', async () => {
  const [first, second] = [await newPerson(), await newPerson()]
  const identities = await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  expect(identities.map(({ providerUserId }) => providerUserId)).toEqual([bareId(first), bareId(second)])
  expect(identities.map(({ profile }) => profile?.email ?? null)).toEqual([null, second.email])
  expect(await findUser(world.services.db, second.user.userId)).toBeUndefined()
  expect((await proves(second)).userId).toBe(first.user.userId)
  expect((await proves(first)).userId).toBe(first.user.userId)
  const [event] = await listAuditEvents(world.services.db, { userId: first.user.userId, action: 'identity.linked' }, 1)
  expect(event?.details).toMatchObject({ secondary: { id: second.user.userId } })
})

it('the person is told by mail of ways to sign in that come and go', async () => {
  const [first, second] = [await newPerson(), await newPerson()]
  const { mailer } = world.services
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  expect(mailer.last(first.email)).toMatchObject({ subject: expect.stringContaining('A way to sign in was added') })
  expect(mailer.last(first.email).text).toContain(`${withoutLinks(second.email)} (with a password)`)
  await unlinkIdentity(first.ctx, first.user.userId, 'auth0', bareId(second))
  expect(mailer.last(first.email)).toMatchObject({ subject: expect.stringContaining('A way to sign in was removed') })
})

it('sessions and tokens of the second account end, and apps are told', async () => {
  const backchannelLogoutUris = ['https://app.example.com/backchannel']
  const client = await createThirdPartyClient(world.services, { backchannelLogoutUris })
  const [first, second] = [await newPerson(), await newPerson()]
  const tokens = await obtainTokens(world, client, {}, second)
  const cookies = await signIn(world.services, 'account', second)
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  expect((await userinfo(world, tokens)).status).toBe(401)
  expect((await refresh(world, client, tokens.refresh_token)).json.error).toBe('invalid_grant')
  expect(await findSession(visitorContext(world.services, { cookies }), 'account')).toBeUndefined()
  const due = await listDueLogoutDeliveries(world.services.db, {
    now: world.services.clock.now(),
    limit: 100,
    each: 100,
  })
  expect(due.map(({ clientId, userId }) => ({ clientId, userId }))).toContainEqual({
    clientId: client.clientId,
    userId: second.user.userId,
  })
})

it('an identity that is unlinked is its own account again, with its old id, profile and password', async () => {
  const [first, second] = [await newPerson(), await newPerson()]
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  const left = await unlinkIdentity(first.ctx, first.user.userId, 'auth0', bareId(second))
  expect(left.map(({ providerUserId }) => providerUserId)).toEqual([bareId(first)])
  const again = await proves(second)
  expect(again).toMatchObject({ userId: second.user.userId, email: second.email, name: second.user.name })
  expect(await listIdentities(world.services.db, { userId: again.userId })).toMatchObject([
    { profile: null, linkedAt: null },
  ])
  const events = await listAuditEvents(world.services.db, { userId: first.user.userId, action: 'identity.unlinked' }, 2)
  expect(events).toHaveLength(1)
})

it('unlinking ends what was begun with the account, but for the session in which it is done', async () => {
  const [first, second] = [await newPerson(), await newPerson()]
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  const client = await createThirdPartyClient(world.services)
  const tokens = await obtainTokens(world, client, {}, first)
  const [here, there] = [
    visitorContext(world.services, { cookies: await signIn(world.services, 'account', first) }),
    visitorContext(world.services, { cookies: await signIn(world.services, 'account', first) }),
  ]
  const sessionId = (await findSession(here, 'account'))?.session.id
  await unlinkIdentity(first.ctx, first.user.userId, 'auth0', bareId(second), { sessionId })
  expect((await userinfo(world, tokens)).status).toBe(401)
  expect(await findSession(here, 'account')).toBeDefined()
  expect(await findSession(there, 'account')).toBeUndefined()
})

it('what was linked before moves along', async () => {
  const [first, second, third] = [await newPerson(), await newPerson(), await newPerson()]
  await linkIdentities(second.ctx, second.user.userId, third.user.userId)
  const identities = await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  expect(identities.map(({ profile }) => profile?.email ?? null)).toEqual([null, second.email, third.email])
  expect((await proves(third)).userId).toBe(first.user.userId)
})

it('the main identity stays, and nobody takes off what is not theirs', async () => {
  const [first, second, stranger] = [await newPerson(), await newPerson(), await newPerson()]
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  const unlink = (person: Person, of: Person) => unlinkIdentity(person.ctx, person.user.userId, 'auth0', bareId(of))
  await expect(unlink(first, first)).rejects.toMatchObject({ code: 'not_allowed' })
  await expect(unlink(stranger, second)).rejects.toMatchObject({ code: 'not_found' })
  await expect(unlink(second, second)).rejects.toMatchObject({ code: 'not_found' })
})

it('an account is not linked to itself, to nobody, to a blocked one or to those of partners and members', async () => {
  const [first, blocked] = [await newPerson(), await newPerson()]
  const owner = await findOwner(world.services)
  await blockUser(owner.ctx, blocked.user.userId)
  const link = (a: string, b: string) => linkIdentities(first.ctx, a, b)
  const { userId } = first.user
  await expect(link(userId, userId)).rejects.toMatchObject({ code: 'invalid' })
  await expect(link(userId, 'auth0|none')).rejects.toMatchObject({ code: 'not_found' })
  for (const other of [blocked.user.userId, owner.user.userId, (await createPartner(world.services)).user.userId]) {
    await expect(link(userId, other)).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(link(other, userId)).rejects.toMatchObject({ code: 'not_allowed' })
  }
})

it('of links in both directions at once one is made, and nobody is lost', async () => {
  for (let round = 0; round < 5; round += 1) {
    const people = [await newPerson(), await newPerson(), await newPerson()]
    const ids = people.map(({ user }) => user.userId)
    const pairs = ids.flatMap((a) => ids.filter((b) => b !== a).map((b) => [a, b] as const))
    const results = await Promise.allSettled(pairs.map(([a, b]) => linkIdentities(people[0]?.ctx as never, a, b)))
    const made = results.filter(({ status }) => status === 'fulfilled').length
    const left = (await Promise.all(ids.map((id) => findUser(world.services.db, id)))).filter(Boolean)
    expect(left).toHaveLength(3 - made)
    expect(made).toBeGreaterThan(0)
    for (const person of people) expect(left.map((user) => user?.userId)).toContain((await proves(person)).userId)
    for (const result of results)
      if (result.status === 'rejected') expect(['conflict', 'not_found']).toContain(result.reason.code)
  }
})

it('an identity that is unlinked several times at once is one account', async () => {
  const [first, second] = [await newPerson(), await newPerson()]
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  const unlink = () => unlinkIdentity(first.ctx, first.user.userId, 'auth0', bareId(second))
  const results = await Promise.allSettled([unlink(), unlink(), unlink()])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await proves(second)).userId).toBe(second.user.userId)
})

it('each password of a linked account is changed and reset by itself', async () => {
  const { services } = world
  const [first, second] = [await newPerson(), await newPerson()]
  await linkIdentities(first.ctx, first.user.userId, second.user.userId)
  const connections = await listDomainConnections(services.db, {})
  const ctx = visitorContext(services, { cookies: await signIn(services, 'account', first) })
  await requestPasswordReset(ctx, connections, second.email, '/u/reset-password')
  const ticket = services.mailer.link(second.email).searchParams.get('ticket') ?? ''
  await resetPassword(ctx, ticket, 'another word of mine')
  expect((await proves({ ...second, password: 'another word of mine' })).userId).toBe(first.user.userId)
  await proves(first)
  const live = await findSession(
    visitorContext(services, { cookies: await signIn(services, 'account', first) }),
    'account',
  )
  if (!live) throw new Error('nobody is signed in')
  const change = { currentPassword: 'another word of mine', password: 'a third word of mine' }
  await changePassword(first.ctx, live, change)
  await proves({ ...second, password: 'a third word of mine' })
  await proves(first)
})
