import { expect, it } from 'vitest'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { MINUTE, SECOND } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import * as area from '~/routes/admin._area'
import * as dashboard from '~/routes/admin._area._index'
import * as activity from '~/routes/admin._area.activity'
import * as apis from '~/routes/admin._area.apis._index'
import * as api from '~/routes/admin._area.apis.$id'
import * as newApi from '~/routes/admin._area.apis.new'
import * as apps from '~/routes/admin._area.apps._index'
import * as app from '~/routes/admin._area.apps.$client_id'
import * as partners from '~/routes/admin._area.partners._index'
import * as partner from '~/routes/admin._area.partners.$id'
import * as reviews from '~/routes/admin._area.reviews._index'
import * as review from '~/routes/admin._area.reviews.$id'
import * as settings from '~/routes/admin._area.settings'
import * as users from '~/routes/admin._area.users._index'
import * as user from '~/routes/admin._area.users.$id'
import * as secondFactor from '~/routes/admin.second-factor'
import * as signInPage from '~/routes/admin.sign-in'
import * as signOut from '~/routes/admin.sign-out'
import { seedOf } from '~tests/support/authenticator'
import { createEndUser, createPartner, signIn } from '~tests/support/people'
import { OWNER } from '~tests/support/test-environment'
import { openVisitor, type PageRoute } from '~tests/support/visitor'
import { freshTenant, openEnrolled, openHalfWay } from './fixtures'

const PAGES: [string, PageRoute][] = [
  ['the frame', area],
  ['overview', dashboard],
  ['activity', activity],
  ['API', api],
  ['APIs', apis],
  ['new API', newApi],
  ['app', app],
  ['apps', apps],
  ['partner', partner],
  ['partners', partners],
  ['review', review],
  ['reviews', reviews],
  ['settings', settings],
  ['person', user],
  ['people', users],
]

const SIGN_IN = '/admin/sign-in'
const SECOND_FACTOR = '/admin/second-factor'

it('nobody enters a page of the area without having signed in', async () => {
  const { services } = await freshTenant()
  for (const [name, route] of PAGES) {
    const visitor = openVisitor(services)
    expect((await visitor.load(route, '/admin')).location, name).toBe(SIGN_IN)
    if (route.action) expect((await visitor.send(route, '/admin', {})).location, name).toBe(SIGN_IN)
  }
})

it.each(['portal', 'account'] as const)(
  'a session of %s is no session here, whatever its cookie is called',
  async (from) => {
    const { services } = await freshTenant()
    const person = from === 'portal' ? await createPartner(services) : await createEndUser(services)
    const cookies = await signIn(services, from, person)
    const [token = ''] = Object.values(cookies)
    for (const [name, route] of PAGES) {
      const visitor = openVisitor(services, { cookies: { ...cookies, admin_session: token } })
      expect((await visitor.load(route, '/admin')).location, name).toBe(SIGN_IN)
    }
  },
)

it('a partner who got a session of the admin area is still no member', async () => {
  const { services } = await freshTenant()
  const cookies = await signIn(services, 'admin', await createPartner(services))
  for (const [name, route] of PAGES) {
    expect((await openVisitor(services, { cookies }).load(route, '/admin')).location, name).toBe(SIGN_IN)
  }
})

it('after the password alone every page, and every form, leads to the second factor', async () => {
  const { services } = await freshTenant()
  const visitor = await openHalfWay(services)
  for (const [name, route] of PAGES) {
    expect((await visitor.load(route, '/admin')).location, name).toBe(SECOND_FACTOR)
    if (route.action)
      expect((await visitor.send(route, '/admin', { intent: 'save' })).location, name).toBe(SECOND_FACTOR)
  }
})

it('the way back to the page that was asked for survives the sign-in', async () => {
  const { services } = await freshTenant()
  const visitor = await openHalfWay(services)
  const answer = await visitor.load(apps, '/admin/apps?state=live')
  expect(answer.location).toBe(`${SECOND_FACTOR}?continue=${encodeURIComponent('/admin/apps?state=live')}`)
})

