/** Names that others read in our mails and on our pages hold no address and nothing unseen, whichever door they come in by. */
import { beforeAll, describe, expect, it } from 'vitest'
import * as signUp from '~/routes/account.sign-up'
import * as organization from '~/routes/portal._app.organization'
import * as partnerSignUp from '~/routes/portal.sign-up'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { createPortalApp } from '~tests/support/fixtures'
import { createPartner, openVisitorOf, PASSWORD, type PartnerPerson } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
let partner: PartnerPerson
let clientId: string

beforeAll(async () => {
  world = await createManagementWorld()
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(
    updateTenantSettings({ registration: 'open', flags: { ...flags, enable_dynamic_client_registration: true } }),
  )
  partner = await createPartner(world.services)
  clientId = (await createPortalApp(partner)).clientId
})

let people = 0
const anAddress = () => {
  people += 1
  return `named.${people}@example.com`
}
const connection = 'Username-Password-Authentication'

/** Doors that take a name: the status of the answer, and what it says. */
const DOORS: Record<string, (name: string) => Promise<[status: number, said: string]>> = {
  'the sign-up of an account': async (name) => {
    const fields = { name, email: anAddress(), password: PASSWORD }
    return pageSays(await openVisitor(world.services).send(signUp, '/account/sign-up', fields))
  },
  'the sign-up of an organization': async (name) => {
    const fields = { name: 'Ann', email: anAddress(), password: PASSWORD, organization: name }
    return pageSays(await openVisitor(world.services).send(partnerSignUp, '/portal/sign-up', fields))
  },
  'the person who signs it up': async (name) => {
    const fields = { name, email: anAddress(), password: PASSWORD, organization: 'Ann Ltd' }
    return pageSays(await openVisitor(world.services).send(partnerSignUp, '/portal/sign-up', fields))
  },
  'the settings of an organization': async (name) => {
    const visitor = await openVisitorOf(world.services, 'portal', partner)
    return pageSays(await visitor.send(organization, '/portal/organization', { intent: 'save-organization', name }))
  },
  'POST /dbconnections/signup': async (name) => {
    const body = { client_id: clientId, connection, email: anAddress(), password: PASSWORD, name }
    return machineSays(await world.machine.sendJson('POST', '/dbconnections/signup', body))
  },
  'POST /oidc/register': async (name) => {
    const body = { client_name: name, redirect_uris: ['https://app.example.com/callback'] }
    return machineSays(await world.machine.sendJson('POST', '/oidc/register', body))
  },
  'POST /api/v2/users': async (name) =>
    machineSays(await world.call('POST', '/users', { connection, email: anAddress(), password: PASSWORD, name })),
  ...Object.fromEntries(
    ['name', 'nickname', 'given_name', 'family_name'].map((member) => [
      `PATCH /api/v2/users/{id}, ${member}`,
      async (name: string) =>
        machineSays(
          await world.call('PATCH', `/users/${encodeURIComponent(world.user.user.userId)}`, { [member]: name }),
        ),
    ]),
  ),
  'PATCH /api/v2/partners/{id}': async (name) =>
    machineSays(await world.call('PATCH', `/partners/${partner.partner.id}`, { name })),
  'PATCH /api/v2/apps/{id}': async (name) => machineSays(await world.call('PATCH', `/apps/${clientId}`, { name })),
}

const pageSays = ({ status, value }: { status: number; value: unknown }): [number, string] => [
  status,
  JSON.stringify(value),
]
const machineSays = ({ status, text }: { status: number; text: string }): [number, string] => [status, text]

describe.each(Object.entries(DOORS))('%s', (_door, send) => {
  it.each(['Win at https://evil.example', 'www.evil.example', 'HTTP://EVIL.EXAMPLE/x'])('refuses %s', async (name) => {
    const [status, said] = await send(name)
    expect([status, said]).toEqual([400, expect.stringContaining('Leave out addresses')])
  })

  it.each(['ad\u200cmin', 'ad\u200dmin', '\u200cadmin'])('refuses %j, which looks like another name', async (name) => {
    const [status, said] = await send(name)
    expect([status, said]).toEqual([400, expect.stringContaining('Leave out invisible characters')])
  })

  it.each([
    ['words with a dot in them', 'Next.js by monday.com'],
    ['a name that is spelled with U+200C', 'می\u200cخواهم'],
    ['a name that is spelled with U+200D', 'क्\u200dष'],
    ['an emoji that is made of several', '👩\u200d👩\u200d👧'],
  ])('takes %s', async (_what, name) => {
    const [status, said] = await send(name)
    expect(status, said).toBeLessThan(400)
  })
})
