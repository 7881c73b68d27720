import { beforeAll, describe, expect, it } from 'vitest'
import { revokeApp } from '~/domain/grants/revoke-app'
import { DatabaseUnavailable } from '~db/outage'
import { updateClient } from '~db/queries/clients'
import { endSessionsOfUser } from '~db/queries/sessions'
import {
  createApprovedApp,
  createFirstPartyClient,
  createThirdPartyClient,
  type TestClient,
} from '~tests/support/fixtures'
import { openMachine } from '~tests/support/machine'
import { createEndUser, createPartner } from '~tests/support/people'
import { openSecondNode } from '~tests/support/services'
import {
  API,
  claimsOf,
  createWorld,
  introspect,
  obtainCode,
  obtainTokens,
  redeem,
  refresh,
  userinfo,
  type World,
} from './authorization-world'

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
})

const DAY = 86_400_000

describe('rotation', () => {
  it('gives a new refresh token at each use, and a new ID token with the same sign-in', async () => {
    const first = await obtainTokens(world, app)
    world.services.clock.advance(5_000)
    const second = (await refresh(world, app, first.refresh_token)).json
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const [before, after] = [claimsOf(first.id_token), claimsOf(String(second.id_token))]
    expect(after).toMatchObject({ sub: before.sub, aud: before.aud, auth_time: before.auth_time, sid: before.sid })
    expect(after.nonce).toBeUndefined()
    expect(after.iat).toBe(Number(before.iat) + 5)
    expect((await refresh(world, app, String(second.refresh_token))).status).toBe(200)
  })

  it('a replay ends the whole family, access tokens too, and the person is told (RFC 9700 §4.14.2)', async () => {
    const person = await createEndUser(world.services, { email: 'replayed@example.com' })
    const first = await obtainTokens(world, app, {}, person)
    const second = (await refresh(world, app, first.refresh_token)).json
    expect((await refresh(world, app, first.refresh_token)).json.error).toBe('invalid_grant')
    expect((await refresh(world, app, String(second.refresh_token))).json.error).toBe('invalid_grant')
    expect((await userinfo(world, { access_token: String(second.access_token) })).status).toBe(401)
    expect(
      world.services.mailer.sent.some(
        ({ to, subject }) => to === 'replayed@example.com' && subject.includes('signed out for safety'),
      ),
    ).toBe(true)
  })

  it('a replay is told to the app’s team too, once', async () => {
    const partner = await createPartner(world.services)
    const made = await createApprovedApp(partner)
    const { refresh_token } = await obtainTokens(world, made, { scope: 'openid offline_access' })
    for (let time = 1; time <= 4; time += 1) await refresh(world, made, refresh_token)
    const told = world.services.mailer.sent.filter(
      ({ to, subject }) => to === partner.email && subject.includes('signed out for safety'),
    )
    expect(told).toHaveLength(1)
  })

  it('50 uses at once: exactly one wins', async () => {
    const { refresh_token } = await obtainTokens(world, app)
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(world, app, refresh_token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('within the leeway of the client a replaced token gets the same successor, after it none', async () => {
    const lenient = await createThirdPartyClient(world.services)
    await world.services.db.run(
      updateClient(lenient.clientId, { refreshToken: { ...lenient.client.refreshToken, leeway: 30 } }),
    )
    const { refresh_token } = await obtainTokens(world, lenient)
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => refresh(world, lenient, refresh_token)))
    world.services.clock.advance(20_000)
    const answers = [...atOnce, await refresh(world, lenient, refresh_token)]
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1)
    world.services.clock.advance(20_000)
    expect((await refresh(world, lenient, refresh_token)).status).toBe(400)
  })

  it.each([
    ['stored it', true],
    ['did not', false],
  ])('an answer that the database lost in an outage can be asked for again, whether it %s', async (_what, isStored) => {
    const { refresh_token } = await obtainTokens(world, app)
    const { db } = world.services
    const { atomically } = db
    db.atomically = async (steps) => {
      db.atomically = atomically
      if (isStored) await atomically(steps)
      throw new DatabaseUnavailable('The connection was lost.')
    }
    expect((await refresh(world, app, refresh_token)).status).toBe(503)
    const again = await refresh(world, app, refresh_token)
    expect(again.status, again.text).toBe(200)
    expect((await refresh(world, app, String(again.json.refresh_token))).status).toBe(200)
    // Whoever has the old one now is a thief, or has been robbed.
    expect((await refresh(world, app, refresh_token)).json.error).toBe('invalid_grant')
    expect((await userinfo(world, { access_token: String(again.json.access_token) })).status).toBe(401)
  })

  it('it can be asked for at another node too, before the one that was not answered has undone it', async () => {
    const { db } = world.services
    // A file has one node.
    if (db.dialect === 'sqlite') return
    const second = { ...world, machine: await openMachine(await openSecondNode(world.services)) }
    const { refresh_token } = await obtainTokens(world, app)
    // So that it is quicker than the tries of the first.
    expect((await refresh(second, app, (await obtainTokens(world, app)).refresh_token)).status).toBe(200)
    const { atomically, run } = db
    db.atomically = async (steps) => {
      db.atomically = atomically
      await atomically(steps)
      throw new DatabaseUnavailable('The connection was lost.')
    }
    let outages = 15
    db.run = () => {
      outages -= 1
      if (outages === 0) db.run = run
      return Promise.reject(new DatabaseUnavailable('The connection was refused.'))
    }
    expect((await refresh(world, app, refresh_token)).status).toBe(503)
    const again = await refresh(second, app, refresh_token)
    expect(again.status, again.text).toBe(200)
    expect(outages).toBe(0)
    // The strict rule holds there as before.
    expect((await refresh(second, app, refresh_token)).json.error).toBe('invalid_grant')
    expect((await userinfo(world, { access_token: String(again.json.access_token) })).status).toBe(401)
  })

  it('does not happen for a confidential first-party client that did not ask for it', async () => {
    const client = await createFirstPartyClient(world.services)
    const { refresh_token } = await obtainTokens(world, client)
    const answer = await refresh(world, client, refresh_token)
    expect(answer.status).toBe(200)
    expect(answer.json.refresh_token).toBeUndefined()
    expect((await refresh(world, client, refresh_token)).status).toBe(200)
  })
})

