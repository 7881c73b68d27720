/** Whatever the database does, the process serves on, says 503 meanwhile, and is well again by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  beginRefreshing,
  keepAsking,
  OUTAGES,
  page,
  type Refreshing,
  requestToken,
  startOnPostgres,
  timeUntilWell,
  type World,
} from '~tests/support/outages'

/** What is acknowledged has to be there after a crash: as PostgreSQL is by itself, and not as quick tests have it. */
const DURABLE: string[] = []

let world: World
let token: string
let refreshing: Refreshing

beforeAll(async () => {
  world = await startOnPostgres(DURABLE)
  token = ((await (await requestToken(world.program)).json()) as { access_token: string }).access_token
  refreshing = await beginRefreshing(world.program, token, 1)
})

describe.each(OUTAGES)('$name', ({ begin, end }) => {
  it('is 503 with the time to try again, loses nothing, and ends by itself', async () => {
    const { program, server } = world
    const { pid } = program
    const use = keepAsking(program, token, [refreshing])
    await sleep(300)
    await begin(server)
    await sleep(1_000)
    await end(server)
    await timeUntilWell(program)
    await sleep(300)
    const { byStatus, unhelpful, stored, signedOut } = await use.stop()
    expect(Object.keys(byStatus).sort(), JSON.stringify(byStatus)).toEqual(
      expect.arrayContaining(['200', '201', '400']),
    )
    expect(Object.keys(byStatus).filter((status) => !['200', '201', '400', '503'].includes(status))).toEqual([])
    expect(unhelpful).toBe(0)
    expect(signedOut).toBe(0)
    for (const identifier of stored)
      expect((await api(program, token, 'GET', `resource-servers/${encodeURIComponent(identifier)}`)).status).toBe(200)
    expect(program.pid).toBe(pid)
    expect(() => process.kill(pid, 0)).not.toThrow()
  })
})

it('a server that hangs is not waited for: 503, and ready again when it answers', async () => {
  const { program, server } = world
  const letGo = server.hang()
  try {
    const [change, sight, ready] = await Promise.all([
      requestToken(program),
      page(program, '/account/sign-in'),
      fetch(program.url('/readyz')),
    ])
    expect([change.status, sight.status, ready.status]).toEqual([503, 503, 503])
    expect(await sight.text()).toContain('cannot reach its data')
  } finally {
    letGo()
  }
  await timeUntilWell(program)
})

it('an outage is logged with its cause, and is no fault of the program', () => {
  const lines = world.program.stderr().split('\n')
  expect(lines.some((line) => /"level":40.*DatabaseUnavailable.*57P0/.test(line))).toBe(true)
  expect(lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([])
})
