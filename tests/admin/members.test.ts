/** The people of the tenant: who is invited into the admin area, and what a reviewer may there. */
import { expect, it } from 'vitest'
import { totpCode } from '~/platform/totp'
import * as partner from '~/routes/admin._area.partners.$id'
import * as reviews from '~/routes/admin._area.reviews._index'
import * as members from '~/routes/admin._area.settings_.members'
import * as programs from '~/routes/admin._area.settings_.programs'
import * as join from '~/routes/admin.join'
import * as secondFactor from '~/routes/admin.second-factor'
import * as organization from '~/routes/portal._app.organization'
import * as portalJoin from '~/routes/portal.join'
import { findPartner } from '~db/queries/partners'
import { seedOf } from '~tests/support/authenticator'
import { createApprovedApp } from '~tests/support/fixtures'
import { createPartner, openVisitorOf, PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { freshTenant, type Tenant } from './fixtures'

const PATH = '/admin/settings/members'
type Page = { page: { mayChange: boolean; members: { userId: string; name: string; role: string }[] } }

async function invited({ services, person }: Tenant, role: string) {
  const owner = await openVisitorOf(services, 'admin', person)
  const answer = await owner.send(members, PATH, { intent: 'invite', email: 'rae@example.com', role })
  if (answer.location !== `${PATH}?notice=invited`) throw new Error(`not invited: ${JSON.stringify(answer.value)}`)
  const ticket = services.mailer.link('rae@example.com').searchParams.get('ticket') ?? ''
  return { owner, ticket, read: async () => ((await owner.load(members, PATH)).value as Page).page }
}

it('a reviewer who is invited sets up a second factor before anything else, reviews, and changes no setting', async () => {
  const tenant = await freshTenant()
  const { services } = tenant
  const { ticket, read } = await invited(tenant, 'reviewer')
  const rae = openVisitor(services)
  expect((await rae.load(join, `/admin/join?ticket=${ticket}`)).value).toMatchObject({
    invitation: { email: 'rae@example.com', role: 'reviewer' },
  })
  expect((await rae.send(join, '/admin/join', { ticket, name: 'Rae', password: PASSWORD })).location).toBe('/admin')
  expect((await rae.load(reviews, '/admin/reviews')).location).toMatch(/^\/admin\/second-factor/)
  const { enrolment } = (await rae.load(secondFactor, '/admin/second-factor')).value as {
    enrolment: { secret: string }
  }
  const code = await totpCode(seedOf(enrolment.secret), services.clock.now())
  await rae.send(secondFactor, '/admin/second-factor', { code })
  expect((await rae.load(reviews, '/admin/reviews')).status).toBe(200)
  expect((await rae.load(members, PATH)).value).toMatchObject({ page: { mayChange: false } })
  const acts = [
    [members, PATH, { intent: 'invite', email: 'sam@example.com', role: 'owner' }],
    [programs, '/admin/settings/programs', { intent: 'create', name: 'Mine', may: 'everything' }],
  ] as const
  for (const [route, path, fields] of acts) expect((await rae.send(route, path, fields)).status, path).toBe(403)
  expect((await read()).members).toMatchObject([{ role: 'owner' }, { name: 'Rae', role: 'reviewer' }])
})

it('an invitation into the tenant opens no organization', async () => {
  const tenant = await freshTenant()
  const { ticket } = await invited(tenant, 'owner')
  const sent = { ticket, name: 'Rae', password: PASSWORD }
  expect((await openVisitor(tenant.services).send(portalJoin, '/portal/join', sent)).status).toBe(410)
})

it('an owner makes another one, who can then remove the first, and is never the last to go', async () => {
  const tenant = await freshTenant()
  const { services, owner: first } = tenant
  const { owner, ticket, read } = await invited(tenant, 'reviewer')
  await openVisitor(services).send(join, '/admin/join', { ticket, name: 'Rae', password: PASSWORD })
  const rae = (await read()).members.find(({ name }) => name === 'Rae')
  const about = { user_id: rae?.userId ?? '' }
  expect((await owner.send(members, PATH, { intent: 'change-role', ...about, role: 'developer' })).status).toBe(400)
  await owner.send(members, PATH, { intent: 'change-role', ...about, role: 'owner' })
  const itself = { intent: 'remove', user_id: first.userId }
  expect((await owner.send(members, PATH, itself)).status, 'oneself').toBe(403)
  await owner.send(members, PATH, { intent: 'remove', ...about })
  expect((await read()).members).toMatchObject([{ userId: first.userId, role: 'owner' }])
})

it('an organization with a live app is renamed by owners, and not by its team', async () => {
  const { services, person } = await freshTenant()
  const maker = await createPartner(services, { organization: 'Northwind' })
  const team = await openVisitorOf(services, 'portal', maker)
  const rename = (name: string) =>
    team.send(organization, '/portal/organization', { intent: 'save-organization', name, website_uri: '' })
  expect((await rename('Northwind Prints')).status).toBe(302)
  await createApprovedApp(maker)
  expect(await rename('Acme Bank')).toMatchObject({
    status: 403,
    value: { lastResult: { error: { name: [expect.any(String)] } } },
  })
  const owner = await openVisitorOf(services, 'admin', person)
  const path = `/admin/partners/${maker.partner.id}`
  const params = { id: maker.partner.id }
  const answer = await owner.send(partner, path, { intent: 'rename', name: 'Northwind Photo' }, { params })
  expect(answer.location).toBe(`${path}?notice=renamed`)
  expect(await findPartner(services.db, maker.partner.id)).toMatchObject({ name: 'Northwind Photo' })
})

it('owners invite somebody into an organization whose own owners are gone', async () => {
  const { services, person } = await freshTenant()
  const { partner: made } = await createPartner(services, { organization: 'Northwind' })
  const owner = await openVisitorOf(services, 'admin', person)
  const path = `/admin/partners/${made.id}`
  const fields = { intent: 'invite', email: 'new@example.com', role: 'owner' }
  const answer = await owner.send(partner, path, fields, { params: { id: made.id } })
  expect(answer.location).toBe(`${path}?notice=invited`)
  const ticket = services.mailer.link('new@example.com').searchParams.get('ticket') ?? ''
  const sent = { ticket, name: 'New', password: PASSWORD }
  expect((await openVisitor(services).send(portalJoin, '/portal/join', sent)).location).toBe(
    '/portal/apps?notice=joined',
  )
})
