/** All that strangers can have stored without a proof of anything: bounded for each network, and swept. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { KeyOf, LimitName } from '~/domain/rate-limits/throttle'
import { sweepExpired } from '~/domain/tokens/sweep'
import { DAY, HOUR } from '~/platform/durations'
import * as signIn from '~/routes/account.sign-in'
import * as signUp from '~/routes/account.sign-up'
import * as partnerSignUp from '~/routes/portal.sign-up'
import * as resetPassword from '~/routes/u.reset-password'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { authorizeParams, createWorld, type World } from '~tests/oauth/authorization-world'
import { countOf, type TableName } from '~tests/support/count-rows'
import { createApprovedApp, createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createPartner, PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'

const STRANGER = '203.0.113.50'
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

let world: World
let open: TestClient
let app: TestClient

const metadata = {
  client_name: 'Agent',
  redirect_uris: ['https://app.example.com/callback'],
  token_endpoint_auth_method: 'client_secret_post',
}
const register = (ip?: string) => world.machine.sendJson('POST', '/oidc/register', metadata, { ip })

beforeAll(async () => {
  world = await createWorld()
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(
    updateTenantSettings({
      registration: 'open',
      registeredClientsAre: 'development',
      defaultThirdPartySecurityMode: 'permissive',
      flags: { ...flags, enable_dynamic_client_registration: true },
    }),
  )
  open = await createFirstPartyClient(world.services, {
    appType: 'native',
    grantTypes: ['authorization_code', DEVICE_GRANT],
  })
  app = await createApprovedApp(await createPartner(world.services))
})

const anAddress = () => `somebody.${randomUUID()}@example.com`
const from = () => openVisitor(world.services, { ip: STRANGER })
const push = (client: TestClient) => {
  const { client_id: _own, ...fields } = Object.fromEntries(authorizeParams(client))
  return world.machine.postForm('/oauth/par', { ...fields, client_id: client.clientId }, { ip: STRANGER })
}

type Row = {
  what: string
  tables: TableName[]
  limit: LimitName
  /** Of the network, where it is not the address alone. */
  key?: string
  act: () => Promise<unknown>
  /** What stays: accounts and clients until nobody has used them for long, and the log until an operator prunes it. */
  stays?: TableName[]
}

const ROWS: Row[] = [
  {
    what: 'requests that wait for somebody to sign in',
    tables: ['authorizationRequests'],
    limit: 'authorization-request',
    act: () => world.machine.get(`/authorize?${authorizeParams(open)}`, { ip: STRANGER }),
  },
  {
    what: 'requests that a public client pushes',
    tables: ['pushedRequests'],
    limit: 'request-of-anybody',
    act: () => push(open),
  },
  {
    what: 'codes of devices',
    tables: ['deviceCodes'],
    limit: 'request-of-anybody',
    act: () => world.machine.postForm('/oauth/device/code', { client_id: open.clientId }, { ip: STRANGER }),
  },
  {
    what: 'refusals that are kept for the makers of an app',
    tables: ['refusals'],
    limit: 'kept-failure',
    act: () =>
      world.machine.get(`/authorize?${authorizeParams(app, { redirect_uri: 'https://other.example.com/' })}`, {
        ip: STRANGER,
      }),
  },
  {
    what: 'failed authentications of clients',
    tables: ['auditEvents'],
    stays: ['auditEvents'],
    limit: 'kept-failure',
    act: () => {
      const fields = { grant_type: 'client_credentials', client_id: app.clientId, client_secret: 'wrong' }
      return world.machine.postForm('/oauth/token', fields, { ip: STRANGER })
    },
  },
  {
    what: 'refused calls of the Management API',
    tables: ['auditEvents'],
    stays: ['auditEvents'],
    limit: 'kept-failure',
    act: () => world.machine.get('/api/v2/users', { ip: STRANGER, bearer: 'x.y.z' }),
  },
  {
    what: 'wrong passwords of accounts that nobody has',
    tables: ['attempts'],
    limit: 'sign-in',
    key: `address:${STRANGER}`,
    act: () => from().send(signIn, '/account/sign-in', { username: anAddress(), password: 'wrong' }),
  },
  {
    what: 'mails that choose a new password',
    tables: ['attempts'],
    limit: 'mail-network',
    act: () => from().send(resetPassword, '/u/reset-password', { email: anAddress() }),
  },
  {
    what: 'accounts',
    tables: ['users', 'identities', 'tickets', 'auditEvents'],
    stays: ['users', 'identities', 'auditEvents'],
    limit: 'sign-up',
    act: () => from().send(signUp, '/account/sign-up', { name: 'Ann', email: anAddress(), password: PASSWORD }),
  },
  {
    what: 'organizations',
    tables: ['partners', 'partnerMembers', 'users', 'tickets'],
    stays: ['users'],
    limit: 'sign-up',
    act: () => {
      const fields = { name: 'Ann', email: anAddress(), password: PASSWORD, organization: 'Ann Ltd' }
      return from().send(partnerSignUp, '/portal/sign-up', fields)
    },
  },
  {
    what: 'clients that register themselves',
    tables: ['clients', 'clientSecrets', 'auditEvents'],
    stays: ['clients', 'clientSecrets', 'auditEvents'],
    limit: 'registration',
    act: () => register(STRANGER),
  },
]

const counts = (tables: TableName[]) => Promise.all(tables.map((table) => countOf(world.services, table)))

describe.each(ROWS)('$what', ({ tables, limit, key = STRANGER, act, stays = [] }) => {
  it('are stored until the network has caused its share, and swept when they have ended', async () => {
    const { throttle, clock } = world.services
    const before = await counts(tables)
    await act()
    const after = await counts(tables)
    for (const [index, table] of tables.entries()) expect([table, after[index]]).not.toEqual([table, before[index]])
    await spendAll(limit, key)
    await act()
    const closed = await counts(tables)
    await act()
    expect(await counts(tables)).toEqual(closed)
    await throttle.reset(limit, key as KeyOf<typeof limit>)
    clock.advance(400 * DAY)
    await sweepExpired(world.services)
    const left = await counts(tables)
    for (const [index, table] of tables.entries())
      if (!stays.includes(table)) expect([table, left[index]]).not.toEqual([table, closed[index]])
  })
})

async function spendAll(limit: LimitName, key: string): Promise<void> {
  const { throttle } = world.services
  const isFull = () =>
    throttle.requireFree(limit, [key]).then(
      () => false,
      () => true,
    )
  while (!(await isFull())) {
    if (limit === 'sign-in' || limit === 'sign-up' || limit === 'mail-network')
      await throttle.take(limit, key, { points: 1, duration: HOUR, blockDuration: HOUR })
    else await throttle.count(limit, [key])
  }
}