describe('for less than was allowed', () => {
  const scope = 'openid profile email offline_access read:items'

  it('the ID token holds what the scopes of this answer let it hold (OpenID Connect Core §12.2, §5.4)', async () => {
    const client = await createFirstPartyClient(world.services)
    const { refresh_token } = await obtainTokens(world, client, { audience: API, scope })
    const seen = async (narrowed: string) => {
      const { json } = await refresh(world, client, refresh_token, { scope: narrowed })
      expect(json.scope).toBe(narrowed)
      return claimsOf(String(json.id_token))
    }
    const least = await seen('openid')
    expect(least).toMatchObject({ sub: world.user.user.userId, aud: client.clientId })
    for (const claim of ['name', 'nickname', 'picture', 'updated_at', 'email', 'email_verified'])
      expect(least).not.toHaveProperty(claim)
    expect(await seen('openid email')).toMatchObject({ email: world.user.email })
    expect(await seen('openid email')).not.toHaveProperty('name')
    expect(await seen(scope)).toMatchObject({ email: world.user.email, name: world.user.user.name })
  })

  it('no ID token comes without openid, whoever made the client (OpenID Connect Core §3.1.2.1)', async () => {
    for (const client of [await createFirstPartyClient(world.services), app]) {
      const { refresh_token } = await obtainTokens(world, client, { audience: API, scope })
      const { status, json } = await refresh(world, client, refresh_token, { scope: 'read:items' })
      expect([status, json.scope]).toEqual([200, 'read:items'])
      expect(json).not.toHaveProperty('id_token')
    }
  })
})

describe('its limits', () => {
  it('another client’s attempt gets nothing and does the owner no harm', async () => {
    const { refresh_token } = await obtainTokens(world, app)
    const thief = await createThirdPartyClient(world.services)
    expect((await refresh(world, thief, refresh_token)).json.error).toBe('invalid_grant')
    expect((await refresh(world, app, refresh_token)).status).toBe(200)
  })

  it('needs the client to prove itself', async () => {
    const { refresh_token } = await obtainTokens(world, app)
    expect(
      (await refresh(world, { ...app, secret: undefined }, refresh_token, { client_id: app.clientId })).status,
    ).toBe(401)
    expect((await refresh(world, app, refresh_token)).status).toBe(200)
  })

  it('ends when it is not used, and at last whatever happens', async () => {
    const idle = await obtainTokens(world, app)
    const used = await obtainTokens(world, app)
    let current = used.refresh_token
    for (let day = 0; day < 29; day += 7) {
      const answer = await refresh(world, app, current)
      expect(answer.status).toBe(200)
      current = String(answer.json.refresh_token)
      world.services.clock.advance(6 * DAY)
    }
    expect((await refresh(world, app, idle.refresh_token)).json.error).toBe('invalid_grant')
    expect((await refresh(world, app, current)).json.error).toBe('invalid_grant')
  })

  it('can narrow the access token and not widen it, and keeps its own scope', async () => {
    const tokens = await obtainTokens(world, app, {
      audience: API,
      scope: 'openid offline_access read:items write:items',
    })
    const narrow = (await refresh(world, app, tokens.refresh_token, { scope: 'read:items' })).json
    expect(narrow.scope).toBe('read:items')
    const wide = await refresh(world, app, String(narrow.refresh_token), { scope: 'read:items delete:items' })
    expect(wide.json.error).toBe('invalid_scope')
    expect((await refresh(world, app, String(narrow.refresh_token))).json.scope).toBe(
      'openid offline_access read:items write:items',
    )
  })

  it('does not issue again what was taken from the app’s registration', async () => {
    const client = await createThirdPartyClient(world.services)
    const tokens = await obtainTokens(world, client, {
      audience: API,
      scope: 'openid offline_access read:items write:items',
    })
    const ask = (scope: string) => ({ audience: API, scope, reason: 'a reason', required: false })
    await world.services.db.run(
      updateClient(client.clientId, { scopeRequests: [ask('offline_access'), ask('read:items')] }),
    )
    expect((await refresh(world, client, tokens.refresh_token)).json.scope).toBe('openid offline_access read:items')
  })

  it('is not given without offline_access, nor where the API does not allow it', async () => {
    expect((await obtainTokens(world, app, { scope: 'openid' })).refresh_token).toBeUndefined()
    const { createApi } = await import('~tests/support/fixtures')
    await createApi(world.services, { identifier: 'https://online.example.com/', allowOfflineAccess: false })
    expect(
      (await obtainTokens(world, app, { audience: 'https://online.example.com/', scope: 'openid offline_access' }))
        .refresh_token,
    ).toBeUndefined()
  })
})

