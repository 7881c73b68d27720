/** 100,000 users and clients: every page is found, each once, and no page costs more than another. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '~db/database'
import { listClientSlice } from '~db/queries/clients'
import { listDeviceCredentialSlice } from '~db/queries/device-credentials'
import { listGrantSlice } from '~db/queries/grants'
import { type UserFilter, type UserSort, userSlice } from '~db/queries/user-search'
import { fillTenant } from '~tests/support/fill-tenant'
import { createFirstPartyClient, grantToClient } from '~tests/support/fixtures'
import { planOf } from '~tests/support/query-plan'
import { createManagementWorld, type ManagementWorld } from './management-world'
import { createOwnClientToken } from './refusals'

/** On PostgreSQL fewer: the statements are the same, and filling it takes ten times as long. `npm run bench` has more. */
const sizeOf = ({ dialect }: Database) => (dialect === 'sqlite' ? 20_000 : 10_000)
const PAGE = 100

let world: ManagementWorld
let many: number

beforeAll(async () => {
  world = await createManagementWorld()
  const { services } = world
  many = sizeOf(services.db)
  await fillTenant(services.db, many, services.clock.now())
  if (services.db.dialect === 'postgres') await services.db.handle.sql.execute('analyze')
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
  const byId = { ...slice, after: ['a'] }
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
