import { beforeEach, describe, expect, it } from 'vitest'
import { createDatabaseUser } from '~/domain/users/create-database-user'
import { resetPassword } from '~/domain/users/reset-password'
import * as adminSignIn from '~/routes/admin.sign-in'
import * as login from '~/routes/u.login'
import { listAuditEvents } from '~db/queries/audit'
import { listDomainConnections } from '~db/queries/connections'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { begin } from '../account/account-world'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
let client: TestClient
beforeEach(async () => {
  world = await createManagementWorld()
  client = await createFirstPartyClient(world.services)
  world.services.mailer.sent.length = 0
})

type Kind = 'brute-force-protection' | 'suspicious-ip-throttling' | 'breached-password-detection'

const read = async (kind: Kind) => (await world.call('GET', `/attack-protection/${kind}`)).json
const change = async (kind: Kind, body: object) => {
  const answer = await world.call('PATCH', `/attack-protection/${kind}`, body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json
}

/** What becomes of a password at the sign-in page. */
async function attempt({ user }: Pick<Person, 'user'>, password: string, ip = '198.51.100.1') {
  const visitor = openVisitor(world.services, { ip })
  const id = await begin(world, visitor, client, 'login')
  const answer = await visitor.send(login, `/u/login?request=${id}`, { username: user.email ?? '', password })
  return answer.status
}

const IN = 303
const WRONG = 400
const CLOSED = 429

const fail = async (times: number, person: Person, ip?: string) => {
  for (let count = 0; count < times; count += 1) expect(await attempt(person, 'wrong password', ip)).toBe(WRONG)
}
const mailsTo = ({ user }: Pick<Person, 'user'>) => world.services.mailer.sent.filter(({ to }) => to === user.email)

describe.each(['brute-force-protection', 'suspicious-ip-throttling', 'breached-password-detection'] as const)(
  '%s',
  (kind) => {
    it('can be sent back as it was read', async () => {
      const before = await read(kind)
      expect(await change(kind, before)).toEqual(before)
    })

    it('is read and changed with a scope for each', async () => {
      const path = `/attack-protection/${kind}`
      expect((await world.call('PATCH', path, {}, await world.tokenFor('read:attack_protection'))).status).toBe(403)
      expect((await world.call('GET', path, undefined, await world.tokenFor('read:clients'))).status).toBe(403)
    })
  },
)

it.each([
  ['brute-force-protection', { max_attempts: 0 }],
  ['brute-force-protection', { allowlist: ['example.com'] }],
  ['brute-force-protection', { shields: ['captcha'] }],
  ['suspicious-ip-throttling', { shields: ['admin_notification'] }],
  ['suspicious-ip-throttling', { stage: { 'pre-login': { rate: -1 } } }],
  ['breached-password-detection', { method: 'enhanced' }],
  ['breached-password-detection', { stage: { 'pre-user-registration': { shields: [] } } }],
  ['breached-password-detection', { admin_notification_frequency: ['daily'] }],
] as const)('%s refuses what is not done here: %j', async (kind, body) => {
  expect((await world.call('PATCH', `/attack-protection/${kind}`, body)).status).toBe(400)
})

describe('wrong passwords for an account', () => {
  it('close it after as many as the tenant says, and the person is told once', async () => {
    await change('brute-force-protection', { max_attempts: 3 })
    await fail(3, world.user)
    for (const _ of [1, 2]) expect(await attempt(world.user, PASSWORD)).toBe(CLOSED)
    expect(mailsTo(world.user).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Your account takes no passwords for a while'),
    ])
  })

  it('tell nobody, where the tenant wants it so', async () => {
    await change('brute-force-protection', { max_attempts: 2, shields: ['block'] })
    await fail(2, world.user)
    expect(await attempt(world.user, PASSWORD)).toBe(CLOSED)
    expect(mailsTo(world.user)).toEqual([])
  })

  it('close nothing, where only the person is to be told', async () => {
    await change('brute-force-protection', { max_attempts: 2, shields: ['user_notification'] })
    await fail(4, world.user)
    expect(mailsTo(world.user)).toHaveLength(1)
    expect(await attempt(world.user, PASSWORD)).toBe(IN)
  })

  it('are not counted where it is off, nor from the addresses on the list', async () => {
    await change('brute-force-protection', { max_attempts: 2, allowlist: ['203.0.113.0/24', '2001:db8::/32'] })
    await fail(3, world.user, '203.0.113.7')
    await fail(3, world.user, '2001:db8::7')
    await change('brute-force-protection', { enabled: false })
    await fail(3, world.user)
    expect(await attempt(world.user, PASSWORD)).toBe(IN)
  })

  it('count for each network by itself, where the tenant wants it so', async () => {
    await change('brute-force-protection', { max_attempts: 2, mode: 'count_per_identifier_and_ip' })
    await fail(2, world.user, '198.51.100.1')
    expect(await attempt(world.user, PASSWORD, '198.51.100.1')).toBe(CLOSED)
    expect(await attempt(world.user, PASSWORD, '198.51.100.2')).toBe(IN)
  })

  it('of before count no more once the person has chosen a new one by mail', async () => {
    await change('brute-force-protection', { max_attempts: 2 })
    await fail(2, world.user)
    const visitor = openVisitor(world.services)
    await world.machine.sendJson('POST', '/dbconnections/change_password', {
      client_id: client.clientId,
      email: world.user.user.email,
      connection: 'Username-Password-Authentication',
    })
    const ticket = /ticket=([\w-]+)/.exec(mailsTo(world.user).at(-1)?.text ?? '')?.[1] ?? ''
    await resetPassword(visitor.context(), ticket, 'a new and long enough one')
    expect(await attempt(world.user, 'a new and long enough one')).toBe(IN)
  })

  it('of an owner close the account after ten, whatever the tenant says', async () => {
    await change('brute-force-protection', { enabled: false })
    await change('suspicious-ip-throttling', { enabled: false })
    const { user } = await findOwner(world.services)
    const signIn = async (password: string) => {
      const fields = { username: user.email ?? '', password }
      return (await openVisitor(world.services, { ip: '198.51.100.9' }).send(adminSignIn, '/admin/sign-in', fields))
        .status
    }
    for (let count = 0; count < 10; count += 1) expect(await signIn('wrong password')).toBe(WRONG)
    expect(await signIn('wrong password')).toBe(CLOSED)
  })
})

