/** What a user has allowed, where they are signed in, and what apps hold of them: read and ended by a program. */
import { beforeEach, describe, expect, test } from 'vitest'
import { takeAttempt } from '~/domain/authenticators/attempts'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { listAuditEvents } from '~db/queries/audit'
import { listConnections } from '~db/queries/connections'
import { obtainTokens, openBrowser, refresh, type Tokens, userinfo } from '~tests/oauth/authorization-world'
import { visitorContext } from '~tests/support/context'
import { API, createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, PASSWORD, type Person, signIn } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
let app: TestClient
let other: Person
let tokens: Tokens
let user: string

beforeEach(async () => {
  world = await createManagementWorld()
  app = await createThirdPartyClient(world.services)
  other = await createEndUser(world.services, { isVerified: true })
  tokens = await obtainTokens(world, app, { audience: API, scope: 'openid read:items offline_access' })
  user = encodeURIComponent(world.user.user.userId)
})

const listOf = async (path: string, key: string) =>
  (await world.call('GET', path)).json[key] as Record<string, unknown>[]
const idsOf = async (path: string, key: string) => (await listOf(path, key)).map(({ id }) => String(id))
const refreshes = async (given: Tokens) => (await refresh(world, app, given.refresh_token)).status === 200

describe('grants', () => {
  test('are listed by user, client and audience, with the key clientID', async () => {
    await obtainTokens(world, app, { audience: API, scope: 'openid write:items' }, other)
    const all = await world.call('GET', `/grants?client_id=${app.clientId}&include_totals=true`)
    expect(all.json).toMatchObject({ start: 0, total: 2 })
    const [mine] = (await world.call('GET', `/grants?user_id=${user}`)).json as unknown as object[]
    expect(mine).toEqual({
      id: expect.any(String),
      clientID: app.clientId,
      user_id: world.user.user.userId,
      audience: API,
      scope: expect.arrayContaining(['read:items']),
    })
    expect((await world.call('GET', `/grants?user_id=${user}&audience=urn:none`)).json).toEqual([])
  })

  test('that are deleted end their tokens and no others', async () => {
    const theirs = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access' }, other)
    const [grant] = (await world.call('GET', `/grants?user_id=${user}`)).json as unknown as { id: string }[]
    for (const _attempt of [1, 2]) expect((await world.call('DELETE', `/grants/${grant?.id}`)).status).toBe(204)
    expect(await refreshes(tokens)).toBe(false)
    expect(await refreshes(theirs)).toBe(true)
    expect(await listAuditEvents(world.services.db, { action: 'consent.revoked' }, 5)).toHaveLength(1)
  })

  test('of one user are deleted together; whose has to be said', async () => {
    const theirs = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access' }, other)
    expect((await world.call('DELETE', '/grants')).status).toBe(400)
    expect((await world.call('DELETE', `/grants?user_id=${user}`)).status).toBe(204)
    expect((await world.call('GET', `/grants?user_id=${user}`)).json).toEqual([])
    expect(await refreshes(tokens)).toBe(false)
    expect(await refreshes(theirs)).toBe(true)
  })
})

