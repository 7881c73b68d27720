import { beforeAll, describe, expect, it } from 'vitest'
import { suspendApp } from '~/domain/moderation/suspend-app'
import * as area from '~/routes/account._area'
import * as profile from '~/routes/account._area._index'
import * as apps from '~/routes/account._area.apps._index'
import * as app from '~/routes/account._area.apps.$client_id'
import * as security from '~/routes/account._area.security'
import * as signOut from '~/routes/account.sign-out'
import * as verifyEmail from '~/routes/account.verify-email'
import { listAuditEvents } from '~db/queries/audit'
import { API, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, openVisitorOf, PASSWORD, type Person, signIn } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createWorld, errorsOf, obtainTokens, refresh, userinfo, type World } from './account-world'

let world: World
let client: TestClient

beforeAll(async () => {
  world = await createWorld()
  client = await createThirdPartyClient(world.services, { name: 'Trip Planner', homepageUri: 'https://trips.example/' })
})

const newPerson = () => createEndUser(world.services)
const visitorOf = (person: Person) => openVisitorOf(world.services, 'account', person)
const SCOPE = 'openid profile offline_access read:items'

it('every page sends somebody who is not signed in to the sign-in, which leads back', async () => {
  for (const [route, path] of [
    [area, '/account'],
    [profile, '/account'],
    [apps, '/account/apps'],
    [app, '/account/apps/abc?x=1'],
    [security, '/account/security'],
  ] as const) {
    const answer = await openVisitor(world.services).load(route, path, { client_id: 'abc' })
    expect(answer.location).toBe(`/account/sign-in?continue=${encodeURIComponent(path)}`)
  }
})

it('no form is taken from somebody who is not signed in, or without its token', async () => {
  for (const [route, path] of [
    [profile, '/account'],
    [apps, '/account/apps'],
    [security, '/account/security'],
    [signOut, '/account/sign-out'],
  ] as const) {
    expect((await openVisitor(world.services).send(route, path)).location).toContain('/account/sign-in')
    expect((await (await visitorOf(await newPerson())).send(route, path, {}, { token: null })).status).toBe(403)
  }
})

describe('the profile', () => {
  it('shows the person, their sessions and their sign-ins, and nothing that is secret', async () => {
    const person = await newPerson()
    await visitorOf(person)
    const visitor = await visitorOf(person)
    const { value } = await visitor.load(profile, '/account')
    expect(value).toMatchObject({
      profile: { name: person.user.name, email: person.email, emailVerified: false, appCount: 0 },
    })
    const shown = value as { profile: { sessions: { isThis: boolean }[]; signIns: { succeeded: boolean }[] } }
    expect(shown.profile.sessions.map(({ isThis }) => isThis)).toEqual([true, false])
    expect(shown.profile.signIns).toHaveLength(2)
    expect(JSON.stringify(value)).not.toMatch(/tokenHash|passwordHash|ses_/)
  })

  it('sends the verification mail again, only the newest link works, and not without end', async () => {
    const person = await newPerson()
    const cookies = await signIn(world.services, 'account', person)
    const visitor = openVisitor(world.services, { cookies, ip: '203.0.113.9' })
    const first = world.services.mailer.link(person.email)
    const answer = await visitor.send(profile, '/account', { intent: 'send-verification' })
    expect(answer.location).toBe('/account?done=mail-sent')
    expect(world.services.mailer.link(person.email).href).not.toBe(first.href)
    expect((await visitor.load(verifyEmail, first.pathname + first.search)).status).toBe(410)
    for (let time = 2; time <= 5; time += 1) await visitor.send(profile, '/account', { intent: 'send-verification' })
    const refused = await visitor.send(profile, '/account', { intent: 'send-verification' })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).not.toBeNull()
  })

  it('ends a session elsewhere, at once', async () => {
    const person = await newPerson()
    const [here, there] = [await visitorOf(person), await visitorOf(person)]
    const { value } = await here.load(profile, '/account')
    const { sessions } = (value as { profile: { sessions: { id: string; isThis: boolean }[] } }).profile
    const other = sessions.find(({ isThis }) => !isThis)?.id ?? ''
    const answer = await here.send(profile, '/account', { intent: 'end-session', session_id: other })
    expect(answer.location).toBe('/account?done=session-ended')
    expect((await there.load(profile, '/account')).location).toContain('/account/sign-in')
    expect((await here.load(profile, '/account')).status).toBe(200)
    const again = await here.send(profile, '/account', { intent: 'end-session', session_id: other })
    expect(again.status).toBe(404)
  })

  it('ends nobody else’s session', async () => {
    const [mine, victim] = [await visitorOf(await newPerson()), await visitorOf(await newPerson())]
    const { value } = await victim.load(profile, '/account')
    const id = (value as { profile: { sessions: { id: string }[] } }).profile.sessions[0]?.id ?? ''
    expect((await mine.send(profile, '/account', { intent: 'end-session', session_id: id })).status).toBe(404)
    expect((await victim.load(profile, '/account')).status).toBe(200)
  })

  it('ends all sessions but this one', async () => {
    const person = await newPerson()
    const [here, there, elsewhere] = [await visitorOf(person), await visitorOf(person), await visitorOf(person)]
    await here.send(profile, '/account', { intent: 'end-other-sessions' })
    for (const visitor of [there, elsewhere]) {
      expect((await visitor.load(profile, '/account')).location).toContain('/account/sign-in')
    }
    expect((await here.load(profile, '/account')).status).toBe(200)
  })

  it('shows no session that nobody has used for days', async () => {
    const person = await newPerson()
    await visitorOf(person)
    world.services.clock.advance(4 * 24 * 3_600_000)
    const { value } = await (await visitorOf(person)).load(profile, '/account')
    expect((value as { profile: { sessions: unknown[] } }).profile.sessions).toHaveLength(1)
  })

  it('says so when a button is not one of the page', async () => {
    const visitor = await visitorOf(await newPerson())
    expect((await visitor.send(profile, '/account', { intent: 'delete-everything' })).status).toBe(400)
  })
})

