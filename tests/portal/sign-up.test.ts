import { beforeEach, describe, expect, it } from 'vitest'
import { reinstatePartner, suspendPartner } from '~/domain/moderation/suspend-partner'
import * as apps from '~/routes/portal._app.apps'
import * as checkMail from '~/routes/portal.check-mail'
import * as forgotPassword from '~/routes/portal.forgot-password'
import * as resetPassword from '~/routes/portal.reset-password'
import * as signIn from '~/routes/portal.sign-in'
import * as signOut from '~/routes/portal.sign-out'
import * as signUp from '~/routes/portal.sign-up'
import * as suspended from '~/routes/portal.suspended'
import * as verifyEmail from '~/routes/portal.verify-email'
import { visitorContext } from '~tests/support/context'
import { createPartner, createWorld, get, linkIn, post, type World } from './portal-world'

const person = { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery', organization: 'Ann & Co.' }
const errorsOf = (value: unknown) => (value as { lastResult?: { error?: object } }).lastResult?.error

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const cookiesOf = (cookie: string | null) => ({
  portal_session: /portal_session=([^;]*)/.exec(cookie ?? '')?.[1] ?? '',
})

describe('signing up', () => {
  it('leads to a page that waits for the mail, and nothing else opens before the link was followed', async () => {
    const signedUp = await post(world, signUp, person, { path: '/portal/sign-up' })
    expect(signedUp.location).toBe('/portal/check-mail')
    const cookies = cookiesOf(signedUp.cookie)
    expect((await get(world, apps, { path: '/portal/apps', cookies })).location).toBe('/portal/check-mail')
    expect((await get(world, checkMail, { path: '/portal/check-mail', cookies })).value).toMatchObject({
      email: person.email,
    })

    const link = linkIn(world.mails[0])
    expect(link.href).toContain(`${world.services.config.issuer}portal/verify-email?ticket=`)
    const path = link.pathname + link.search
    expect((await get(world, verifyEmail, { path })).value).toMatchObject({ signUp: { email: person.email } })
    const confirmed = await post(world, verifyEmail, { intent: 'confirm' }, { path, cookies })
    expect(confirmed.location).toBe('/portal/apps?notice=welcome')
    expect((await get(world, apps, { path: '/portal/apps', cookies })).value).toEqual({ apps: [], notice: null })
    // In another browser the link leads to the sign-in from now on.
    expect((await get(world, verifyEmail, { path })).location).toBe('/portal/sign-in?notice=verified')
  })

  it('with wrong values says what is wrong at each field, and sends no password back', async () => {
    const wrong = { name: '<b>', email: 'ann', password: 'short', organization: '' }
    const { status, value } = await post(world, signUp, wrong, { path: '/portal/sign-up' })
    expect(status).toBe(400)
    expect(Object.keys(errorsOf(value) ?? {}).sort()).toEqual(['email', 'name', 'organization', 'password'])
    expect(JSON.stringify(value)).not.toContain('short')
    expect(JSON.stringify(value)).toContain('<b>')
  })

  it('with an address that has an account is refused, and is not told why', async () => {
    await post(world, signUp, person, { path: '/portal/sign-up' })
    const again = await post(world, signUp, { ...person, email: 'ANN@example.com' }, { path: '/portal/sign-up' })
    expect(again.status).toBe(400)
    expect(JSON.stringify(again.value)).toContain('We cannot make this account')
  })

  it('without the token of a form of ours is refused', async () => {
    const { status } = await post(world, signUp, { ...person, form_token: 'x' }, { path: '/portal/sign-up' })
    expect(status).toBe(403)
    expect(world.mails).toEqual([])
  })

  it('has its mail sent again a few times, and no more', async () => {
    const { cookies } = await createPartner(world, 'Ann', { isVerified: false })
    const old = linkIn(world.mails[0])
    const resend = () => post(world, checkMail, {}, { path: '/portal/check-mail', cookies })
    for (let n = 0; n < 5; n++) expect((await resend()).value).toEqual({ wasSent: true })
    const refused = await resend()
    expect([refused.status, refused.retryAfter === null]).toEqual([429, false])
    // Only the newest link works, and one that does not says what to do.
    expect((await get(world, verifyEmail, { path: old.pathname + old.search })).status).toBe(410)
  })
})

describe('signing in', () => {
  it('goes on to the page that was asked for, if it is one of the portal', async () => {
    await createPartner(world, 'Ann')
    const asked = await get(world, apps, { path: '/portal/apps?x=1' })
    expect(asked.location).toBe('/portal/sign-in?continue=%2Fportal%2Fapps%3Fx%3D1')
    const send = (path: string) =>
      post(world, signIn, { username: person.email, password: person.password, continue: path }, { path: '/' })
    expect((await send('/portal/apps?x=1')).location).toBe('/portal/apps?x=1')
    for (const path of [
      'https://evil.example/portal/',
      '//evil.example',
      '/portal//evil.example',
      '/portal/../admin',
      '/portal\\@evil.example',
      '/portal.evil.example',
      '/admin',
      'javascript:alert(1)',
      '/portal/apps\n',
    ]) {
      expect((await send(path)).location).toBe('/portal/apps')
    }
  })

  it('with a wrong password says so, keeps the address typed, and is closed after ten tries', async () => {
    await createPartner(world, 'Ann')
    const send = (username: string) => post(world, signIn, { username, password: 'wrong' }, { path: '/portal/sign-in' })
    const first = await send('ann@example.com')
    expect(first.status).toBe(400)
    expect(JSON.stringify(first.value)).toContain('ann@example.com')
    for (let n = 0; n < 9; n++) await send('ann@example.com')
    expect(await send('ann@example.com')).toMatchObject({ status: 429, retryAfter: expect.stringMatching(/^\d+$/) })
  })

  it('ends on the server when the person signs out', async () => {
    const { cookies } = await createPartner(world, 'Ann')
    const out = await post(world, signOut, { intent: 'sign-out' }, { path: '/portal/sign-out', cookies })
    expect(out.cookie).toMatch(/portal_session=;.*Max-Age=0/)
    expect((await get(world, apps, { path: '/portal/apps', cookies })).location).toMatch(/sign-in/)
  })

  it('shows the members of a suspended organization one page only, which says why until it is lifted', async () => {
    const { cookies, partner } = await createPartner(world, 'Ann')
    const ctx = visitorContext(world.services)
    await suspendPartner(ctx, partner.id, 'Nobody answers our mails.')
    const open = () => get(world, suspended, { path: '/portal/suspended', cookies })
    expect((await get(world, apps, { path: '/portal/apps', cookies })).location).toBe('/portal/suspended')
    expect(await open()).toMatchObject({
      status: 403,
      value: { suspension: { organization: partner.name, reason: 'Nobody answers our mails.' } },
    })
    await reinstatePartner(ctx, partner.id, '')
    expect((await open()).location).toBe('/portal')
  })
})

it('a forgotten password is replaced by the mailed link, once, and the answer does not tell who has an account', async () => {
  const { cookies } = await createPartner(world, 'Ann')
  const before = world.mails.length
  const ask = (email: string) => post(world, forgotPassword, { email }, { path: '/portal/forgot-password' })
  expect((await ask('nobody@example.com')).value).toEqual({ mailedTo: 'nobody@example.com' })
  expect(world.mails).toHaveLength(before)
  expect((await ask('ann@example.com')).value).toEqual({ mailedTo: 'ann@example.com' })
  const ticket = linkIn(world.mails.at(-1)).searchParams.get('ticket') ?? ''
  const path = '/portal/reset-password'
  expect((await get(world, resetPassword, { path: `${path}?ticket=${ticket}` })).value).toMatchObject({
    reset: { email: 'ann@example.com' },
  })
  const choose = () => post(world, resetPassword, { ticket, password: 'another long password' }, { path })
  expect((await choose()).location).toBe('/portal/sign-in?notice=password-changed')
  expect(linkIn(world.mails.at(-1)).pathname).toBe('/portal/forgot-password')
  expect((await choose()).status).toBe(410)
  expect((await get(world, apps, { path: '/portal/apps', cookies })).location).toMatch(/sign-in/)
})
