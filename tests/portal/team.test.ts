/** The team of an organization: who is invited, what they may, and how they leave. */
import { beforeEach, expect, it } from 'vitest'
import { sweepExpired } from '~/domain/tokens/sweep'
import { blockUser } from '~/domain/users/block-user'
import { DAY, MINUTE } from '~/platform/durations'
import * as apps from '~/routes/portal._app.apps'
import * as organization from '~/routes/portal._app.organization'
import * as team from '~/routes/portal._app.team'
import * as join from '~/routes/portal.join'
import * as signIn from '~/routes/portal.sign-in'
import * as verifyEmail from '~/routes/portal.verify-email'
import { listAuditEvents } from '~db/queries/audit'
import { findPartner } from '~db/queries/partners'
import { findUser } from '~db/queries/users'
import { visitorContext } from '~tests/support/context'
import { createPartner, openVisitorOf, PASSWORD, type PartnerPerson } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import { openVisitor, type Visitor } from '~tests/support/visitor'

const PATH = '/portal/team'
type Row = { userId: string; name: string; email: string; role: string; isYou: boolean }
type Page = { mayEdit: boolean; members: Row[]; invitations: { id: string; email: string; isExpired: boolean }[] }

let services: TestServices
let owner: PartnerPerson
let visitor: Visitor

beforeEach(async () => {
  services = await createTestServices()
  owner = await createPartner(services, { name: 'Ann', organization: 'Northwind' })
  visitor = await openVisitorOf(services, 'portal', owner)
})

const read = async (browser = visitor) => (await browser.load(team, PATH)).value as Page
const invite = (email: string, role = 'developer') => visitor.send(team, PATH, { intent: 'invite', email, role })
const ticketOf = (email: string) => services.mailer.link(email).searchParams.get('ticket') ?? ''
const take = (ticket: string, fields = {}, browser = openVisitor(services)) =>
  browser.send(join, `/portal/join?ticket=${ticket}`, { ticket, name: 'Finn', password: PASSWORD, ...fields })

/** Somebody who was invited and has joined, in their browser. */
async function joined(email: string, role?: string): Promise<{ browser: Visitor; userId: string }> {
  await invite(email, role)
  const browser = openVisitor(services)
  await take(ticketOf(email), {}, browser)
  const { members } = await read()
  return { browser, userId: members.find((member) => member.email === email)?.userId ?? '' }
}

it('who is invited makes an account by the mailed link, and works on the same apps', async () => {
  expect((await invite('Finn@Example.com')).location).toBe(`${PATH}?notice=invited`)
  const { text } = services.mailer.last('finn@example.com')
  expect(text).toContain('Ann invites you to work in the team of Northwind')
  const ticket = ticketOf('finn@example.com')
  const browser = openVisitor(services)
  expect((await browser.load(join, `/portal/join?ticket=${ticket}`)).value).toMatchObject({
    invitation: { teamName: 'Northwind', email: 'finn@example.com', role: 'developer' },
  })
  services.clock.advance(MINUTE)
  expect((await take(ticket, {}, browser)).location).toBe('/portal/apps?notice=joined')
  expect((await browser.load(apps, '/portal/apps')).status).toBe(200)
  expect(await read(browser)).toMatchObject({
    mayEdit: false,
    invitations: [],
    members: [
      { name: 'Ann', role: 'owner', isYou: false },
      { name: 'Finn', role: 'developer', isYou: true },
    ],
  })
  const actions = (await listAuditEvents(services.db, { partnerId: owner.partner.id }, 5)).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(['member.invited', 'member.joined']))
})

it('an invitation works once, for seven days, and only the newest to an address', async () => {
  await invite('finn@example.com')
  const first = ticketOf('finn@example.com')
  await invite('finn@example.com', 'owner')
  const second = ticketOf('finn@example.com')
  expect((await read()).invitations).toMatchObject([{ email: 'finn@example.com', role: 'owner' }])
  expect((await take(first)).status).toBe(410)
  const both = await Promise.all([take(second), take(second)])
  expect(both.map(({ status }) => status).sort()).toEqual([302, 410])

  await invite('gil@example.com')
  services.clock.advance(7 * DAY)
  expect((await take(ticketOf('gil@example.com'))).status).toBe(410)
  visitor = await openVisitorOf(services, 'portal', owner)
  expect((await read()).invitations).toMatchObject([{ email: 'gil@example.com', isExpired: true }])
})