describe('apps with access', () => {
  it('are listed with what they may do in words, since when and when last used', async () => {
    const person = await newPerson()
    await obtainTokens(world, client, { audience: API, scope: SCOPE }, person)
    const { value } = await (await visitorOf(person)).load(apps, '/account/apps')
    expect(value).toMatchObject({
      apps: [
        {
          clientId: client.clientId,
          name: 'Trip Planner',
          homepageUri: 'https://trips.example/',
          isSuspended: false,
          since: world.services.clock.now(),
          lastUsed: world.services.clock.now(),
          allowed: [
            {
              api: 'Sign-in and profile',
              scopes: [{ value: 'openid' }, { value: 'profile' }, { value: 'offline_access' }],
            },
            { api: 'Example API', scopes: [{ value: 'read:items', description: 'Read your items' }] },
          ],
        },
      ],
    })
  })

  it('are one entry for an app that was allowed for two APIs', async () => {
    const person = await newPerson()
    await obtainTokens(world, client, { audience: API, scope: 'openid read:items' }, person)
    await obtainTokens(world, client, { scope: 'openid profile' }, person)
    const { value } = await (await visitorOf(person)).load(apps, '/account/apps')
    expect((value as { apps: { allowed: { api: string }[] }[] }).apps).toHaveLength(1)
  })

  it('lose all they had when they are removed, from the next request on, and it is in the log', async () => {
    const person = await newPerson()
    const first = await obtainTokens(world, client, { audience: API, scope: SCOPE }, person)
    const second = await obtainTokens(world, client, { scope: 'openid profile offline_access' }, person)
    const visitor = await visitorOf(person)
    const answer = await visitor.send(apps, '/account/apps', { intent: 'revoke', client_id: client.clientId })
    expect([answer.status, answer.location]).toEqual([303, '/account/apps?done=app-removed'])

    expect((await userinfo(world, second)).status).toBe(401)
    for (const { refresh_token: token } of [first, second]) {
      expect((await refresh(world, client, token)).json).toMatchObject({ error: 'invalid_grant' })
    }
    expect((await visitor.load(apps, '/account/apps')).value).toMatchObject({ apps: [] })
    const at = `/account/apps/${client.clientId}`
    expect((await visitor.load(app, at, { client_id: client.clientId })).status).toBe(404)
    const log = await listAuditEvents(world.services.db, { userId: person.user.userId, action: 'consent.revoked' }, 5)
    expect(log).toMatchObject([{ actorId: person.user.userId, clientId: client.clientId, targetName: 'Trip Planner' }])
    const again = await visitor.send(apps, '/account/apps', { intent: 'revoke', client_id: client.clientId })
    expect(again.status).toBe(404)
  })

  it('of somebody else are neither shown nor removed', async () => {
    const owner = await newPerson()
    const tokens = await obtainTokens(world, client, { scope: 'openid profile offline_access' }, owner)
    const stranger = await visitorOf(await newPerson())
    const at = `/account/apps/${client.clientId}`
    expect((await stranger.load(app, at, { client_id: client.clientId })).status).toBe(404)
    const answer = await stranger.send(apps, '/account/apps', { intent: 'revoke', client_id: client.clientId })
    expect(answer.status).toBe(404)
    expect((await userinfo(world, tokens)).status).toBe(200)
    expect((await (await visitorOf(owner)).load(apps, '/account/apps')).value).toMatchObject({
      apps: [{ clientId: client.clientId }],
    })
  })

  it('that are suspended say so', async () => {
    const other = await createThirdPartyClient(world.services)
    const person = await newPerson()
    await obtainTokens(world, other, { scope: 'openid' }, person)
    await suspendApp((await findOwner(world.services)).ctx, other.clientId, 'Complaints.')
    const at = `/account/apps/${other.clientId}`
    const { value } = await (await visitorOf(person)).load(app, at, { client_id: other.clientId })
    expect(value).toMatchObject({ app: { isSuspended: true } })
  })
})