it('a way back leads into the admin area only', async () => {
  const { services } = await freshTenant({ REQUIRE_MEMBER_MFA: 'false' })
  for (const path of [
    'https://evil.example/',
    '//evil.example',
    '/portal/apps',
    '/admin/../portal',
    '/admin//evil',
    '/admin/sign-in',
  ]) {
    const visitor = openVisitor(services)
    const fields = { username: OWNER.email, password: OWNER.password, continue: path }
    expect((await visitor.send(signInPage, SIGN_IN, fields)).location, path).toBe('/admin')
  }
})

it('the first sign-in sets up the second factor, shows recovery codes once, and opens the area', async () => {
  const { services } = await freshTenant()
  const { visitor, recoveryCodes } = await openEnrolled(services)
  expect(recoveryCodes).toHaveLength(10)
  expect((await visitor.load(dashboard, '/admin')).status).toBe(200)
  const again = await visitor.load(secondFactor, SECOND_FACTOR)
  expect(again.value).toMatchObject({ step: 'done' })
  expect(JSON.stringify(again.value)).not.toContain('secret')
})

it('the half-way session ends with the second factor: its cookie opens nothing', async () => {
  const { services, clock } = await freshTenant()
  const { hex } = await openEnrolled(services)
  clock.advance(30 * SECOND)
  const visitor = await openHalfWay(services)
  const half = { ...visitor.cookies }
  await visitor.send(secondFactor, SECOND_FACTOR, { code: await totpCode(hex, clock.now()) })
  expect((await visitor.load(dashboard, '/admin')).status).toBe(200)
  expect(visitor.cookies.admin_session).not.toBe(half.admin_session)
  expect((await openVisitor(services, { cookies: half }).load(dashboard, '/admin')).location).toBe(SIGN_IN)
})

it('a second factor is set up by somebody who has signed in just now, not by who finds an open browser', async () => {
  const { services, clock, person } = await freshTenant({ REQUIRE_MEMBER_MFA: 'false' })
  const visitor = openVisitor(services, { cookies: await signIn(services, 'admin', person, { amr: ['pwd'] }) })
  const page = await visitor.load(secondFactor, SECOND_FACTOR)
  const { enrolment } = page.value as { enrolment: { secret: string } }
  clock.advance(40 * MINUTE)
  expect(await visitor.load(secondFactor, SECOND_FACTOR)).toMatchObject({
    status: 303,
    location: `${SIGN_IN}?notice=confirm&continue=%2Fadmin`,
  })
  const code = await totpCode(seedOf(enrolment.secret), clock.now())
  expect((await visitor.send(secondFactor, SECOND_FACTOR, { code })).status).toBe(303)
  expect(await hasAuthenticator(visitor.context(), person.user.userId)).toBe(false)
})

it('a code alone is no new sign-in: a complete session is led on, and one that is completed is as old as its password', async () => {
  const { services, clock } = await freshTenant()
  const { hex } = await openEnrolled(services)
  const visitor = await openHalfWay(services)
  clock.advance(9 * MINUTE)
  await visitor.send(secondFactor, SECOND_FACTOR, { code: await totpCode(hex, clock.now()) })
  clock.advance(7 * MINUTE)
  const block = () => visitor.send(user, '/admin/users/x', { intent: 'block' }, { params: { id: 'x' } })
  expect((await block()).location).toMatch(/^\/admin\/sign-in\?notice=confirm/)
  const code = await totpCode(hex, clock.now())
  expect((await visitor.send(secondFactor, SECOND_FACTOR, { code })).location).toBe('/admin')
  expect((await block()).location).toMatch(/^\/admin\/sign-in\?notice=confirm/)
})

