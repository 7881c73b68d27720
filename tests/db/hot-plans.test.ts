/** What a sign-in, a token or a question about one reads and writes is found by indexes, however many rows there are. */
import { beforeAll, expect, it } from 'vitest'
import type { Database, Handle } from '~db/database'
import {
  ALL_SCOPES,
  API,
  createWorld,
  introspect,
  obtainTokens,
  refresh,
  userinfo,
  type World,
} from '~tests/oauth/authorization-world'
import { createFirstPartyClient, createThirdPartyClient, grantToClient } from '~tests/support/fixtures'
import { openMachine } from '~tests/support/machine'
import { planOf } from '~tests/support/query-plan'

/** A tenant has few of these, or one. */
const SMALL = ['tenant_settings', 'connections', 'signing_keys']

type Build = (handle: Handle) => unknown

/** The database, which also notes each statement that is carried out. */
function noting(db: Database, statements: Map<string, Build>): Database {
  return {
    ...db,
    prepared(name, build) {
      statements.set(name, build)
      return db.prepared(name, build)
    },
    async atomically(steps) {
      for (const { write } of steps) statements.set(write.name ?? write.build.toString(), write.build)
      return db.atomically(steps)
    },
    async run(write) {
      statements.set(write.name ?? write.build.toString(), write.build)
      return db.run(write)
    },
  }
}

let world: World
const statements = new Map<string, Build>()

beforeAll(async () => {
  const made = await createWorld()
  const services = { ...made.services, db: noting(made.services.db, statements) }
  world = { ...made, services, machine: await openMachine(services) }
  const app = await createThirdPartyClient(services)
  const program = await createFirstPartyClient(services, {
    appType: 'non_interactive',
    grantTypes: ['client_credentials'],
  })
  await grantToClient(services, program, ['read:items'])
  statements.clear()

  const tokens = await obtainTokens(world, app, { scope: ALL_SCOPES })
  expect((await refresh(world, app, tokens.refresh_token)).status).toBe(200)
  expect((await userinfo(world, tokens)).status).toBe(200)
  expect((await introspect(world, app, tokens.access_token)).json.active).toBe(true)
  const { token } = world.machine
  expect((await token({ grant_type: 'client_credentials', audience: API }, program)).status).toBe(200)
  expect(
    (await world.machine.postForm('/oauth/revoke', { token: tokens.refresh_token ?? '' }, { client: app })).status,
  ).toBe(200)
})

it('each statement names the rows by an index', async () => {
  expect(statements.size).toBeGreaterThan(25)
  const found: string[] = []
  for (const [name, build] of statements) {
    const plan = await planOf(world.services, build(world.services.db.handle))
    for (const table of tablesReadThrough(plan))
      if (!SMALL.includes(table)) found.push(`${name} reads all of ${table}:\n${plan}`)
  }
  expect(found).toEqual([])
})

/** The tables that a plan reads from end to end, be it along an index. */
function tablesReadThrough(plan: string): string[] {
  const lines = plan.split('\n')
  return lines.flatMap((line, at) => {
    const [, scanned] = /^SCAN (?!CONSTANT)(\w+)/.exec(line) ?? /Seq Scan on (\w+)/.exec(line) ?? []
    if (scanned) return [scanned]
    const [, walked] = /Index (?:Only )?Scan using \w+ on (\w+)/.exec(line) ?? []
    return walked && !lines[at + 1]?.includes('Index Cond:') ? [walked] : []
  })
}
