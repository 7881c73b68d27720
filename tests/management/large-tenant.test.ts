/** 100,000 users and clients: every page is found, each once, and no page costs more than another. */
import { beforeAll, describe, expect, test } from 'vitest'
import { newClientRow } from '~/domain/clients/new-client'
import { userOfIdentity } from '~/domain/identities/identity-profile'
import type { Database } from '~db/database'
import { listClientSlice } from '~db/queries/clients'
import { listDomainConnections } from '~db/queries/connections'
import { listDeviceCredentialSlice } from '~db/queries/device-credentials'
import { listGrantSlice } from '~db/queries/grants'
import { type UserFilter, type UserSort, userSlice } from '~db/queries/user-search'
import { createFirstPartyClient, grantToClient } from '~tests/support/fixtures'
import { planOf } from '~tests/support/query-plan'
import { createManagementWorld, type ManagementWorld } from './management-world'
import { createOwnClientToken } from './refusals'

/** On PostgreSQL fewer: the statements are the same, and filling it takes ten times as long. */
const sizeOf = ({ dialect }: Database) => (dialect === 'sqlite' ? 100_000 : 10_000)
const CHUNK = 500
const PAGE = 100

let world: ManagementWorld
let many: number

beforeAll(async () => {
  world = await createManagementWorld()
  const { services } = world
  many = sizeOf(services.db)
  const { sql, t } = services.db.handle
  const [connection] = await listDomainConnections(services.db, {})
  const now = services.clock.now()
  for (let from = 0; from < many; from += CHUNK) {
    // Some in one millisecond, as programs make them.
    const all = Array.from({ length: CHUNK }, (_, index) => ({
      number: from + index,
      at: now + Math.floor((from + index) / 7),
    }))
    await sql.insert(t.clients).values(
      all.map(({ number, at }) => ({
        ...newClientRow(at, { name: `Client ${number}`, appType: 'spa', isFirstParty: false }),
        clientId: `many-${number}`,
      })),
    )
    const identities = all.map(({ number, at }) => ({
      id: `idn_many_${number}`,
      userId: `auth0|many-${number}`,
      connectionId: connection?.id ?? '',
      provider: 'auth0',
      providerUserId: `many-${number}`,
      login: `person.${number}@many.example`,
      passwordHash: null,
      profile: null,
      createdAt: at,
    }))
    await sql.insert(t.users).values(
      identities.map((identity, index) =>
        userOfIdentity(
          identity,
          {
            email: identity.login,
            emailVerified: index % 2 === 0,
            name: `Person ${from + index}`,
            nickname: null,
            givenName: null,
            familyName: null,
            picture: null,
            locale: null,
          },
          identity.createdAt,
        ),
      ),
    )
    await sql.insert(t.identities).values(identities as (typeof t.identities.$inferInsert)[])
  }
  if (services.db.dialect === 'postgres') await sql.execute('analyze')
}, 180_000)

/** A program of its own for each walk: none runs into the limit of calls. */
async function openReader(): Promise<(path: string) => Promise<Record<string, unknown>>> {
  const program = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
  await grantToClient(world.services, program, ['read:clients', 'read:users'], world.audience)
  const bearer = await createOwnClientToken(world, program, world.audience)
  return async (path) => (await world.machine.get(`/api/v2/${path}`, { bearer })).json
}

/** Reads a list to its end, and how often each item came. */
async function walk(next: (read: number) => Promise<string[]>): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  for (let read = 0; ; read += 1) {
    const ids = await next(read)
    for (const id of ids) seen.set(id, (seen.get(id) ?? 0) + 1)
    if (ids.length === 0) return seen
  }
}

describe.each([
  ['clients', 'client_id', 'many-'],
  ['users', 'user_id', 'auth0|many-'],
])('%s', (list, id, prefix) => {
  const idsOf = (items: unknown) => (items as Record<string, string>[]).map((item) => item[id] ?? '')
  const expectAll = (seen: Map<string, number>) => {
    expect([...seen.keys()].filter((key) => key.startsWith(prefix))).toHaveLength(many)
    expect([...seen.values()].every((times) => times === 1)).toBe(true)
  }

  test('are all there, page by page', { timeout: 180_000 }, async () => {
    const read = await openReader()
    expectAll(
      await walk(async (page) => {
        return idsOf(await read(`${list}?per_page=${PAGE}&page=${page}&fields=${id}`))
      }),
    )
  })

  test('are all there, going on from the end of what was read', { timeout: 180_000 }, async () => {
    const read = await openReader()
    let from: string | undefined = ''
    expectAll(
      await walk(async () => {
        if (from === undefined) return []
        const query = from === '' ? '' : `&from=${from}`
        const answer = await read(`${list}?take=${PAGE}&fields=${id}${query}`)
        from = answer.next as string | undefined
        return idsOf(answer[list])
      }),
    )
  })

  test('come one for one while others are made and deleted', async () => {
    const first = idsOf(JSON.parse((await world.call('GET', `/${list}?per_page=5&page=0`)).text))
    await world.call('DELETE', `/${list}/${encodeURIComponent(first.at(-1) ?? '')}`)
    const second = idsOf(JSON.parse((await world.call('GET', `/${list}?per_page=5&page=1`)).text))
    const whole = idsOf(JSON.parse((await world.call('GET', `/${list}?per_page=9&page=0`)).text))
    expect([...first.slice(0, -1), ...second]).toEqual(whole)
  })

  test('are counted', async () => {
    const { json } = await world.call('GET', `/${list}?include_totals=true&per_page=1&page=7`)
    expect(json.total).toBeGreaterThan(many - 10)
  })
})

describe('a page is found by an index, without sorting or counting off', () => {
  const slice = { after: [1, 'x'], skip: 0, limit: PAGE }
  const byId = { ...slice, after: ['x'] }
  const users = (filter: UserFilter, by: UserSort['by'] = 'createdAt') =>
    userSlice(world.services.db, filter, { by, direction: 'ascending' }, slice)

  test.each<[string, string, () => { query: unknown } | Promise<{ query: unknown }>]>([
    ['clients', 'clients_created_at', () => ({ query: listClientSlice(world.services.db, {}, slice) })],
    ['users', 'users_created_at', () => users({})],
    ['users by name', 'users_name_order', () => users({}, 'name')],
    ['users of a connection', 'users_created_at', () => users({ connection: 'Username-Password-Authentication' })],
    ['users who are not blocked', 'users_created_at', () => users({ condition: { isBlocked: false } })],
    [
      'grants of a client',
      'grants_client',
      () => ({ query: listGrantSlice(world.services.db, { clientId: 'x' }, byId) }),
    ],
    [
      'devices of a client',
      'device_credentials_client',
      () => ({ query: listDeviceCredentialSlice(world.services.db, { clientId: 'x' }, byId) }),
    ],
  ])('%s', async (_, index, read) => {
    const plan = await planOf(world.services, (await read()).query)
    expect(plan).toContain(index)
    expect(plan).not.toMatch(/SORT|TEMP B-TREE FOR ORDER/i)
  })
})
