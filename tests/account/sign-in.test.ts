import { beforeAll, describe, expect, it } from 'vitest'
import { blockUser } from '~/domain/users/block-user'
import { HOUR } from '~/platform/durations'
import { createFormToken } from '~/platform/form-token'
import * as profile from '~/routes/account._area._index'
import * as accountSignIn from '~/routes/account.sign-in'
import * as consent from '~/routes/u.consent'
import * as login from '~/routes/u.login'
import * as signup from '~/routes/u.signup'
import { updateConnection } from '~db/queries/connections'
import { updateTenantSettings } from '~db/queries/tenant'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, openVisitorOf, PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { answerOf, begin, createWorld, errorsOf, follow, tokenOf, type World } from './account-world'

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
})

const path = (id: string) => `/u/login?request=${id}`

describe('signing in for an app', () => {
  it('says which app asked, and fills in the address that the app gave as a hint', async () => {
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login', { login_hint: 'ann@example.com' })
    expect((await visitor.load(login, path(id))).value).toMatchObject({
      app: { name: app.client.name },
      loginHint: 'ann@example.com',
      links: { signUp: `/u/signup?request=${id}`, resetPassword: `/u/reset-password?request=${id}` },
    })
  })

  it('with the right password goes on with the request, which then asks for consent', async () => {
    const person = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const fields = { username: person.email.toUpperCase(), password: PASSWORD }
    const answer = await visitor.send(login, path(id), fields)
    expect(answer.status).toBe(303)
    expect(answer.location).toBe(`/authorize/resume?request=${id}`)
    expect(visitor.cookies.session).toBeDefined()
    const next = await follow(world, visitor, answer.location ?? '')
    expect(next.header('location')).toBe(`/u/consent?request=${id}`)
  })

  it('counts as the new sign-in that prompt=login asks for', async () => {
    const person = await createEndUser(world.services)
    const visitor = await openVisitorOf(world.services, 'account', person)
    const id = await begin(world, visitor, app, 'login', { prompt: 'login' })
    const answer = await visitor.send(login, path(id), { username: person.email, password: PASSWORD })
    expect((await follow(world, visitor, answer.location ?? '')).header('location')).toBe(`/u/consent?request=${id}`)
  })

  it('with a wrong password says so at the field, keeps the address and echoes no password', async () => {
    const person = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const answer = await visitor.send(login, path(id), { username: person.email, password: 'wrong password' })
    expect(answer.status).toBe(400)
    expect(errorsOf(answer).password?.[0]).toContain('Wrong e-mail address or password')
    expect(answer.value).toMatchObject({ initialValue: { username: person.email } })
    expect(JSON.stringify(answer.value)).not.toContain('wrong password')
    expect(visitor.cookies.session).toBeUndefined()
  })

  it('does not tell an account that there is from one that there is not', async () => {
    const person = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const known = await visitor.send(login, path(id), { username: person.email, password: 'wrong password' })
    const unknown = await visitor.send(login, path(id), { username: 'nobody@example.com', password: 'wrong password' })
    expect(errorsOf(unknown)).toEqual(errorsOf(known))
    expect(unknown.status).toBe(known.status)
  })

  it('says for each field that is empty what to enter', async () => {
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const answer = await visitor.send(login, path(id), { username: '', password: '' })
    expect(answer.status).toBe(400)
    expect(errorsOf(answer)).toEqual({
      username: ['Enter your e-mail address.'],
      password: ['Enter your password.'],
    })
  })

  it('is closed after ten wrong passwords, for the right one too, and says for how long', async () => {
    const person = await createEndUser(world.services)
    const visitor = openVisitor(world.services, { ip: '203.0.113.7' })
    const id = await begin(world, visitor, app, 'login')
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      const answer = await visitor.send(login, path(id), { username: person.email, password: `wrong ${attempt}` })
      expect(answer.status).toBe(400)
    }
    const answer = await visitor.send(login, path(id), { username: person.email, password: PASSWORD })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(errorsOf(answer)['']?.[0]).toContain('Too many attempts')
  })

  it('stays open where the person was last, and is closed to a guesser with many addresses', async () => {
    const person = await createEndUser(world.services)
    const guess = async (ip: string, password: string) => {
      const visitor = openVisitor(world.services, { ip })
      const id = await begin(world, visitor, app, 'login')
      return (await visitor.send(login, path(id), { username: person.email, password })).status
    }
    expect(await guess('198.51.100.20', PASSWORD)).toBe(303)
    for (let host = 1; host <= 10; host += 1) expect(await guess(`2001:db8:cafe::${host}`, 'wrong password')).toBe(400)
    expect(await guess('2001:db8:cafe::99', PASSWORD)).toBe(429)
    expect(await guess('198.51.100.20', PASSWORD)).toBe(303)
  })

  it('refuses a blocked person, who is told so only with the right password', async () => {
    const person = await createEndUser(world.services)
    await blockUser((await findOwner(world.services)).ctx, person.user.userId)
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const wrong = await visitor.send(login, path(id), { username: person.email, password: 'wrong password' })
    expect(errorsOf(wrong).password?.[0]).toContain('Wrong')
    const right = await visitor.send(login, path(id), { username: person.email, password: PASSWORD })
    expect(right.status).toBe(403)
    expect(errorsOf(right)['']?.[0]).toContain('blocked')
    expect(visitor.cookies.session).toBeUndefined()
  })

  it('does not let in a partner or an owner by their own accounts', async () => {
    const partner = await createPartner(world.services)
    const owner = await findOwner(world.services)
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    for (const { email, password } of [partner, owner]) {
      expect((await visitor.send(login, path(id), { username: email, password })).status).toBe(400)
      expect((await visitor.send(accountSignIn, '/account/sign-in', { username: email, password })).status).toBe(400)
    }
  })

  it('takes no provider that there is not', async () => {
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const answer = await visitor.send(login, path(id), { connection: 'google-oauth2' })
    expect(answer.status).toBe(403)
    expect(errorsOf(answer)['']?.[0]).toContain('no longer there')
  })

  it('takes no form without the token of its page', async () => {
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const fields = { username: 'ann@example.com', password: PASSWORD }
    expect((await visitor.send(login, path(id), fields, { token: null })).status).toBe(403)
    const other = openVisitor(world.services).context()
    const token = createFormToken(other.encryption, other.request.visitorId)
    expect((await visitor.send(login, path(id), fields, { token })).status).toBe(403)
  })

  it('shows no sign-up where the connection takes none', async () => {
    const closed = await createWorld()
    const { services } = closed
    const visitor = openVisitor(services)
    const id = await begin(closed, visitor, await createThirdPartyClient(services), 'login')
    const { connectionId } = await createEndUser(services)
    await services.db.run(updateConnection(connectionId, { options: { disable_signup: true } }))
    expect((await visitor.load(login, path(id))).value).toMatchObject({ links: { signUp: null } })
  })
})