describe('sessions', () => {
  test('say who is signed in, how, and which apps got tokens there', async () => {
    const [session] = await listOf(`/users/${user}/sessions`, 'sessions')
    expect(session).toMatchObject({
      user_id: world.user.user.userId,
      clients: [{ client_id: app.clientId }],
      authentication: { methods: [{ name: 'pwd' }] },
    })
    expect((await world.call('GET', `/sessions/${session?.id}`)).json).toEqual(session)
  })

  test('go on from one to the next, and end when they are not used', async () => {
    for (let count = 0; count < 4; count += 1) await signIn(world.services, 'account', world.user)
    const first = await world.call('GET', `/users/${user}/sessions?take=3`)
    const second = await world.call('GET', `/users/${user}/sessions?take=3&from=${first.json.next}`)
    const seen = [first, second].flatMap(({ json }) => (json.sessions as { id: string }[]).map(({ id }) => id))
    expect(new Set(seen).size).toBe(5)
    expect(second.json.next).toBeUndefined()
    world.services.clock.advance(73 * 60 * 60 * 1000)
    const later = await world.tokenFor()
    expect((await world.call('GET', `/users/${user}/sessions`, undefined, later)).json.sessions).toEqual([])
  })

  test('that are deleted sign the browser out, and keep what apps have; revoked ones end that too', async () => {
    const [id] = await idsOf(`/users/${user}/sessions`, 'sessions')
    expect((await world.call('DELETE', `/sessions/${id}`)).status).toBe(202)
    expect((await world.call('DELETE', `/sessions/${id}`)).json).toMatchObject({ statusCode: 404 })
    expect((await userinfo(world, tokens)).status).toBe(200)
    const later = await obtainTokens(world, app, { audience: API, scope: 'openid read:items offline_access' })
    const [second] = await idsOf(`/users/${user}/sessions`, 'sessions')
    expect((await world.call('POST', `/sessions/${second}/revoke`)).status).toBe(202)
    expect((await userinfo(world, later)).status).toBe(401)
    expect(await refreshes(later)).toBe(false)
    expect(await refreshes(tokens)).toBe(true)
  })

  test('carry what a program notes of them, in place of what it noted before', async () => {
    const [id] = await idsOf(`/users/${user}/sessions`, 'sessions')
    const note = async (session_metadata: object | null) => {
      const answer = await world.call('PATCH', `/sessions/${id}`, { session_metadata })
      expect(answer.status).toBe(200)
      return (await world.call('GET', `/sessions/${id}`)).json.session_metadata
    }
    expect(await note({ device: 'kiosk', risk: 'low' })).toEqual({ device: 'kiosk', risk: 'low' })
    expect(await note({ risk: 'high' })).toEqual({ risk: 'high' })
    expect(await note(null)).toBeUndefined()
    const tooMuch = Object.fromEntries(Array.from({ length: 26 }, (_, number) => [`n${number}`, 'x']))
    expect((await world.call('PATCH', `/sessions/${id}`, { session_metadata: tooMuch })).status).toBe(400)
    await world.call('DELETE', `/sessions/${id}`)
    expect((await world.call('PATCH', `/sessions/${id}`, { session_metadata: {} })).status).toBe(404)
  })

  test('are revoked only by who may end refresh tokens as well', async () => {
    const [id] = await idsOf(`/users/${user}/sessions`, 'sessions')
    const answer = await world.call(
      'POST',
      `/sessions/${id}/revoke`,
      undefined,
      await world.tokenFor('delete:sessions'),
    )
    expect(answer.json).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' })
    expect((await world.call('GET', `/sessions/${id}`)).status).toBe(200)
  })

  test('of one user end together', async () => {
    const browser = await openBrowser(world, world.user)
    const theirs = await signIn(world.services, 'account', other)
    expect(theirs).toBeDefined()
    expect((await world.call('DELETE', `/users/${user}/sessions`)).status).toBe(202)
    expect((await world.call('GET', `/users/${user}/sessions`)).json.sessions).toEqual([])
    expect(await idsOf(`/users/${encodeURIComponent(other.user.userId)}/sessions`, 'sessions')).toHaveLength(1)
    const signedOut = await browser.get(`/authorize?client_id=${app.clientId}&response_type=code`)
    expect(signedOut.header('location')).not.toContain('code=')
  })

  test('of an owner are no business of a program', async () => {
    const owner = await findOwner(world.services)
    await signIn(world.services, 'admin', owner)
    const answer = await world.call('GET', `/users/${encodeURIComponent(owner.user.userId)}/sessions`)
    expect(answer.json).toMatchObject({ statusCode: 404, errorCode: 'inexistent_user' })
  })
})