it('a code that was used opens no second session (RFC 6238 §5.2)', async () => {
  const { services, clock } = await freshTenant()
  const { hex } = await openEnrolled(services)
  clock.advance(30 * SECOND)
  const code = await totpCode(hex, clock.now())
  const first = await openHalfWay(services)
  expect((await first.send(secondFactor, SECOND_FACTOR, { code })).location).toBe('/admin')
  const second = await openHalfWay(services)
  const answer = await second.send(secondFactor, SECOND_FACTOR, { code })
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({ lastResult: { error: { code: [expect.stringContaining('not right')] } } })
})

it('of 20 wrong codes only five are looked at, also from fresh sign-ins', async () => {
  const { services } = await freshTenant()
  await openEnrolled(services)
  const statuses = []
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const visitor = await openHalfWay(services)
    statuses.push((await visitor.send(secondFactor, SECOND_FACTOR, { code: 'wrong-code' })).status)
  }
  expect(statuses).toEqual([...Array(5).fill(400), ...Array(15).fill(429)])
})

it('the page for the code does not show the key of somebody who has set one up', async () => {
  const { services } = await freshTenant()
  await openEnrolled(services)
  const visitor = await openHalfWay(services)
  const page = await visitor.load(secondFactor, SECOND_FACTOR)
  expect(page.value).toMatchObject({ step: 'code' })
  expect(page.value).not.toHaveProperty('enrolment')
})

it('a recovery code takes the place of a code, once', async () => {
  const { services } = await freshTenant()
  const { recoveryCodes } = await openEnrolled(services)
  const code = recoveryCodes[0] ?? ''
  const visitor = await openHalfWay(services)
  expect((await visitor.send(secondFactor, SECOND_FACTOR, { code })).location).toBe('/admin')
  const again = await openHalfWay(services)
  expect((await again.send(secondFactor, SECOND_FACTOR, { code })).status).toBe(400)
})

it('who has given the password has ten minutes for the second factor', async () => {
  const { services, clock } = await freshTenant()
  const visitor = await openHalfWay(services)
  clock.advance(10 * MINUTE)
  expect((await visitor.load(secondFactor, SECOND_FACTOR)).location).toBe(SIGN_IN)
  expect((await visitor.load(signInPage, SIGN_IN)).status).toBe(200)
})

it('without REQUIRE_MEMBER_MFA the password is enough, until somebody sets up a second factor', async () => {
  const { services } = await freshTenant({ REQUIRE_MEMBER_MFA: 'false' })
  const visitor = await openHalfWay(services)
  expect((await visitor.load(dashboard, '/admin')).status).toBe(200)
  await openEnrolled(services)
  expect((await visitor.load(dashboard, '/admin')).location).toBe(SECOND_FACTOR)
})

it('a wrong password is refused without a session, and what was typed stays but for the password', async () => {
  const { services } = await freshTenant()
  const visitor = openVisitor(services)
  const answer = await visitor.send(signInPage, SIGN_IN, { username: OWNER.email, password: 'wrong password' })
  expect(answer.status).toBe(400)
  expect(visitor.cookies.admin_session).toBeUndefined()
  expect(answer.value).toMatchObject({ lastResult: { initialValue: { username: OWNER.email } } })
  expect(JSON.stringify(answer.value)).not.toContain('wrong password')
})

it('a partner cannot sign in here with the password of the portal', async () => {
  const { services } = await freshTenant()
  const { email, password } = await createPartner(services)
  const answer = await openVisitor(services).send(signInPage, SIGN_IN, { username: email, password })
  expect(answer.status).toBe(400)
})

it('signing out ends the session on the server', async () => {
  const { services } = await freshTenant()
  const { visitor } = await openEnrolled(services)
  const kept = { ...visitor.cookies }
  expect((await visitor.send(signOut, '/admin/sign-out')).location).toContain(SIGN_IN)
  expect((await openVisitor(services, { cookies: kept }).load(dashboard, '/admin')).location).toBe(SIGN_IN)
})

it('a form without the token of the page is refused', async () => {
  const { services } = await freshTenant()
  const { visitor } = await openEnrolled(services)
  const answer = await visitor.send(settings, '/admin/settings', { intent: 'save' }, { token: null })
  expect(answer.status).toBe(403)
})