describe('the password', () => {
  const path = '/account/security'

  it('is changed with the present one; other sessions and the tokens of apps end, this session goes on', async () => {
    const person = await newPerson()
    const tokens = await obtainTokens(world, client, { scope: 'openid offline_access' }, person)
    const [here, there] = [await visitorOf(person), await visitorOf(person)]
    const answer = await here.send(security, path, { current_password: PASSWORD, password: 'a new long one' })
    expect(answer.location).toBe('/account/security?done=password-changed')
    expect((await here.load(security, path)).status).toBe(200)
    expect((await there.load(security, path)).location).toContain('/account/sign-in')
    expect((await refresh(world, client, tokens.refresh_token)).json).toMatchObject({ error: 'invalid_grant' })
    expect(world.services.mailer.last(person.email).subject).toContain('password was changed')
    expect(world.services.mailer.link(person.email).pathname).toBe('/u/reset-password')
  })

  it('is not changed with a wrong present one, and that too is closed after ten times', async () => {
    const visitor = await visitorOf(await newPerson())
    const wrong = { current_password: 'not it at all', password: 'a new long one' }
    const answer = await visitor.send(security, path, wrong)
    expect(answer.status).toBe(400)
    expect(errorsOf(answer).current_password?.[0]).toContain('not your present password')
    expect(JSON.stringify(answer.value)).not.toMatch(/not it at all|a new long one/)
    for (let time = 2; time <= 10; time += 1) await visitor.send(security, path, wrong)
    const closed = await visitor.send(security, path, { ...wrong, current_password: PASSWORD })
    expect(closed.status).toBe(429)
  })
})

it('signing out ends the session on the server and forgets the cookie', async () => {
  const visitor = await visitorOf(await newPerson())
  const { session } = visitor.cookies
  const answer = await visitor.send(signOut, '/account/sign-out', { intent: 'sign-out' })
  expect([answer.status, answer.location]).toEqual([303, '/account/sign-in'])
  expect(visitor.cookies.session).toBeUndefined()
  visitor.cookies.session = session ?? ''
  expect((await visitor.load(profile, '/account')).location).toContain('/account/sign-in')
})

it('a followed link signs nobody out', async () => {
  const visitor = await visitorOf(await newPerson())
  expect((await visitor.load(signOut, '/account/sign-out')).location).toBe('/account')
  expect((await visitor.load(profile, '/account')).status).toBe(200)
})
