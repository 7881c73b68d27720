/**
 * Mail programs and scanners follow every link of a mail, without cookies, by GET or HEAD: nothing changes by it. People
 * follow it again when it no longer works: each page says so alike.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { addTester } from '~/domain/apps/testers'
import { linkIdentities } from '~/domain/identities/link-identities'
import { findSession } from '~/domain/sessions/sessions'
import { inviteToTeam } from '~/domain/teams/invite'
import { changePassword } from '~/domain/users/change-password'
import { createTicket } from '~/domain/users/tickets'
import { cookieName } from '~/platform/cookies'
import { createFormToken, FORM_TOKEN_FIELD } from '~/platform/form-token'
import * as testing from '~/routes/account._area.testing'
import * as undoLinking from '~/routes/account.undo-linking'
import * as verifyEmail from '~/routes/account.verify-email'
import * as adminForgotPassword from '~/routes/admin.forgot-password'
import * as adminJoin from '~/routes/admin.join'
import * as adminResetPassword from '~/routes/admin.reset-password'
import * as setUp from '~/routes/admin.set-up'
import * as forgotPassword from '~/routes/portal.forgot-password'
import * as portalJoin from '~/routes/portal.join'
import * as portalResetPassword from '~/routes/portal.reset-password'
import * as portalVerifyEmail from '~/routes/portal.verify-email'
import * as resetPassword from '~/routes/u.reset-password'
import { type Server, startServer } from '~tests/http/server'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { pageRequest, visitorContext } from '~tests/support/context'
import { createPortalApp, requireApp } from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, openVisitorOf, signIn } from '~tests/support/people'
import { linkIn } from '~tests/support/test-mailer'
import { openVisitor, type PageRoute } from '~tests/support/visitor'

/** The pages that mails lead to. */
const PAGES: Record<string, PageRoute> = {
  '/account/testing': testing,
  '/account/undo-linking': undoLinking,
  '/account/verify-email': verifyEmail,
  '/admin/forgot-password': adminForgotPassword,
  '/admin/join': adminJoin,
  '/admin/reset-password': adminResetPassword,
  '/admin/set-up': setUp,
  '/portal/forgot-password': forgotPassword,
  '/portal/join': portalJoin,
  '/portal/reset-password': portalResetPassword,
  '/portal/verify-email': portalVerifyEmail,
  '/u/reset-password': resetPassword,
}

const RESULT = 'https://tenant.example.com/done'

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
})

/** Has every mail sent that holds a link to a page of this program, and every link made that a program mails. */
async function linksOf(): Promise<string[]> {
  const { services } = world
  const send = (route: PageRoute, path: string, email: string) => openVisitor(services).send(route, path, { email })
  const owner = await findOwner(services)
  const [person, partner] = [await createEndUser(services), await createPartner(services, { isVerified: false })]
  const colleague = await createPartner(services)
  await send(resetPassword, '/u/reset-password', person.email)
  await send(forgotPassword, '/portal/forgot-password', partner.email)
  await send(adminForgotPassword, '/admin/forgot-password', owner.email)
  await inviteToTeam(
    colleague.ctx,
    { of: 'partner', partner: colleague.partner },
    { email: 'a@x.example', role: 'owner' },
  )
  await inviteToTeam(owner.ctx, { of: 'tenant' }, { email: 'b@x.example', role: 'reviewer' })
  const other = await createEndUser(services)
  for (const [area, one] of [
    ['account', other],
    ['portal', colleague],
    ['admin', owner],
  ] as const) {
    const live = await findSession(visitorContext(services, await openVisitorOf(services, area, one)), area)
    if (!live) throw new Error(`nobody is signed in to ${area}`)
    await changePassword(one.ctx, live, { currentPassword: one.password, password: 'another word of mine' })
  }
  const [one, two] = [
    await createEndUser(services, { isVerified: true }),
    await createEndUser(services, { isVerified: true }),
  ]
  await linkIdentities(one.ctx, one.user.userId, two.user.userId)
  await addTester(colleague.ctx, await requireApp(services, (await createPortalApp(colleague)).clientId), 'c@x.example')
  const third = await createEndUser(services)
  const tickets: string[] = []
  for (const more of [{ result_url: RESULT }, { user_id: other.user.userId }]) {
    const body = { user_id: third.user.userId, ...more }
    for (const kind of ['email-verification', 'password-change'])
      tickets.push(String((await world.call('POST', `/tickets/${kind}`, body)).json.ticket))
  }
  const { ticket, steps } = createTicket(owner.ctx, 'owner-set-up', { lifetime: 60_000 })
  await services.db.atomically(steps)
  const mailed = services.mailer.sent.map((mail) => linkIn(mail).href)
  return [...mailed, ...tickets, `${services.config.issuer}admin/set-up?ticket=${ticket}`]
}

