import { expect, it } from 'vitest'
import type { AppContext } from '~/context'
import { createThrottle } from '~/domain/rate-limits/throttle'
import { startSession } from '~/domain/sessions/sessions'
import { sweepExpired } from '~/domain/tokens/sweep'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { liftSignInBlocks, listSignInBlocks } from '~/domain/users/sign-in-blocks'
import { MINUTE } from '~/platform/durations'
import { listAuditEvents } from '~db/queries/audit'
import { listDomainConnections } from '~db/queries/connections'
import { visitorContext } from '~tests/support/context'
import { createEndUser, findOwner, PASSWORD, type Person } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'

const NETWORK = '203.0.113.7'

type World = { services: TestServices; ctx: AppContext; person: Person }

async function createWorld(): Promise<World> {
  const services = await createTestServices()
  return { services, ctx: (await findOwner(services)).ctx, person: await createEndUser(services) }
}

/** What becomes of a password that is sent from some address, the same one unless it is given. */
async function attempt({ services }: Pick<World, 'services'>, login: string, password: string, ip = NETWORK) {
  const connections = await listDomainConnections(services.db, {})
  return authenticateByPassword(visitorContext(services, { ip }), connections, { login, password }).then(
    () => 'let in',
    ({ code }) => code as string,
  )
}

async function block(world: World, login = world.person.email) {
  for (let count = 0; count < 10; count += 1)
    expect(await attempt(world, login, 'wrong password')).toBe('wrong_credentials')
  expect(await attempt(world, login, PASSWORD)).toBe('throttled')
}

it('ten wrong passwords close an account on every node, until fifteen minutes have passed', async () => {
  const world = await createWorld()
  const { services, person } = world
  const elsewhere = { ...services, throttle: createThrottle(services) }
  await block(world)
  expect(await attempt({ services: elsewhere }, person.email, PASSWORD)).toBe('throttled')
  services.clock.advance(14 * MINUTE)
  expect(await attempt(world, person.email, PASSWORD)).toBe('throttled')
  services.clock.advance(1 * MINUTE)
  expect(await attempt(world, person.email, PASSWORD)).toBe('let in')
})

it('guesses that are made at once do not share an attempt', async () => {
  const world = await createWorld()
  const answers = await Promise.all(
    Array.from({ length: 25 }, () => attempt(world, world.person.email, 'wrong password')),
  )
  expect(answers.filter((answer) => answer === 'wrong_credentials')).toHaveLength(10)
})

it('a block is found by the person and by what they type, and is theirs alone', async () => {
  const world = await createWorld()
  const other = await createEndUser(world.services)
  await block(world)
  const expected = [
    { identifier: world.person.email.toLowerCase(), ip: NETWORK, connection: 'Username-Password-Authentication' },
  ]
  expect(await listSignInBlocks(world.ctx, { userId: world.person.user.userId })).toEqual(expected)
  expect(await listSignInBlocks(world.ctx, { login: ` ${world.person.email.toUpperCase()} ` })).toEqual(expected)
  expect(await listSignInBlocks(world.ctx, { userId: other.user.userId })).toEqual([])
})

it('an address that is closed where the person was last names the network', async () => {
  const world = await createWorld()
  const { person, services } = world
  const ip = '198.51.100.20'
  await startSession(visitorContext(services, { ip }), 'account', { ...person, amr: ['pwd'] })
  for (let count = 0; count < 10; count += 1) await attempt(world, person.email, 'wrong password', ip)
  expect(await listSignInBlocks(world.ctx, { userId: person.user.userId })).toMatchObject([{ ip: '198.51.100.20' }])
})

it('nobody closes a network, or another count, by typing its name as a login', async () => {
  const world = await createWorld()
  const ip = '198.51.100.30'
  for (const login of [`address:${ip}`, `change:${world.person.user.userId}`]) await block(world, login)
  expect(await attempt(world, world.person.email, PASSWORD, ip)).toBe('let in')
  await world.ctx.throttle.take('sign-in', `change:${world.person.user.userId}`)
})

it('a login that nobody has is closed too, and can be looked at and opened', async () => {
  const world = await createWorld()
  await block(world, 'nobody@example.com')
  expect(await listSignInBlocks(world.ctx, { login: 'nobody@example.com' })).toEqual([
    { identifier: 'nobody@example.com', ip: NETWORK },
  ])
  await liftSignInBlocks(world.ctx, { login: 'nobody@example.com' })
  expect(await attempt(world, 'nobody@example.com', 'wrong password')).toBe('wrong_credentials')
})

it('lifting a block lets the person in again, and is written down', async () => {
  const world = await createWorld()
  await block(world)
  await liftSignInBlocks(world.ctx, { userId: world.person.user.userId })
  expect(await listSignInBlocks(world.ctx, { userId: world.person.user.userId })).toEqual([])
  expect(await attempt(world, world.person.email, PASSWORD)).toBe('let in')
  expect(await listAuditEvents(world.ctx.db, { action: 'user.attempts-forgotten' }, 5)).toMatchObject([
    { userId: world.person.user.userId, actorType: 'user' },
  ])
})

it('an owner is none of the people whose blocks a program can lift', async () => {
  const world = await createWorld()
  const { user } = await findOwner(world.services)
  await expect(listSignInBlocks(world.ctx, { userId: user.userId })).rejects.toMatchObject({ code: 'not_found' })
  await expect(liftSignInBlocks(world.ctx, { userId: user.userId })).rejects.toMatchObject({ code: 'not_found' })
})

it('counts that have expired are swept', async () => {
  const world = await createWorld()
  await attempt(world, world.person.email, 'wrong password')
  const { attempts } = world.services.db.handle.t
  expect(await world.services.db.handle.sql.$count(attempts)).toBeGreaterThan(0)
  world.services.clock.advance(61 * MINUTE)
  await sweepExpired(world.services)
  expect(await world.services.db.handle.sql.$count(attempts)).toBe(0)
})