describe('attempts from one network', () => {
  it('close it to all accounts after as many as the tenant says', async () => {
    await change('suspicious-ip-throttling', { stage: { 'pre-login': { max_attempts: 3, rate: 1000 } } })
    expect((await read('suspicious-ip-throttling')).stage).toMatchObject({
      'pre-user-registration': { max_attempts: 50 },
    })
    const other = await createEndUser(world.services)
    await fail(3, world.user)
    expect(await attempt(other, PASSWORD)).toBe(CLOSED)
    expect(await attempt(other, PASSWORD, '198.51.100.9')).toBe(IN)
    world.services.clock.advance(3000)
    expect(await attempt(other, PASSWORD)).toBe(IN)
    const [event] = await listAuditEvents(world.services.db, { action: 'user.sign-in-limited' }, 1)
    expect(event?.type).toBe('limit_mu')
  })

  it('are not counted where it is off, nor from the addresses on the list', async () => {
    const stage = { 'pre-login': { max_attempts: 1, rate: 1000 } }
    await change('suspicious-ip-throttling', { stage, allowlist: ['198.51.100.1'] })
    await fail(2, world.user)
    await change('suspicious-ip-throttling', { allowlist: [], shields: [] })
    await fail(2, world.user)
  })

  it('to make accounts are counted by themselves', async () => {
    await change('suspicious-ip-throttling', { stage: { 'pre-user-registration': { max_attempts: 2, rate: 1000 } } })
    const signUp = (email: string, ip: string) =>
      world.machine.app.inject({
        method: 'POST',
        url: '/dbconnections/signup',
        remoteAddress: ip,
        payload: {
          client_id: client.clientId,
          email,
          password: PASSWORD,
          connection: 'Username-Password-Authentication',
        },
      })
    expect((await signUp('a@example.com', '198.51.100.1')).statusCode).toBe(200)
    expect((await signUp('b@example.com', '198.51.100.1')).statusCode).toBe(200)
    expect((await signUp('c@example.com', '198.51.100.1')).statusCode).toBe(429)
    expect((await signUp('c@example.com', '198.51.100.2')).statusCode).toBe(200)
  })
})

describe('a password that is on the list of leaked ones', () => {
  const LEAKED = 'password1'

  /** Somebody whose password was taken before it was on the list. */
  async function createCareless() {
    const [connection] = await listDomainConnections(world.services.db, {})
    if (!connection) throw new Error('there is no connection')
    const given = { name: 'Careless', email: 'careless@example.com', password: LEAKED, emailVerified: true }
    const { user, steps } = await createDatabaseUser(visitorContext(world.services), connection, given)
    await world.services.db.atomically(steps)
    return { user }
  }

  it('lets its person in, unless the tenant looks', async () => {
    const careless = await createCareless()
    expect(await attempt(careless, LEAKED)).toBe(IN)
    await change('breached-password-detection', { enabled: true, shields: ['block', 'user_notification'] })
    for (const _ of [1, 2]) expect(await attempt(careless, LEAKED)).toBe(403)
    expect(mailsTo(careless)).toHaveLength(1)
    const [event] = await listAuditEvents(world.services.db, { action: 'user.sign-in-failed' }, 1)
    expect(event?.type).toBe('pwd_leak')
    expect(await attempt(careless, 'wrong password')).toBe(WRONG)
    expect(await attempt(world.user, PASSWORD)).toBe(IN)
  })

  it('lets its person in who is only to be told', async () => {
    const careless = await createCareless()
    await change('breached-password-detection', { enabled: true, shields: ['user_notification'] })
    expect(await attempt(careless, LEAKED)).toBe(IN)
    expect(mailsTo(careless)).toHaveLength(1)
  })
})
