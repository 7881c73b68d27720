/** Addresses of people: the same ones are taken, whichever door they come in by. */
import { beforeAll, describe, expect, test } from 'vitest'
import * as accountSignUp from '~/routes/account.sign-up'
import * as portalSignUp from '~/routes/portal.sign-up'
import { createFirstPartyClient } from '~tests/support/fixtures'
import { PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createManagementWorld, createPartnerProgram, type ManagementWorld, type PartnerProgram } from './partner-world'

const CONNECTION = 'Username-Password-Authentication'

let world: ManagementWorld
let partner: PartnerProgram
let appId: string
let clientId: string

beforeAll(async () => {
  world = await createManagementWorld()
  partner = await createPartnerProgram(world)
  appId = await partner.createApp()
  clientId = (await createFirstPartyClient(world.services)).clientId
})

const newPerson = (email: string) => ({ email, password: PASSWORD, connection: CONNECTION })
const form = (email: string) => ({ name: 'Ann', organization: 'Boats', email, password: PASSWORD })

/** The status with which each door answers. */
const DOORS: Record<string, (email: string) => Promise<{ status: number }>> = {
  'the Management API': (email) => world.call('POST', '/users', newPerson(email)),
  'a page of the client’s own': (email) =>
    world.machine.sendJson('POST', '/dbconnections/signup', { client_id: clientId, ...newPerson(email) }),
  'the sign-up of people': (email) => openVisitor(world.services).send(accountSignUp, '/account/sign-up', form(email)),
  'the sign-up of partners': (email) => openVisitor(world.services).send(portalSignUp, '/portal/sign-up', form(email)),
  'the testers of an app': (email) => partner.call('POST', `/apps/${appId}/testers`, { email }),
  'the tenant’s address for support': (email) => world.call('PATCH', '/tenants/settings', { support_email: email }),
}

describe.each(Object.entries(DOORS))('%s', (name, enter) => {
  const local = `${name.length}`

  test.each(["a&b/c=d#e!$%'*+-?^_`{|}~", 'first.last', 'a/b'])('takes %s', async (part) => {
    expect((await enter(`${local}${part}@sub.example.com`)).status).toBeLessThan(400)
  })

  test.each([
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a b@example.com',
    '"a"@example.com',
    'a(b)@example.com',
    'a@b@example.com',
    'a@example',
    'a@-example.com',
    `${'a'.repeat(65)}@example.com`,
  ])('refuses %s', async (address) => {
    expect((await enter(address)).status).toBe(400)
  })
})
