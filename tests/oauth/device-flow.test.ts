import { beforeAll, describe, expect, it } from 'vitest'
import { revokeApp } from '~/domain/grants/revoke-app'
import { MINUTE, SECOND } from '~/platform/durations'
import * as activate from '~/routes/activate'
import * as consent from '~/routes/u.consent'
import * as login from '~/routes/u.login'
import { updateClient } from '~db/queries/clients'
import { endSessionsOfUser } from '~db/queries/sessions'
import { updateUser } from '~db/queries/users'
import {
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  type TestClient,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { follow, tokenOf } from '../account/account-world'
import { API, claimsOf, createWorld, refresh, userinfo, type World } from './authorization-world'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const GRANTS = [GRANT, 'refresh_token']
const SCOPE = 'openid profile offline_access read:items'

let world: World
let tv: TestClient

beforeAll(async () => {
  world = await createWorld()
  tv = await createThirdPartyClient(world.services, { name: 'Television', appType: 'native', grantTypes: GRANTS })
})

type Begun = {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
}

async function begin(client = tv, given: Record<string, string> = {}): Promise<Begun> {
  const answer = await world.machine.postForm(
    '/oauth/device/code',
    { scope: SCOPE, audience: API, ...given },
    { client },
  )
  expect(answer.status).toBe(200)
  return answer.json as Begun
}

const poll = ({ device_code }: Begun, client = tv) => world.machine.token({ grant_type: GRANT, device_code }, client)

/** Types the code in a browser. @returns the path that follows */
const type = async (visitor: Visitor, user_code: string): Promise<string> =>
  (await visitor.send(activate, '/activate', { user_code })).location ?? ''

const idOf = (path: string | undefined) => new URL(path ?? '', 'http://x').searchParams.get('request') ?? ''

/** A person types the code, signed in, and answers the question. @returns where they end */
async function answer(person: Person, begun: Begun, fields: Record<string, string | string[]>): Promise<string> {
  const visitor = await openVisitorOf(world.services, 'account', person)
  const id = idOf(await type(visitor, begun.user_code))
  const asked = await follow(world, visitor, `/authorize/resume?request=${id}`)
  expect(asked.header('location')).toBe(`/u/consent?request=${id}`)
  const page = await visitor.load(consent, `/u/consent?request=${id}`)
  const { shown } = page.value as { shown: string }
  const sent = { shown, ...fields, scope: ['openid', ...[fields.scope ?? []].flat()] }
  const decided = await visitor.send(consent, `/u/consent?request=${id}`, sent, { token: tokenOf(page) })
  return (await follow(world, visitor, decided.location ?? '')).header('location') ?? ''
}

const allow = (person: Person, begun: Begun, scope = ['openid', 'profile', 'offline_access', 'read:items']) =>
  answer(person, begun, { decision: 'allow', scope })

describe('a device', () => {
  it('gets two codes, and the address at which a person types the short one', async () => {
    const begun = await begin()
    expect(begun).toMatchObject({
      verification_uri: 'http://localhost:3000/activate',
      verification_uri_complete: `http://localhost:3000/activate?user_code=${encodeURIComponent(begun.user_code)}`,
      expires_in: 900,
      interval: 5,
    })
    expect(begun.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
  })

  it('is told to wait, to slow down, and then gets tokens, once', async () => {
    const { clock } = world.services
    const begun = await begin()
    expect(await poll(begun)).toMatchObject({ status: 403, json: { error: 'authorization_pending' } })
    const tooFast = await poll(begun)
    expect([tooFast.status, tooFast.json.error, tooFast.header('retry-after')]).toEqual([429, 'slow_down', '10'])
    clock.advance(6 * SECOND)
    expect((await poll(begun)).json.error).toBe('slow_down')
    clock.advance(16 * SECOND)
    expect((await poll(begun)).json.error).toBe('authorization_pending')
    expect(await allow(world.user, begun, ['openid', 'offline_access'])).toBe('/activate?done=allowed')
    const tokens = await poll(begun)
    expect(tokens.status).toBe(200)
    expect(tokens.json.scope).toBe('openid offline_access')
    expect(claimsOf(tokens.json.id_token as string)).toMatchObject({ sub: world.user.user.userId, amr: ['pwd'] })
    expect(claimsOf(tokens.json.id_token as string)).not.toHaveProperty('sid')
    expect((await refresh(world, tv, tokens.json.refresh_token as string)).status).toBe(200)
    expect(await poll(begun)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  })

  it('that never waits is told to wait a minute at most', async () => {
    const begun = await begin()
    await poll(begun)
    const waits: number[] = []
    for (let time = 1; time <= 14; time += 1) waits.push(Number((await poll(begun)).header('retry-after')))
    expect(waits.slice(-4)).toEqual([60, 60, 60, 60])
    world.services.clock.advance(60 * SECOND)
    expect((await poll(begun)).json.error).toBe('authorization_pending')
  })

  it('that is refused is told so', async () => {
    const begun = await begin()
    expect(await answer(world.user, begun, { decision: 'deny' })).toBe('/activate?done=denied')
    expect(await poll(begun)).toMatchObject({ status: 403, json: { error: 'access_denied' } })
  })

  it('has fifteen minutes', async () => {
    const begun = await begin()
    world.services.clock.advance(15 * MINUTE)
    expect(await poll(begun)).toMatchObject({ status: 403, json: { error: 'expired_token' } })
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    expect((await visitor.send(activate, '/activate', { user_code: begun.user_code })).status).toBe(400)
  })

  it('gets nothing for the code of another client', async () => {
    const other = await createThirdPartyClient(world.services, { appType: 'native', grantTypes: GRANTS })
    const begun = await begin()
    await allow(world.user, begun)
    expect((await poll(begun, other)).json.error).toBe('invalid_grant')
    expect((await poll(begun)).status).toBe(200)
  })

  it('has to be one of a client whose list has the grant', async () => {
    const without = await createThirdPartyClient(world.services, { appType: 'native' })
    const refused = await world.machine.postForm('/oauth/device/code', { scope: SCOPE }, { client: without })
    expect([refused.status, refused.json.error]).toEqual([403, 'unauthorized_client'])
  })

  it('that polls 50 times at once after the answer gets tokens once', async () => {
    const begun = await begin()
    await allow(world.user, begun)
    const answers = await Promise.all(Array.from({ length: 50 }, () => poll(begun)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('the person at the other browser', () => {
  it('signs in first, and sees the app, its code and where it asked from', async () => {
    const begun = await begin()
    const visitor = openVisitor(world.services)
    const path = await type(visitor, begun.user_code.toLowerCase().replace('-', ' '))
    const id = idOf(path)
    expect((await follow(world, visitor, path)).header('location')).toBe(`/u/login?request=${id}`)
    const person = await createEndUser(world.services)
    await visitor.send(login, `/u/login?request=${id}`, { username: person.email, password: PASSWORD })
    expect((await visitor.load(consent, `/u/consent?request=${id}`)).value).toMatchObject({
      app: { name: 'Television' },
      destination: { kind: 'other-device', userCode: begun.user_code },
    })
  })

  it('is asked each time, also for an own app of the tenant and after an earlier consent', async () => {
    const own = await createFirstPartyClient(world.services, { appType: 'native', grantTypes: GRANTS })
    for (const client of [own, own, tv, tv]) {
      const begun = await begin(client, { audience: '' })
      expect(await allow(world.user, begun)).toBe('/activate?done=allowed')
    }
  })

  it('guesses ten codes and no more', async () => {
    const begun = await begin()
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const at = { ip: '203.0.113.7' }
    const guesser = openVisitor(world.services, at)
    for (let time = 1; time <= 10; time += 1) {
      const wrong = await guesser.send(activate, '/activate', { user_code: 'BBBB-BBBB' })
      expect(wrong.status).toBe(400)
    }
    expect((await guesser.send(activate, '/activate', { user_code: begun.user_code })).status).toBe(429)
    expect(await type(visitor, begun.user_code)).toContain('/authorize/resume')
  })

  it('who is no tester of an app that is not approved cannot connect it', async () => {
    const partner = await createPartner(world.services)
    const app = await createPortalApp(partner, { appType: 'native' })
    await world.services.db.run(updateClient(app.clientId, { grantTypes: GRANTS }))
    const begun = await begin(app, { scope: 'openid', audience: '' })
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const page = await follow(world, visitor, await type(visitor, begun.user_code))
    expect([page.status, page.text.includes('is not open to everyone yet')]).toEqual([403, true])
    expect((await poll(begun, app)).json.error).toBe('authorization_pending')
  })

  it('who takes the access back before the device comes leaves it nothing', async () => {
    const begun = await begin()
    await allow(world.user, begun)
    await revokeApp(world.user.ctx, world.user.user.userId, tv.clientId)
    expect((await poll(begun)).json.error).toBe('invalid_grant')
  })

  it('who signs out there leaves the device connected; who changes the password does not', async () => {
    const { db, clock } = world.services
    const { userId } = world.user.user
    const [first, second] = [await begin(tv, { audience: '' }), await begin(tv, { audience: '' })]
    await allow(world.user, first)
    await allow(world.user, second)
    await db.run(endSessionsOfUser(userId, clock.now()))
    const tokens = (await poll(first)).json as { access_token: string }
    expect((await userinfo(world, tokens)).status).toBe(200)
    clock.advance(SECOND)
    await db.run(updateUser(userId, { passwordChangedAt: clock.now() }))
    expect((await poll(second)).json.error).toBe('invalid_grant')
  })
})
