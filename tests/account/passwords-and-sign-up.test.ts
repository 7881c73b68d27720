import { beforeAll, describe, expect, it } from 'vitest'
import * as profile from '~/routes/account._area._index'
import * as accountSignIn from '~/routes/account.sign-in'
import * as accountSignUp from '~/routes/account.sign-up'
import * as verifyEmail from '~/routes/account.verify-email'
import * as resetPassword from '~/routes/u.reset-password'
import * as signup from '~/routes/u.signup'
import { findUser } from '~db/queries/users'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { confirmByLink } from '~tests/support/mailed-link'
import { createEndUser, openVisitorOf, PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { begin, createWorld, errorsOf, follow, obtainTokens, refresh, type World } from './account-world'

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
})

const pathOf = ({ pathname, search }: URL) => pathname + search
const person = (email: string) => ({ name: 'Nina New', email, password: 'a quiet evening' })

describe('signing up', () => {
  it('for an app goes on with its request, before the address is confirmed', async () => {
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'signup', { screen_hint: 'signup' })
    const answer = await visitor.send(signup, `/u/signup?request=${id}`, person('nina@example.com'))
    expect([answer.status, answer.location]).toEqual([303, `/authorize/resume?request=${id}`])
    const next = await follow(world, visitor, answer.location ?? '')
    expect(next.header('location')).toBe(`/u/consent?request=${id}`)
    expect((await visitor.load(profile, '/account')).value).toMatchObject({ profile: { emailVerified: false } })
  })

  it('mails one link, behind which a button confirms the address, and a second time too', async () => {
    const visitor = openVisitor(world.services)
    await visitor.send(accountSignUp, '/account/sign-up', person('nora@example.com'))
    const link = world.services.mailer.link('nora@example.com')
    for (let time = 1; time <= 2; time += 1) {
      const answer = await confirmByLink(visitor, verifyEmail, pathOf(link))
      expect(answer.value).toMatchObject({ page: { state: 'confirmed', email: 'nora@example.com' } })
    }
    expect((await visitor.load(profile, '/account')).value).toMatchObject({ profile: { emailVerified: true } })
  })

  it('says what is wrong at each field, and keeps what was typed but for the password', async () => {
    const wrong = { name: '<b>Nina</b>', email: 'nina', password: 'short' }
    const answer = await openVisitor(world.services).send(accountSignUp, '/account/sign-up', wrong)
    expect(answer.status).toBe(400)
    expect(Object.keys(errorsOf(answer)).sort()).toEqual(['email', 'name', 'password'])
    expect(answer.value).toMatchObject({ initialValue: { name: '<b>Nina</b>', email: 'nina' } })
    expect(JSON.stringify(answer.value)).not.toContain('short')
  })

  it('refuses an address that has an account, and signs nobody in', async () => {
    const known = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    const answer = await visitor.send(accountSignUp, '/account/sign-up', person(known.email.toUpperCase()))
    expect(answer.status).toBe(400)
    expect(errorsOf(answer)['']?.[0]).toContain('We cannot make this account')
    expect(visitor.cookies.session).toBeUndefined()
  })

  it('behind a link that is wrong says to have a new one sent', async () => {
    const answer = await openVisitor(world.services).load(verifyEmail, '/account/verify-email?ticket=tkt_wrong')
    expect(answer.status).toBe(410)
    expect(answer.value).toMatchObject({ page: { refusal: expect.stringContaining('no longer works') } })
  })
})

describe('a forgotten password', () => {
  it('is answered in the same words whether or not there is such an account', async () => {
    const { email } = await createEndUser(world.services)
    const before = world.services.mailer.sent.length
    const known = await openVisitor(world.services).send(resetPassword, '/u/reset-password', { email })
    const unknown = await openVisitor(world.services).send(resetPassword, '/u/reset-password', {
      email: 'nobody@example.com',
    })
    expect(known).toMatchObject({ status: 200, value: { sentTo: email } })
    expect(unknown).toMatchObject({ status: 200, value: { sentTo: 'nobody@example.com' } })
    expect(world.services.mailer.sent.length).toBe(before + 1)
  })

  it('is chosen anew behind the link, once; every session and token from before is dead', async () => {
    const user = await createEndUser(world.services)
    const { refresh_token: token } = await obtainTokens(world, app, {}, user)
    const elsewhere = await openVisitorOf(world.services, 'account', user)
    const visitor = openVisitor(world.services)
    await visitor.send(resetPassword, '/u/reset-password', { email: user.email })
    const at = pathOf(world.services.mailer.link(user.email))
    expect((await visitor.load(resetPassword, at)).value).toMatchObject({ step: 'choose' })

    const weak = await visitor.send(resetPassword, at, { password: 'short' })
    expect(errorsOf(weak).password?.[0]).toContain('at least 8')
    expect((await visitor.send(resetPassword, at, { password: 'a new long one' })).value).toEqual({
      isDone: true,
      app: null,
    })
    expect((await visitor.load(resetPassword, at)).value).toMatchObject({ step: 'dead' })
    expect((await visitor.send(resetPassword, at, { password: 'another long one' })).status).toBe(410)

    expect((await elsewhere.load(profile, '/account')).location).toContain('/account/sign-in')
    expect((await refresh(world, app, token)).json).toMatchObject({ error: 'invalid_grant' })
    const trySignIn = (password: string) =>
      openVisitor(world.services).send(accountSignIn, '/account/sign-in', { username: user.email, password })
    expect((await trySignIn(PASSWORD)).status).toBe(400)
    expect((await trySignIn('a new long one')).status).toBe(303)
    expect((await findUser(world.services.db, user.user.userId))?.emailVerified).toBe(true)
  })

  it('keeps the request of the app on the way through the mail, in this browser', async () => {
    const { email } = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    await visitor.send(resetPassword, `/u/reset-password?request=${id}`, { email })
    const at = pathOf(world.services.mailer.link(email))
    const here = (await visitor.load(resetPassword, at)).value
    expect(here).toMatchObject({ step: 'choose', page: { links: { signIn: `/u/login?request=${id}` } } })
    const elsewhere = (await openVisitor(world.services).load(resetPassword, at)).value
    expect(elsewhere).toMatchObject({ step: 'choose', page: { app: null, links: { signIn: '/account/sign-in' } } })
  })

  it('is dead an hour later', async () => {
    const { email } = await createEndUser(world.services)
    const visitor = openVisitor(world.services)
    await visitor.send(resetPassword, '/u/reset-password', { email })
    const at = pathOf(world.services.mailer.link(email))
    world.services.clock.advance(60 * 60_000 + 1)
    expect((await visitor.load(resetPassword, at)).value).toMatchObject({ step: 'dead' })
    expect((await visitor.send(resetPassword, at, { password: 'a new long one' })).status).toBe(410)
  })

  it('is mailed a few times an hour at most, for one network', async () => {
    const { email } = await createEndUser(world.services)
    const visitor = openVisitor(world.services, { ip: '198.51.100.77' })
    for (let time = 1; time <= 5; time += 1) await visitor.send(resetPassword, '/u/reset-password', { email })
    const answer = await visitor.send(resetPassword, '/u/reset-password', { email })
    expect(answer.status).toBe(429)
    expect(answer.headers.get('Retry-After')).not.toBeNull()
  })
})
