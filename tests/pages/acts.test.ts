/** Every act of every page with a form, walked by its door: who may do it, when, and from where. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createWebhook } from '~/domain/webhooks/webhooks'
import { pageFormToken } from '~/pages/form-token'
import { MINUTE } from '~/platform/durations'
import { insertPartnerMember, insertTenantMember } from '~db/queries/teams'
import { createApi } from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf, type Person, signIn } from '~tests/support/people'
import { openVisitor, type PageRoute, type Visitor } from '~tests/support/visitor'
import { freshTenant, submittedApp, type Tenant } from '../admin/fixtures'
import { type Area, type PageWithActs, ROUTES, readPages } from './pages-with-acts'

/** What takes no fresh sign-in, as it neither makes nor shows a secret, deletes nothing, and decides about nobody. */
const AT_ANY_TIME = new Set([
  'account._area._index: send-verification end-session end-other-sessions',
  'account._area.apps._index: revoke',
  'account._area.testing: accept',
  // A no.
  'account._area.linking: deny',
  // A password or a code is asked for in the form.
  'account._area.security: send replace-recovery-codes remove-authenticator',
  'admin._area.settings: replace-recovery-codes remove-authenticator',
  'admin._area.apis.$id: save',
  'admin._area.apis.new: send',
  'admin._area.settings_.connections_.$id: try',
  'admin._area.settings_.webhooks_.$id: ping redeliver',
  'portal._app.apps_.$clientId: submit withdraw',
  'portal._app.apps_.$clientId_.review: submit withdraw',
  'portal._app.apps_.$clientId_.scopes: save',
  'portal._app.apps_.$clientId_.settings: save discard',
  'portal._app.apps_.$clientId_.testers: add-tester remove-tester',
  'portal._app.apps_.new: send',
  // The present password is asked for in the form.
  'portal._app.organization: save-organization change-password',
])

/** What reviewers and developers do as well as owners; people of the account area have no roles. */
const BY_EVERYBODY = new Set([
  'admin._area.reviews.$id: send',
  'admin._area.settings: replace-recovery-codes remove-authenticator',
  'portal._app.apps_.$clientId: submit withdraw rotate-secret retire-secret',
  'portal._app.apps_.$clientId_.credentials: rotate-secret retire-secret',
  'portal._app.apps_.$clientId_.review: submit withdraw',
  'portal._app.apps_.$clientId_.scopes: save',
  'portal._app.apps_.$clientId_.settings: save discard delete',
  'portal._app.apps_.$clientId_.testers: add-tester remove-tester',
  'portal._app.apps_.new: send',
  'portal._app.organization: change-password',
])

const names = (list: Set<string>, page: string, intent: string) =>
  [...list].some(
    (line) =>
      line.startsWith(`${page}: `) &&
      line
        .slice(page.length + 2)
        .split(' ')
        .includes(intent),
  )

/** A page of this tenant. */
type Page = PageWithActs & { intents: string[]; path: string; params: Record<string, string> }

const found = await readPages()
const known = found.map(({ name }) => name)

let tenant: Tenant
let pages: Page[]
let sooner: Record<Area, Visitor>
let people: Record<Area, Person>
let lower: Record<'admin' | 'portal', Person>
let others: Record<Area, Person>

beforeAll(async () => {
  tenant = await freshTenant()
  const { services, ctx, person: owner } = tenant
  const { clientId, versionId, partnerPerson, partner } = await submittedApp(tenant)
  const endUser = await createEndUser(services, { isVerified: true })
  const { webhook } = await createWebhook(ctx, { name: 'W', url: 'https://w.example/', events: ['app.approved'] })
  const [reviewer, developer] = [await createPartner(services), await createEndUser(services, { isVerified: true })]
  await services.db.run(insertTenantMember({ userId: reviewer.user.userId, role: 'reviewer', createdAt: 0 }))
  const joined = { partnerId: partner.id, userId: developer.user.userId, role: 'developer', createdAt: 0 } as const
  await services.db.run(insertPartnerMember(joined))
  people = { admin: owner, portal: partnerPerson, account: endUser }
  lower = { admin: reviewer, portal: developer }
  others = { ...lower, account: await createEndUser(services, { isVerified: true }) }
  sooner = {
    admin: await openVisitorOf(services, 'admin', owner),
    portal: await openVisitorOf(services, 'portal', partnerPerson),
    account: await openVisitorOf(services, 'account', endUser),
  }
  const ids: Record<string, string> = {
    'admin._area.apis.$id': (await createApi(services, { scopes: [] })).id,
    'admin._area.partners.$id': partner.id,
    'admin._area.reviews.$id': versionId,
    'admin._area.users.$id': endUser.user.userId,
    'admin._area.settings_.connections_.$id': endUser.connectionId,
    'admin._area.settings_.webhooks_.$id': webhook.id,
  }
  pages = found.map((page) => {
    const params = { client_id: clientId, clientId, id: ids[page.name] ?? '' }
    return { ...page, intents: Object.keys(page.acts), path: page.pathOf(params), params }
  })
  tenant.clock.advance(50 * MINUTE)
})