describe('refresh tokens', () => {
  test('keep their id when they are rotated', async () => {
    const path = `/users/${user}/refresh-tokens`
    const [before] = await listOf(path, 'tokens')
    expect(before).toMatchObject({
      client_id: app.clientId,
      rotating: true,
      resource_servers: [{ audience: API, scopes: 'openid read:items offline_access' }],
    })
    expect(await refreshes(tokens)).toBe(true)
    const after = await listOf(path, 'tokens')
    expect(after.map(({ id }) => id)).toEqual([before?.id])
    expect((await world.call('GET', `/refresh-tokens/${before?.id}`)).json).toEqual(after[0])
    expect(JSON.stringify(after)).not.toContain(tokens.refresh_token)
  })

  test('carry what a program notes of them, also when they are rotated', async () => {
    const [id] = await idsOf(`/users/${user}/refresh-tokens`, 'tokens')
    const noted = await world.call('PATCH', `/refresh-tokens/${id}`, { refresh_token_metadata: { seat: '12' } })
    expect(noted.json.refresh_token_metadata).toEqual({ seat: '12' })
    expect(await refreshes(tokens)).toBe(true)
    expect(await listOf(`/users/${user}/refresh-tokens`, 'tokens')).toMatchObject([
      { id, refresh_token_metadata: { seat: '12' } },
    ])
    await world.call('DELETE', `/refresh-tokens/${id}`)
    expect((await world.call('PATCH', `/refresh-tokens/${id}`, { refresh_token_metadata: {} })).status).toBe(404)
  })

  test('that are revoked end with all that came of them', async () => {
    const theirs = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access' }, other)
    const [id] = await idsOf(`/users/${user}/refresh-tokens`, 'tokens')
    expect((await world.call('DELETE', `/refresh-tokens/${id}`)).status).toBe(202)
    expect((await world.call('GET', `/refresh-tokens/${id}`)).json).toMatchObject({ statusCode: 404 })
    expect((await userinfo(world, tokens)).status).toBe(401)
    expect(await refreshes(tokens)).toBe(false)
    expect(await refreshes(theirs)).toBe(true)
  })

  test('of one user are revoked together', async () => {
    const again = await obtainTokens(world, app, { audience: API, scope: 'openid offline_access' })
    expect((await world.call('DELETE', `/users/${user}/refresh-tokens`)).status).toBe(202)
    expect([await refreshes(tokens), await refreshes(again)]).toEqual([false, false])
    expect((await world.call('GET', `/users/${user}/refresh-tokens`)).json.tokens).toEqual([])
  })
})

describe('blocks', () => {
  const grantType = 'http://auth0.com/oauth/grant-type/password-realm'
  let own: TestClient
  beforeEach(async () => {
    own = await createFirstPartyClient(world.services, { grantTypes: [grantType] })
  })

  const guess = (password: string) =>
    world.machine.token(
      {
        grant_type: grantType,
        realm: 'Username-Password-Authentication',
        username: world.user.email,
        password,
      },
      own,
    )

  test('are read and lifted by the user and by what they type', async () => {
    for (let count = 0; count < 11; count += 1) await guess('wrong password')
    const expected = {
      blocked_for: [
        {
          identifier: world.user.email.toLowerCase(),
          ip: expect.any(String),
          connection: 'Username-Password-Authentication',
        },
      ],
    }
    const byIdentifier = `/user-blocks?identifier=${encodeURIComponent(world.user.email)}`
    expect((await world.call('GET', `/user-blocks/${user}`)).json).toEqual(expected)
    expect((await world.call('GET', byIdentifier)).json).toEqual(expected)
    expect((await guess(world.user.password)).status).toBe(429)
    expect((await world.call('DELETE', byIdentifier)).status).toBe(204)
    expect((await world.call('GET', `/user-blocks/${user}`)).json).toEqual({ blocked_for: [] })
    expect((await guess(world.user.password)).status).toBe(200)
    expect((await world.call('DELETE', `/user-blocks/${user}`)).status).toBe(204)
  })

  test('of a second factor, and of networks, are not lifted by a program that names them as what is typed', async () => {
    const { services } = world
    const { user: owner, connectionId, email } = await findOwner(services)
    const admins = (await listConnections(services.db, {})).filter(({ id }) => id === connectionId)
    const ctx = visitorContext(services, { ip: '198.51.100.7' })
    const codes = () => takeAttempt(services, owner.userId).then(Boolean, ({ code }) => code)
    const signsIn = () => authenticateByPassword(ctx, admins, { login: email, password: PASSWORD }).catch((e) => e.code)
    for (let count = 0; count < 6; count += 1) await codes()
    await Promise.allSettled(
      Array.from({ length: 100 }, (_, count) =>
        authenticateByPassword(ctx, admins, { login: `nobody${count}`, password: 'wrong' }),
      ),
    )
    expect([await codes(), await signsIn()]).toEqual(['throttled', 'throttled'])
    for (const identifier of [owner.userId, 'address:198.51.100.7', `change:${owner.userId}`])
      await world.call('DELETE', `/user-blocks?identifier=${encodeURIComponent(identifier)}`)
    expect([await codes(), await signsIn()]).toEqual(['throttled', 'throttled'])
  })

  test('of nobody are not found', async () => {
    expect((await world.call('GET', '/user-blocks/auth0|none')).json).toMatchObject({ errorCode: 'inexistent_user' })
  })
})