describe('its end', () => {
  it('when the person takes back the consent: refresh, userinfo and introspection are dead at once', async () => {
    const person = await createEndUser(world.services)
    const opaque = await obtainTokens(world, app, {}, person)
    const jwt = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access read:items' }, person)
    const bystander = await obtainTokens(world, app)
    await revokeApp(person.ctx, person.user.userId, app.clientId)
    for (const tokens of [opaque, jwt]) {
      expect((await refresh(world, app, tokens.refresh_token)).json.error).toBe('invalid_grant')
      expect((await userinfo(world, tokens)).status).toBe(401)
      expect((await introspect(world, app, tokens.access_token)).json).toEqual({ active: false })
    }
    expect((await userinfo(world, bystander)).status).toBe(200)
  })

  it('reaches a code that is on its way: what was taken back, or signed out of, buys nothing', async () => {
    const person = await createEndUser(world.services)
    const taken = await obtainCode(world, app, {}, person)
    await revokeApp(person.ctx, person.user.userId, app.clientId)
    expect((await redeem(world, app, taken)).json.error).toBe('invalid_grant')
    const left = await obtainCode(world, app, {}, person)
    await world.services.db.run(endSessionsOfUser(person.user.userId, world.services.clock.now()))
    expect((await redeem(world, app, left)).json.error).toBe('invalid_grant')
  })

  it('by revocation (RFC 7009), of one’s own tokens only; the answer never tells', async () => {
    const tokens = await obtainTokens(world, app)
    const other = await createThirdPartyClient(world.services)
    const revoke = (token: string | undefined, client: TestClient) =>
      world.machine.postForm('/oauth/revoke', { token: token ?? '' }, { client })
    expect((await revoke(tokens.refresh_token, other)).status).toBe(200)
    expect((await userinfo(world, tokens)).status).toBe(200)
    expect((await revoke('rt_unknown', app)).status).toBe(200)
    expect((await revoke(tokens.refresh_token, app)).status).toBe(200)
    expect((await userinfo(world, tokens)).status).toBe(401)
    expect((await revoke(tokens.refresh_token, app)).status).toBe(200)
    expect((await revoke(tokens.refresh_token, { ...app, secret: 'wrong' })).status).toBe(401)
  })

  it('introspection tells the owner of a token about it, and nobody else', async () => {
    const tokens = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access read:items' })
    expect((await introspect(world, app, tokens.access_token)).json).toMatchObject({
      active: true,
      client_id: app.clientId,
      sub: world.user.user.userId,
      scope: 'openid offline_access read:items',
    })
    expect((await introspect(world, app, tokens.refresh_token ?? '')).json).toMatchObject({ active: true })
    const other = await createThirdPartyClient(world.services)
    const foreign = await introspect(world, other, tokens.access_token)
    const server = await createFirstPartyClient(world.services, { resourceServerIdentifier: API })
    expect((await introspect(world, server, tokens.access_token)).json).toMatchObject({
      active: true,
      aud: [API, expect.any(String)],
    })
    expect((await introspect(world, server, tokens.refresh_token ?? '')).json).toEqual({ active: false })
    expect(foreign.text).toBe((await introspect(world, other, 'at_unknown')).text)
    expect(foreign.json).toEqual({ active: false })
  })
})
