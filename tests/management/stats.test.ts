import { beforeEach, expect, it } from 'vitest'
import { countEvents } from '~/domain/audit/count-events'
import { startSession } from '~/domain/sessions/sessions'
import { DAY, MINUTE } from '~/platform/durations'
import * as signUp from '~/routes/account.sign-up'
import { listConnections } from '~db/queries/connections'
import { visitorContext } from '~tests/support/context'
import { settle } from '~tests/support/counted'
import { createEndUser, createPartner, type Person, signIn } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createManagementWorld, type ManagementWorld } from './management-world'

type Day = { date: string; logins: number; signups: number }

let world: ManagementWorld
beforeEach(async () => {
  world = await createManagementWorld()
})

const get = async (path: string) => world.call('GET', path, undefined, await world.tokenFor('read:stats'))
const days = async (query: string) => JSON.parse((await get(`/stats/daily?${query}`)).text) as Day[]

/** Signs in as the pages do, without the time that a password costs. */
async function login(person: Person): Promise<void> {
  const [connection] = (await listConnections(world.services.db, {})).filter(({ area }) => area === null)
  await startSession(visitorContext(world.services), 'account', {
    user: person.user,
    connectionId: connection?.id ?? '',
    amr: ['pwd'],
  })
}

it('users count as active for 30 days after they signed in; partners and owners never do', async () => {
  const count = async () => JSON.parse((await get('/stats/active-users')).text) as number
  const before = await count()
  const people = [await createEndUser(world.services), await createEndUser(world.services)]
  expect(await count()).toBe(before)
  for (const person of people) await login(person)
  await login(people[0] as Person)
  const partner = await createPartner(world.services)
  await signIn(world.services, 'portal', partner)
  expect(await count()).toBe(before + 2)
  world.services.clock.advance(30 * DAY)
  expect(await count()).toBe(0)
})

it('each day has its sign-ins and sign-ups, each counted once', async () => {
  const { services } = world
  const person = await createEndUser(services)
  services.clock.set(Date.UTC(2030, 1, 10, 12))
  const fields = { name: 'Neu', email: 'neu@example.com', password: 'correct horse battery' }
  const answer = await openVisitor(services).send(signUp, '/account/sign-up', fields)
  expect(answer.location).toBeDefined()
  await login(person)
  await settle(services)
  services.clock.set(Date.UTC(2030, 1, 11, 12))
  await login(person)
  await login(person)
  // Several nodes count at the same time.
  services.clock.advance(MINUTE)
  await Promise.all(Array.from({ length: 5 }, () => countEvents(services)))
  const counted = await days('from=20300209&to=20300220')
  expect(counted, 'no day of the future is among them').toMatchObject([
    { date: '2030-02-09T00:00:00.000Z', logins: 0, signups: 0 },
    { date: '2030-02-10T00:00:00.000Z', logins: 2, signups: 1 },
    { date: '2030-02-11T00:00:00.000Z', logins: 2, signups: 0 },
  ])
  expect(counted).toHaveLength(3)
  await countEvents(services)
  expect(await days('from=20300209&to=20300220')).toMatchObject(
    counted.map(({ logins, signups }) => ({ logins, signups })),
  )
})

it('what could still be on its way is counted later', async () => {
  const { services } = world
  const person = await createEndUser(services)
  await settle(services)
  const today = async () => (await days('')).at(-1)?.logins
  const before = await today()
  await login(person)
  await countEvents(services)
  expect(await today()).toBe(before)
  await settle(services)
  expect(await today()).toBe(Number(before) + 1)
})

it('30 days are given unless said otherwise, and a year at most', async () => {
  expect(await days('')).toHaveLength(31)
  expect(await days('from=20291231&to=20300101')).toHaveLength(2)
  expect(await days('from=20300101&to=20291231')).toEqual([])
  for (const query of ['from=20200101&to=20300101', 'from=2030-01-01', 'from=20301301']) {
    expect((await get(`/stats/daily?${query}`)).json).toMatchObject({ errorCode: 'invalid_query_string' })
  }
})

it('they need read:stats', async () => {
  const bearer = await world.tokenFor('read:logs')
  for (const path of ['/stats/active-users', '/stats/daily']) {
    expect((await world.call('GET', path, undefined, bearer)).status).toBe(403)
  }
})
