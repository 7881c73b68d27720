/** What the hourly sweep deletes, and what it leaves: the database does not grow with the years. */
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { sweepExpired } from '~/domain/tokens/sweep'
import { beginFamily } from '~/domain/tokens/token-family'
import { DAY, HOUR } from '~/platform/durations'
import { findClient } from '~db/queries/clients'
import { updateTenantSettings } from '~db/queries/tenant'
import { insertAccessToken } from '~db/queries/tokens'
import { createWorld, obtainTokens, refresh, userinfo, type World } from '~tests/oauth/authorization-world'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'

const TABLES = ['tokenFamilies', 'refreshTokens', 'accessTokens', 'sessions', 'tickets', 'authorizationCodes'] as const

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
})

const REFRESH_TOKEN = {
  rotation_type: 'rotating',
  expiration_type: 'expiring',
  leeway: 0,
  token_lifetime: 100 * 86_400,
  idle_token_lifetime: 20 * 86_400,
  infinite_token_lifetime: false,
  infinite_idle_token_lifetime: false,
} as const

beforeEach(async () => {
  app = await createThirdPartyClient(world.services, { refreshToken: REFRESH_TOKEN })
})

const count = (name: (typeof TABLES)[number]) => {
  const { sql, t } = world.services.db.handle
  return sql.$count(t[name])
}

it('tokens that are refreshed day by day go on, and leave what a month needs to know a replay by', async () => {
  let { refresh_token } = await obtainTokens(world, app)
  for (let day = 0; day < 60; day += 1) {
    world.services.clock.advance(1 * DAY)
    const answer = await refresh(world, app, refresh_token)
    expect(answer.status, `day ${day}`).toBe(200)
    refresh_token = String(answer.json.refresh_token)
    await sweepExpired(world.services)
  }
  expect(await count('refreshTokens')).toBeLessThanOrEqual(33)
  expect((await refresh(world, app, refresh_token)).status).toBe(200)
  expect((await refresh(world, app, refresh_token)).json.error, 'a replay').toBe('invalid_grant')
})

it('what nobody uses any more is gone after a month, and what works is not', async () => {
  const old = await obtainTokens(world, app)
  world.services.clock.advance(40 * DAY)
  const fresh = await obtainTokens(world, app)
  await sweepExpired(world.services)
  expect((await refresh(world, app, old.refresh_token)).json.error).toBe('invalid_grant')
  expect((await userinfo(world, fresh)).status).toBe(200)
  expect((await refresh(world, app, fresh.refresh_token)).status).toBe(200)
  world.services.clock.advance(60 * DAY)
  await sweepExpired(world.services)
  expect(Object.fromEntries(await Promise.all(TABLES.map(async (name) => [name, await count(name)] as const)))).toEqual(
    Object.fromEntries(TABLES.map((name) => [name, 0])),
  )
})

it('the tokens of a session that goes on for long are kept with it: their apps are told when it ends', async () => {
  const { services } = world
  await services.db.run(updateTenantSettings({ sessionLifetime: 100 * 24 }))
  const person = await createEndUser(services)
  await obtainTokens(world, app, {}, person)
  services.clock.advance(40 * DAY)
  await sweepExpired(services)
  const { sql, t } = services.db.handle
  const left = await sql.select({ userId: t.tokenFamilies.userId }).from(t.tokenFamilies)
  expect(left.map(({ userId }) => userId)).toContain(person.user.userId)
  services.clock.advance(100 * DAY)
  await sweepExpired(services)
  expect(await count('tokenFamilies')).toBe(0)
})

it('more than one part of them goes too, and none of what is in use among them', async () => {
  const { services, user } = world
  const client = await findClient(services.db, app.clientId)
  if (!client) throw new Error('the app is not there')
  const begin = async (number: number) => {
    const given = {
      scope: ['openid'],
      audience: null,
      grantId: null,
      sessionId: null,
      connectionId: null,
      authTime: 0,
      amr: ['pwd'],
    }
    const { family, steps } = await beginFamily(user.ctx, { client, user: user.user, ...given }, () => new Error())
    const token = { familyId: family.id, scope: [], dpopJkt: null, createdAt: services.clock.now() }
    const expiresAt = services.clock.now() + HOUR
    await services.db.atomically([
      ...steps,
      { write: insertAccessToken({ ...token, tokenHash: `token ${number}`, expiresAt }) },
    ])
  }
  for (let number = 0; number < 2500; number += 100)
    await Promise.all(Array.from({ length: 100 }, (_, more) => begin(number + more)))
  services.clock.advance(2 * DAY)
  const live = await obtainTokens(world, app)
  await sweepExpired(services)
  expect(await count('accessTokens')).toBeLessThan(10)
  services.clock.advance(30 * DAY)
  const { refresh_token } = await obtainTokens(world, app)
  await sweepExpired(services)
  expect(await count('tokenFamilies')).toBe(2)
  expect((await refresh(world, app, refresh_token)).status).toBe(200)
  expect((await refresh(world, app, live.refresh_token)).json.error, 'idle for 30 days').toBe('invalid_grant')
})