it('an invitation that is taken back, or was made for another area, opens nothing', async () => {
  await invite('finn@example.com')
  const ticket = ticketOf('finn@example.com')
  const admin = await import('~/routes/admin.join')
  const sent = await openVisitor(services).send(admin, '/admin/join', { ticket, name: 'Finn', password: PASSWORD })
  expect(sent.status).toBe(410)
  const [{ id } = { id: '' }] = (await read()).invitations
  const stranger = await openVisitorOf(services, 'portal', await createPartner(services))
  const taken = await stranger.send(team, PATH, { intent: 'take-back', invitation_id: id })
  expect(taken.status, 'by another organization').toBe(404)
  await visitor.send(team, PATH, { intent: 'take-back', invitation_id: id })
  expect((await openVisitor(services).load(join, `/portal/join?ticket=${ticket}`)).value).not.toHaveProperty(
    'invitation.email',
  )
  expect((await take(ticket)).status).toBe(410)
})

it('whoever works for another organization is invited like anybody, as it is told to them alone; no address is refused at its field', async () => {
  const other = await createPartner(services)
  expect((await invite(other.email)).status).toBe(302)
  expect(services.mailer.last(other.email).text).toContain('another address')
  expect((await invite('no address')).value).toMatchObject({ lastResult: { initialValue: { email: 'no address' } } })
})

it('a developer decides about no team; an owner whom one of them was made does, from the next request on', async () => {
  const finn = await joined('finn@example.com')
  const fields = { intent: 'invite', email: 'gil@example.com', role: 'owner' }
  expect((await finn.browser.send(team, PATH, fields)).status).toBe(403)
  expect((await finn.browser.send(organization, '/portal/organization', { intent: 'create-api-client' })).status).toBe(
    403,
  )
  await visitor.send(team, PATH, { intent: 'change-role', user_id: finn.userId, role: 'owner' })
  expect((await finn.browser.send(team, PATH, fields)).location).toBe(`${PATH}?notice=invited`)
})

it('who is removed is out at once, cannot sign in, and can be invited again', async () => {
  const finn = await joined('finn@example.com')
  await visitor.send(team, PATH, { intent: 'remove', user_id: finn.userId })
  expect((await finn.browser.load(apps, '/portal/apps')).location).toMatch(/^\/portal\/sign-in/)
  const again = { username: 'finn@example.com', password: PASSWORD }
  expect((await openVisitor(services).send(signIn, '/portal/sign-in', again)).status).toBe(400)
  expect((await read()).members).toHaveLength(1)
  expect((await invite('finn@example.com')).status).toBe(302)
})

it('nobody changes themselves, people of other organizations, or without having just signed in', async () => {
  const [ann] = (await read()).members
  const own = { user_id: ann?.userId ?? '', role: 'developer' }
  for (const intent of ['remove', 'change-role']) {
    expect((await visitor.send(team, PATH, { intent, ...own })).status, intent).toBe(403)
  }
  const other = await createPartner(services)
  for (const intent of ['remove', 'change-role']) {
    const sent = await visitor.send(team, PATH, { intent, user_id: other.user.userId, role: 'developer' })
    expect(sent.status, intent).toBe(404)
  }
  services.clock.advance(16 * MINUTE)
  expect((await invite('finn@example.com')).location).toMatch(/^\/portal\/sign-in\?notice=confirm/)
})

it('two owners who remove each other at the same moment leave one', async () => {
  const finn = await joined('finn@example.com', 'owner')
  const removals = await Promise.all([
    visitor.send(team, PATH, { intent: 'remove', user_id: finn.userId }),
    finn.browser.send(team, PATH, { intent: 'remove', user_id: owner.user.userId }),
  ])
  const left = await services.db.handle.sql.select().from(services.db.handle.t.partnerMembers)
  expect(left, JSON.stringify(removals.map(({ status }) => status))).toMatchObject([{ role: 'owner' }])
})