const press = (visitor: Visitor, { route, path, params }: Page, intent: string, token?: string) =>
  visitor.send(route, path, intent === 'send' ? {} : { intent }, { params, token })

const everyAct = () => pages.flatMap((page) => page.intents.map((intent) => ({ page, intent })))

it('a stranger is asked to sign in for every act', async () => {
  expect(everyAct().length).toBeGreaterThan(50)
  for (const { page, intent } of everyAct()) {
    const { status, location } = await press(openVisitor(tenant.services), page, intent)
    expect({ act: `${page.name} ${intent}`, status, location }).toMatchObject({
      status: 302,
      location: expect.stringMatching(`^/${page.area}/sign-in`),
    })
  }
})

it('whoever signed in long ago signs in anew for every act but the ones listed here', async () => {
  for (const { page, intent } of everyAct()) {
    const { location } = await press(sooner[page.area], page, intent)
    const isAsked = location === `/${page.area}/sign-in?notice=confirm&continue=${encodeURIComponent(page.path)}`
    expect(`${page.name} ${intent} ${isAsked}`).toBe(`${page.name} ${intent} ${!names(AT_ANY_TIME, page.name, intent)}`)
  }
})

it('who is no owner is refused every act but the ones listed here', async () => {
  for (const { page, intent } of everyAct()) {
    if (page.area === 'account') continue
    const visitor = await openVisitorOf(tenant.services, page.area, lower[page.area])
    const { status, value } = await press(visitor, page, intent)
    const isRefused = status === 403 && JSON.stringify(value).includes('This is for owners')
    expect(`${page.name} ${intent} ${isRefused}`).toBe(
      `${page.name} ${intent} ${!names(BY_EVERYBODY, page.name, intent)}`,
    )
  }
})

it.each(known)('%s does nothing that it does not name', async (name) => {
  const page = pages.find((one) => one.name === name)
  if (!page) throw new Error('there is no such page')
  const visitor = await openVisitorOf(tenant.services, page.area, people[page.area])
  const elsewhere = new Set(everyAct().flatMap(({ page: { area }, intent }) => (area === page.area ? [intent] : [])))
  for (const intent of [...elsewhere, 'toString'].filter((one) => !page.intents.includes(one))) {
    const { status, value } = await press(visitor, page, intent)
    expect(`${intent} ${status}`).toBe(`${intent} 400`)
    expect(JSON.stringify(value)).toContain('does not know what to do with that form')
  }
})

describe('a form of a page that was made for another person', () => {
  /** The browser of one person, and the token of the pages that another was shown in it. */
  async function takenOver(area: Area): Promise<{ visitor: Visitor; token: string }> {
    const visitor = await openVisitorOf(tenant.services, area, others[area])
    const token = await pageFormToken(visitor.context())
    Object.assign(visitor.cookies, await signIn(tenant.services, area, people[area]))
    return { visitor, token }
  }

  it('changes nothing, for every act: the page is shown again, and says so', async () => {
    const browsers = {
      admin: await takenOver('admin'),
      portal: await takenOver('portal'),
      account: await takenOver('account'),
    }
    for (const { page, intent } of everyAct()) {
      const { visitor, token } = browsers[page.area]
      const { status, location } = await press(visitor, page, intent, token)
      expect({ act: `${page.name} ${intent}`, status, location }).toEqual({
        act: `${page.name} ${intent}`,
        status: 303,
        location: `${page.path}?notice=made-for-another`,
      })
    }
  })

  it('does neither at the pages outside of the areas that act for who is signed in', async () => {
    const outside = readdirSync(ROUTES).filter(
      (file) =>
        !/^(admin|portal|account)\._/.test(file) &&
        /enter\w*(?<!Public|Authorization)Form(AsGuest)?\(/.test(readFileSync(resolve(ROUTES, file), 'utf8')),
    )
    expect(outside.map((file) => file.replace(/\.tsx$/, '')).toSorted()).toEqual([
      'account.confirm',
      'account.second-factor',
      'account.sign-out',
      'admin.second-factor',
      'admin.sign-out',
      'portal.check-mail',
      'portal.sign-out',
      // Their requests are those of an authorization; the tests of consent and the second factor send them.
      'u.confirm',
      'u.consent',
      'u.second-factor',
    ])
    for (const file of outside.filter((one) => !one.startsWith('u.'))) {
      const { visitor, token } = await takenOver(file.split('.')[0] as Area)
      const path = `/${file.replace(/\.tsx$/, '').replaceAll('.', '/')}`
      const route: PageRoute = await import(resolve(ROUTES, file))
      const { status, location } = await visitor.send(route, path, {}, { token })
      expect({ status, location }).toEqual({ status: 303, location: `${path}?notice=made-for-another` })
    }
  })

  it('counts where the same person has signed in anew', async () => {
    const visitor = await openVisitorOf(tenant.services, 'account', people.account)
    const token = await pageFormToken(visitor.context())
    Object.assign(visitor.cookies, await signIn(tenant.services, 'account', people.account))
    const page = pages.find(({ name }) => name === 'account._area._index')
    if (!page) throw new Error('there is no such page')
    expect((await press(visitor, page, 'end-other-sessions', token)).location).toBe('/account?done=others-ended')
  })
})
