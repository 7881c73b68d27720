import { expect, it } from 'vitest'
import { findSession } from '~/domain/sessions/sessions'
import * as activity from '~/routes/admin._area.activity'
import * as users from '~/routes/admin._area.users._index'
import * as user from '~/routes/admin._area.users.$id'
import { findTokenFamily, insertTokenFamily } from '~db/queries/tokens'
import { visitorContext } from '~tests/support/context'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf, signIn } from '~tests/support/people'
import { freshTenant, openHalfWay } from './fixtures'

async function owner() {
  const tenant = await freshTenant()
  return { ...tenant, visitor: await openVisitorOf(tenant.services, 'admin', tenant.person) }
}

const pathOf = (userId: string) => [`/admin/users/${encodeURIComponent(userId)}`, { id: userId }] as const

it('a blocked person has no session and no token from the next request on, and can be let in again', async () => {
  const { services, clock, visitor } = await owner()
  const person = await createEndUser(services)
  const { clientId } = await createThirdPartyClient(services)
  const cookies = await signIn(services, 'account', person)
  const now = clock.now()
  await services.db.run(
    insertTokenFamily({
      id: 'fam_1',
      clientId,
      userId: person.user.userId,
      grantId: null,
      sessionId: null,
      connectionId: person.connectionId,
      audience: null,
      scope: [],
      authTime: now,
      amr: [],
      dpopJkt: null,
      deviceCredentialId: null,
      createdAt: now,
      lastUsedAt: now,
      revokedAt: null,
      metadata: null,
    }),
  )
  const [path, params] = pathOf(person.user.userId)
  expect((await visitor.send(user, path, { intent: 'block' }, { params })).location).toBe(`${path}?notice=blocked`)
  expect(await findSession(visitorContext(services, { cookies }), 'account')).toBeUndefined()
  expect((await findTokenFamily(services.db, 'fam_1'))?.family.revokedAt).toBe(now)
  expect((await visitor.send(user, path, { intent: 'block' }, { params })).status).toBe(409)
  expect((await visitor.send(user, path, { intent: 'unblock' }, { params })).location).toBe(`${path}?notice=unblocked`)
  expect(await findSession(visitorContext(services, { cookies }), 'account')).toBeUndefined()
})

it('nobody blocks themself', async () => {
  const { visitor, person } = await owner()
  const [path, params] = pathOf(person.user.userId)
  expect((await visitor.send(user, path, { intent: 'block' }, { params })).status).toBe(403)
  expect((await visitor.load(user, path, params)).value).toMatchObject({ isSelf: true, user: { blockedAt: null } })
})

it('people are found by the beginning of their name or address, each kind apart', async () => {
  const { services, visitor } = await owner()
  await createEndUser(services, { name: 'Ada Lovelace', email: 'ada@example.com' })
  await createEndUser(services, { name: 'Grace_Hopper', email: 'grace@example.com' })
  await createPartner(services, { name: 'Ada Partner', email: 'ada@partner.example' })
  const names = async (query: string) => {
    const { value } = await visitor.load(users, `/admin/users${query}`)
    return (value as { users: { name: string }[] }).users.map(({ name }) => name)
  }
  expect(await names('?q=ADA')).toEqual(['Ada Lovelace'])
  expect(await names('?q=grace@')).toEqual(['Grace_Hopper'])
  expect(await names('?q=_')).toEqual([])
  expect(await names('?q=ada&kind=portal')).toEqual(['Ada Partner'])
  expect(await names('?kind=admin')).toEqual(['owner'])
})

it('no page of people holds a hash or a secret', async () => {
  const { services, visitor } = await owner()
  const person = await createEndUser(services)
  const [path, params] = pathOf(person.user.userId)
  const pages = [await visitor.load(user, path, params), await visitor.load(users, '/admin/users')]
  for (const { value } of pages) expect(JSON.stringify(value)).not.toMatch(/hash|argon2|secret/i)
})

it('the activity can be narrowed to a person and to an act, and is paged by its ids', async () => {
  const { services, visitor } = await owner()
  const person = await createEndUser(services)
  for (let number = 0; number < 60; number += 1) await createEndUser(services)
  const load = async (query: string) => {
    const { value } = await visitor.load(activity, `/admin/activity${query}`)
    return value as { events: { id: string; action: string }[]; next: string | null }
  }
  const mine = await load(`?person=${encodeURIComponent(person.user.userId)}`)
  expect(mine.events.map(({ action }) => action)).toEqual(['user.signed-up'])
  const first = await load('?action=user.signed-up')
  const second = await load(`?action=user.signed-up&before=${first.next}`)
  expect(first.events).toHaveLength(50)
  // The owner of the tenant is one of them.
  expect(new Set([...first.events, ...second.events].map(({ id }) => id)).size).toBe(62)
  expect(second.next).toBeNull()
})

it('what somebody did with their own account names them once, and a kind of act that there is not narrows nothing', async () => {
  const { services, visitor } = await owner()
  const { user: someone } = await createEndUser(services)
  await openHalfWay(services)
  const { value } = await visitor.load(activity, '/admin/activity?action=user.danced')
  const { filter, events } = value as { filter: { action?: string }; events: Record<string, string | null>[] }
  expect(filter.action).toBeUndefined()
  const targetOf = (action: string) => events.find((event) => event.action === action)?.target
  expect([targetOf('user.signed-in'), targetOf('user.signed-up')]).toEqual([null, someone.name])
})