it('who is invited is not kept out by somebody who has signed up with their address, and never confirmed it', async () => {
  const squatter = await createPartner(services, {
    email: 'finn@example.com',
    organization: 'Evil Org',
    isVerified: false,
  })
  expect((await invite('finn@example.com')).location).toBe(`${PATH}?notice=invited`)
  expect((await take(ticketOf('finn@example.com'))).location).toBe('/portal/apps?notice=joined')
  expect((await read()).members.map(({ email }) => email)).toContain('finn@example.com')
  expect(await findUser(services.db, squatter.user.userId)).toBeUndefined()
  expect(await findPartner(services.db, squatter.partner.id)).toBeUndefined()
  expect((await invite('finn@example.com')).status).toBe(400)
})

it.each(['demoted', 'removed', 'blocked'])(
  'an invitation ends with the right of the owner who made it: %s',
  async (how) => {
    const other = await joined('olga@example.com', 'owner')
    const byOther = (email: string) => other.browser.send(team, PATH, { intent: 'invite', email, role: 'owner' })
    await byOther('first@example.com')
    const ticket = ticketOf('first@example.com')
    if (how === 'demoted')
      await visitor.send(team, PATH, { intent: 'change-role', user_id: other.userId, role: 'developer' })
    else if (how === 'removed') await visitor.send(team, PATH, { intent: 'remove', user_id: other.userId })
    else await blockUser(visitorContext(services), other.userId)
    expect((await openVisitor(services).load(join, `/portal/join?ticket=${ticket}`)).value).not.toHaveProperty(
      'invitation.email',
    )
    expect((await take(ticket)).status).toBe(410)
    expect((await read()).invitations).toEqual([])
  },
)

it('the team is told of programs whose secret a removed member knows, until it is rotated', async () => {
  const other = await joined('olga@example.com', 'owner')
  const page = '/portal/organization'
  const made = await other.browser.send(organization, page, { intent: 'create-api-client', name: 'Olga’s pipeline' })
  const { clientId } = (made.value as { made: { clientId: string } }).made
  expect((await visitor.load(team, PATH)).value).toMatchObject({ programsToRotate: [] })
  await visitor.send(team, PATH, { intent: 'remove', user_id: other.userId })
  expect((await visitor.load(team, PATH)).value).toMatchObject({ programsToRotate: ['Olga’s pipeline'] })
  expect(services.mailer.last(owner.email).text).toContain('Olga’s pipeline')
  await visitor.send(organization, page, { intent: 'rotate-api-client', client_id: clientId, overlap_hours: '0' })
  expect((await visitor.load(team, PATH)).value).toMatchObject({ programsToRotate: [] })
})

it('the holder of an address deletes an account that they did not make, as long as it is not confirmed', async () => {
  const squatter = await createPartner(services, { email: 'finn@example.com', isVerified: false })
  const link = services.mailer.link('finn@example.com')
  const path = link.pathname + link.search
  const answer = await openVisitor(services).send(verifyEmail, path, { intent: 'disown' })
  expect(answer.location).toBe('/portal/sign-up?notice=sign-up-deleted')
  expect(await findUser(services.db, squatter.user.userId)).toBeUndefined()
  expect(await findPartner(services.db, squatter.partner.id)).toBeUndefined()
  const confirmed = await createPartner(services, { email: 'gus@example.com' })
  const old = services.mailer.link('gus@example.com')
  expect((await openVisitor(services).send(verifyEmail, old.pathname + old.search, { intent: 'disown' })).status).toBe(
    409,
  )
  expect(await findUser(services.db, confirmed.user.userId)).toBeDefined()
})

it('a sign-up that nobody confirms is forgotten after two weeks, with its organization; others stay', async () => {
  const unproven = await createPartner(services, { isVerified: false })
  services.clock.advance(13 * DAY)
  await sweepExpired(services)
  expect(await findUser(services.db, unproven.user.userId)).toBeDefined()
  services.clock.advance(1 * DAY + 1)
  await sweepExpired(services)
  expect(await findUser(services.db, unproven.user.userId)).toBeUndefined()
  expect(await findPartner(services.db, unproven.partner.id)).toBeUndefined()
  expect(await findPartner(services.db, owner.partner.id)).toBeDefined()
})