/** Every row of every table. */
async function everything(): Promise<Record<string, unknown>> {
  const { sql, t } = world.services.db.handle
  const rows = Object.entries(t).map(async ([name, table]) => [name, await sql.select().from(table as never)])
  return Object.fromEntries(await Promise.all(rows))
}

it('every link of a mail may be followed by a program: no row changes', async () => {
  const links = [...new Set(await linksOf())].map((link) => new URL(link))
  expect([...new Set(links.map(({ pathname }) => pathname))].sort()).toEqual(Object.keys(PAGES).sort())
  const before = await everything()
  for (const link of links)
    for (const method of ['HEAD', 'GET']) {
      const { context, params } = pageRequest(visitorContext(world.services), link.pathname)
      const request = new Request(link, { method })
      await Promise.resolve(PAGES[link.pathname]?.loader?.({ request, context, params })).catch((thrown) => {
        if (!(thrown instanceof Response)) throw thrown
        expect(thrown.headers.get('location') ?? '', link.pathname).not.toContain('success=true')
      })
    }
  expect(await everything()).toEqual(before)
})

describe('a link that no longer works', () => {
  let server: Server

  beforeAll(async () => {
    server = await startServer()
  })

  /** The headers of a browser that is signed in to an account: one link leads to a page for people with one. */
  async function signedIn() {
    const { services } = server
    const cookies = { 'visitor-1': 'a-browser', ...(await signIn(services, 'account', await createEndUser(services))) }
    const pairs = Object.entries(cookies).map(([name, value]) => `${cookieName(services.config, name)}=${value}`)
    return { cookie: pairs.join('; ') }
  }

  it.each(Object.keys(PAGES).filter((path) => !path.endsWith('/forgot-password')))(
    'is gone, and its page leads on: %s',
    async (path) => {
      const { status, text } = await server.send(`${path}?ticket=nobody-has-it`, { headers: await signedIn() })
      const [, afterTitle = ''] = text.split('</h1>')
      expect([status, /<(a|form)\b/.test(afterTitle.split('</main>')[0] ?? '')]).toEqual([410, true])
    },
  )

  it('takes nothing from what its page does: a new mail is asked for, and a password was changed', async () => {
    const { services } = server
    const { email } = await createEndUser(services)
    const token = createFormToken(services.encryption, 'a-browser')
    const send = (target: string, fields: Record<string, string>) =>
      server.send(target, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: new URL(services.config.issuer).origin,
          cookie: `${cookieName(services.config, 'visitor-1')}=a-browser`,
        },
        body: new URLSearchParams({ [FORM_TOKEN_FIELD]: token, ...fields }).toString(),
      })
    const asked = await send('/u/reset-password?ticket=nobody-has-it', { email })
    expect([asked.status, asked.text.includes('works for an hour')]).toEqual([200, true])
    const { pathname, search } = services.mailer.link(email)
    const password = 'another word of mine'
    expect((await send(pathname + search, { password })).status).toBe(200)
    expect((await send(pathname + search, { password })).status).toBe(410)
  })
})