describe('a request that is not this browser’s to answer', () => {
  it('is answered with 400 on every page: unknown, without an id, or of another browser', async () => {
    const mine = openVisitor(world.services)
    const id = await begin(world, mine, app, 'login')
    const { services } = world
    for (const [route, name] of [
      [login, 'login'],
      [signup, 'signup'],
      [consent, 'consent'],
    ] as const) {
      for (const query of ['', '?request=req_unknown', `?request=${id}`]) {
        const answer = await openVisitor(services).load(route, `/u/${name}${query}`)
        expect(answer).toMatchObject({ status: 400, value: { problem: 'expired-request' } })
      }
    }
    const fields = { username: 'ann@example.com', password: PASSWORD }
    expect((await openVisitor(services).send(login, path(id), fields)).status).toBe(400)
  })

  it('is over after an hour', async () => {
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    world.services.clock.advance(60 * 60_000 + 1)
    expect((await visitor.load(login, path(id))).status).toBe(400)
  })
})

describe('signing in to the own account', () => {
  it('leads back to the page that sent the person', async () => {
    const person = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    const at = '/account/sign-in?continue=%2Faccount%2Fapps%3Fdone%3Dapp-removed'
    const answer = await visitor.send(accountSignIn, at, { username: person.email, password: PASSWORD })
    expect([answer.status, answer.location]).toEqual([303, '/account/apps?done=app-removed'])
  })

  it('leads nowhere else, whatever the address says', async () => {
    const person = await createEndUser(world.services)
    for (const continueTo of [
      'https://evil.example/',
      '//evil.example/account',
      '/\\evil.example',
      '/accounts/evil',
      '/account@evil.example',
      '/account/..//evil.example',
      '/account/%2e%2e//evil.example',
      '/account//evil.example',
      '/account/\\evil.example',
      '/account\n/x',
      '/portal/apps',
      'javascript:alert(1)',
      '',
    ]) {
      const visitor = openVisitor(world.services)
      const at = `/account/sign-in?continue=${encodeURIComponent(continueTo)}`
      const answer = await visitor.send(accountSignIn, at, { username: person.email, password: PASSWORD })
      expect(answer.location, continueTo).toBe('/account')
    }
  })
})

it('an answer that was given in full goes back to the app', async () => {
  const person = await createEndUser(world.services)
  const visitor = openVisitor(world.services)
  const id = await begin(world, visitor, app, 'login', { scope: 'openid' })
  await visitor.send(login, path(id), { username: person.email, password: PASSWORD })
  const page = await visitor.load(consent, `/u/consent?request=${id}`)
  const given = await visitor.send(
    consent,
    `/u/consent?request=${id}`,
    { decision: 'allow', scope: ['openid'], shown: (page.value as { shown: string }).shown },
    { token: tokenOf(page) },
  )
  expect(answerOf(await follow(world, visitor, given.location ?? ''))).toMatchObject({ state: 'the state' })
})

it('a session lives as long as the tenant says, and not as long when nobody is at it', async () => {
  const own = await createWorld()
  const { clock, db } = own.services
  await db.run(updateTenantSettings({ sessionLifetime: 10, idleSessionLifetime: 4 }))
  const visitor = await openVisitorOf(own.services, 'account', own.user)
  const isIn = async () => (await visitor.load(profile, '/account')).status === 200
  for (let hours = 0; hours < 9; hours += 3) {
    clock.advance(3 * HOUR)
    expect(await isIn()).toBe(true)
  }
  clock.advance(HOUR)
  expect(await isIn()).toBe(false)
  const idle = await openVisitorOf(own.services, 'account', own.user)
  clock.advance(4 * HOUR)
  expect((await idle.load(profile, '/account')).location).toContain('/account/sign-in')
})
