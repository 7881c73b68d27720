import { beforeAll, describe, expect, it } from 'vitest'
import { accountConnections } from '~/domain/connections/account-connections'
import { MULTI_FACTOR_ACR, PASSWORD_ACR } from '~/domain/sessions/acr'
import { requestPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { MINUTE } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import * as profile from '~/routes/account._area._index'
import * as security from '~/routes/account._area.security'
import * as accountSecondFactor from '~/routes/account.second-factor'
import * as accountSignIn from '~/routes/account.sign-in'
import * as login from '~/routes/u.login'
import * as secondFactor from '~/routes/u.second-factor'
import { enrol, seedOf } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { claimsOf, newPkce, redeem } from '../oauth/authorization-world'
import { answerOf, authorizeParams, begin, createWorld, errorsOf, follow, type World } from './account-world'

let world: World
let client: TestClient

beforeAll(async () => {
  world = await createWorld()
  client = await createFirstPartyClient(world.services)
})

const page = (id: string) => `/u/second-factor?request=${id}`

async function newEnrolled() {
  const person = await createEndUser(world.services)
  return { person, authenticator: await enrol(world.services, person) }
}

/** A browser in which the person has given the password for the client's request, and no more. */
async function openHalfWay(person: Person) {
  const visitor = openVisitor(world.services)
  const id = await begin(world, visitor, client, 'login')
  const answer = await visitor.send(login, `/u/login?request=${id}`, { username: person.email, password: PASSWORD })
  expect(answer.location).toBe(page(id))
  return { visitor, id }
}

describe('signing in with a second factor', () => {
  it('the password alone signs nobody in; the code does, and the ID token says so', async () => {
    const { person, authenticator } = await newEnrolled()
    const visitor = openVisitor(world.services)
    const { verifier, challenge } = newPkce()
    const id = await begin(world, visitor, client, 'login', { code_challenge: challenge })
    await visitor.send(login, `/u/login?request=${id}`, { username: person.email, password: PASSWORD })
    expect(visitor.cookies.session).toBeUndefined()
    expect((await follow(world, visitor, `/authorize/resume?request=${id}`)).header('location')).toBe(
      `/u/login?request=${id}`,
    )
    expect((await visitor.load(secondFactor, page(id))).value).toMatchObject({ step: 'code' })
    const answer = await visitor.send(secondFactor, page(id), { code: await authenticator.nextCode() })
    expect([answer.status, answer.location]).toEqual([303, `/authorize/resume?request=${id}`])
    expect(visitor.cookies.second_factor).toBeUndefined()
    const { code = '' } = answerOf(await follow(world, visitor, answer.location ?? ''))
    const tokens = await redeem(world, client, { code, verifier })
    expect(claimsOf(tokens.json.id_token as string)).toMatchObject({
      acr: MULTI_FACTOR_ACR,
      amr: ['pwd', 'otp', 'mfa'],
      sub: person.user.userId,
    })
  })

  it('a recovery code does as well, and each works once', async () => {
    const { person, authenticator } = await newEnrolled()
    const [code = ''] = authenticator.recoveryCodes
    const first = await openHalfWay(person)
    expect((await first.visitor.send(secondFactor, page(first.id), { code })).status).toBe(303)
    const second = await openHalfWay(person)
    const answer = await second.visitor.send(secondFactor, page(second.id), { code })
    expect([answer.status, errorsOf(answer).code?.[0]]).toEqual([400, expect.stringContaining('not right')])
    expect(second.visitor.cookies.session).toBeUndefined()
  })

  it('five wrong codes close it, for the right one too', async () => {
    const { person, authenticator } = await newEnrolled()
    const { visitor, id } = await openHalfWay(person)
    for (let time = 1; time <= 5; time += 1) await visitor.send(secondFactor, page(id), { code: '000000' })
    const answer = await visitor.send(secondFactor, page(id), { code: await authenticator.nextCode() })
    expect([answer.status, visitor.cookies.session]).toEqual([429, undefined])
  })

  it('what stands for the password works for ten minutes, once, and for nobody without the cookie', async () => {
    const { person, authenticator } = await newEnrolled()
    const { visitor, id } = await openHalfWay(person)
    const cookie = visitor.cookies.second_factor ?? ''
    const other = openVisitor(world.services)
    expect((await other.load(accountSecondFactor, '/account/second-factor')).location).toBe('/account/sign-in')
    await visitor.send(secondFactor, page(id), { code: await authenticator.nextCode() })
    other.cookies.second_factor = cookie
    expect((await other.load(accountSecondFactor, '/account/second-factor')).location).toBe('/account/sign-in')

    const late = await openHalfWay(person)
    world.services.clock.advance(10 * MINUTE)
    const answer = await late.visitor.send(secondFactor, page(late.id), { code: await authenticator.nextCode() })
    expect(answer.location).toBe(`/u/login?request=${late.id}`)
  })

  it('does not go on from a password that was changed since', async () => {
    const { person, authenticator } = await newEnrolled()
    const { visitor, id } = await openHalfWay(person)
    world.services.clock.advance(MINUTE)
    const ctx = visitorContext(world.services)
    await requestPasswordReset(ctx, await accountConnections(ctx), person.email, '/u/reset-password')
    await resetPassword(
      ctx,
      world.services.mailer.link(person.email).searchParams.get('ticket') ?? '',
      'a new long one',
    )
    const answer = await visitor.send(secondFactor, page(id), { code: await authenticator.nextCode() })
    expect([answer.location, visitor.cookies.session]).toEqual([`/u/login?request=${id}`, undefined])
  })

  it('that somebody left half way is not asked of who signs in after them', async () => {
    const { visitor, id } = await openHalfWay((await newEnrolled()).person)
    world.services.clock.advance(MINUTE)
    const other = await createEndUser(world.services)
    await visitor.send(login, `/u/login?request=${id}`, { username: other.email, password: PASSWORD })
    expect((await visitor.load(accountSecondFactor, '/account/second-factor')).value).toMatchObject({ step: 'set-up' })
  })

  it('is asked for at the own account too, and leads to the page that was asked for', async () => {
    const { person, authenticator } = await newEnrolled()
    const visitor = openVisitor(world.services)
    const fields = { username: person.email, password: PASSWORD }
    const answer = await visitor.send(accountSignIn, '/account/sign-in?continue=%2Faccount%2Fapps', fields)
    expect(answer.location).toBe('/account/second-factor?continue=%2Faccount%2Fapps')
    expect((await visitor.load(profile, '/account')).location).toContain('/account/sign-in')
    const next = await visitor.send(accountSecondFactor, answer.location ?? '', {
      code: await authenticator.nextCode(),
    })
    expect(next.location).toBe('/account/apps')
    expect((await visitor.load(profile, '/account')).status).toBe(200)
  })
})

describe('a client that asks for two factors', () => {
  const mfa = { acr_values: MULTI_FACTOR_ACR }
  const stepUp = async (visitor: Visitor, given: Record<string, string> = {}) =>
    follow(world, visitor, `/authorize?${authorizeParams(client, { ...mfa, ...given })}`)
  const idOf = (location: string | undefined) => new URL(location ?? '', 'http://x').searchParams.get('request') ?? ''

  it('has somebody who has none set it up, and then gets its answer', async () => {
    const visitor = await openVisitorOf(world.services, 'account', await createEndUser(world.services))
    const id = idOf((await stepUp(visitor)).header('location'))
    const { step, enrolment } = (await visitor.load(secondFactor, page(id))).value as {
      step: string
      enrolment: { secret: string }
    }
    expect(step).toBe('set-up')
    const code = await totpCode(seedOf(enrolment.secret), world.services.clock.now())
    const answer = await visitor.send(secondFactor, page(id), { code })
    expect((answer.value as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10)
    expect((await visitor.load(secondFactor, page(id))).value).toMatchObject({ step: 'done' })
    expect(answerOf(await follow(world, visitor, `/authorize/resume?request=${id}`)).code).toBeDefined()
  })

  it('asks for the code where the session began with the password alone', async () => {
    const { person, authenticator } = await newEnrolled()
    const visitor = await openVisitorOf(world.services, 'account', person)
    const before = visitor.cookies.session
    const id = idOf((await stepUp(visitor)).header('location'))
    expect((await visitor.load(secondFactor, page(id))).value).toMatchObject({ step: 'code' })
    const answer = await visitor.send(secondFactor, page(id), { code: await authenticator.nextCode() })
    expect(visitor.cookies.session).not.toBe(before)
    expect(answerOf(await follow(world, visitor, answer.location ?? '')).code).toBeDefined()
  })

  it('that asks for a new sign-in too is not content with the code', async () => {
    const { person, authenticator } = await newEnrolled()
    const visitor = await openVisitorOf(world.services, 'account', person)
    world.services.clock.advance(MINUTE)
    for (const given of [{ prompt: 'login' }, { max_age: '30' }] as Record<string, string>[]) {
      const asked = await stepUp(visitor, given)
      const id = idOf(asked.header('location'))
      expect(asked.header('location')).toBe(`/u/login?request=${id}`)
      await visitor.send(secondFactor, page(id), { code: await authenticator.nextCode() })
      const next = await follow(world, visitor, `/authorize/resume?request=${id}`)
      expect(next.header('location')).toBe(`/u/login?request=${id}`)
    }
  })

  it('is told interaction_required under prompt=none, and access_denied when the person goes back', async () => {
    const visitor = await openVisitorOf(world.services, 'account', await createEndUser(world.services))
    expect(answerOf(await stepUp(visitor, { prompt: 'none' })).error).toBe('interaction_required')
    const id = idOf((await stepUp(visitor)).header('location'))
    const answer = await visitor.send(secondFactor, page(id), { decision: 'deny' })
    expect(answerOf(await follow(world, visitor, answer.location ?? '')).error).toBe('access_denied')
  })

  it('is not helped by an old sign-in: a set-up needs a fresh one', async () => {
    const visitor = await openVisitorOf(world.services, 'account', await createEndUser(world.services))
    world.services.clock.advance(16 * MINUTE)
    const id = idOf((await stepUp(visitor)).header('location'))
    expect((await visitor.load(secondFactor, page(id))).location).toBe(`/u/login?request=${id}`)
  })

  it('that names classes which are not here is answered as before, unless one is essential', async () => {
    const visitor = await openVisitorOf(world.services, 'account', await createEndUser(world.services))
    expect(answerOf(await stepUp(visitor, { acr_values: 'urn:unknown' })).code).toBeDefined()
    expect(answerOf(await stepUp(visitor, { acr_values: `urn:unknown ${PASSWORD_ACR}` })).code).toBeDefined()
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:unknown'] } } })
    const { acr_values: _, ...rest } = mfa
    const params = authorizeParams(client, { ...rest, claims })
    expect(answerOf(await follow(world, visitor, `/authorize?${params}`)).error).toBe(
      'unmet_authentication_requirements',
    )
  })
})

describe('the security page', () => {
  const path = '/account/security'

  it('leads to the set-up, tells by mail, and then has a fresh set of recovery codes for a code', async () => {
    const person = await createEndUser(world.services)
    const visitor = await openVisitorOf(world.services, 'account', person)
    expect((await visitor.load(security, path)).value).toMatchObject({ page: { secondFactor: { isSetUp: false } } })
    const at = '/account/second-factor?continue=%2Faccount%2Fsecurity'
    const { enrolment } = (await visitor.load(accountSecondFactor, at)).value as { enrolment: { secret: string } }
    const hex = seedOf(enrolment.secret)
    await visitor.send(accountSecondFactor, at, { code: await totpCode(hex, world.services.clock.now()) })
    expect(world.services.mailer.last(person.email).subject).toContain('second factor was set up')
    world.services.clock.advance(MINUTE)
    const code = await totpCode(hex, world.services.clock.now())
    const answer = await visitor.send(security, path, { intent: 'replace-recovery-codes', code })
    expect((answer.value as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10)
  })

  it('shows the seed to one browser: who has the password elsewhere does not learn it', async () => {
    const person = await createEndUser(world.services)
    const seenBy = async (visitor: Visitor) =>
      ((await visitor.load(accountSecondFactor, '/account/second-factor')).value as { enrolment: { secret: string } })
        .enrolment.secret
    const intruder = await openVisitorOf(world.services, 'account', person)
    const seen = await seenBy(intruder)
    const owner = await openVisitorOf(world.services, 'account', person)
    const secret = await seenBy(owner)
    expect([await seenBy(intruder), await seenBy(owner)]).toEqual([seen, secret])
    expect(secret).not.toBe(seen)
    const code = await totpCode(seedOf(secret), world.services.clock.now())
    expect((await intruder.send(accountSecondFactor, '/account/second-factor', { code })).status).toBe(400)
    expect((await owner.send(accountSecondFactor, '/account/second-factor', { code })).status).toBe(200)
  })

  it('removes the authenticator for a code only; other sessions end and the person is told', async () => {
    const { person, authenticator } = await newEnrolled()
    const [here, there] = [
      await openVisitorOf(world.services, 'account', person),
      await openVisitorOf(world.services, 'account', person),
    ]
    const wrong = await here.send(security, path, { intent: 'remove-authenticator', code: '123456' })
    expect(wrong.status).toBe(400)
    const code = await authenticator.nextCode()
    const answer = await here.send(security, path, { intent: 'remove-authenticator', code })
    expect(answer.location).toBe('/account/security?done=authenticator-removed')
    expect((await there.load(security, path)).location).toContain('/account/sign-in')
    expect(world.services.mailer.last(person.email).subject).toContain('second factor was removed')
    expect(world.services.mailer.link(person.email).pathname).toBe('/u/reset-password')
  })
})
