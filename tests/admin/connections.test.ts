/** Where people come from who sign in: owners make connections, give them to apps and delete them. */
import { beforeEach, expect, it } from 'vitest'
import { beginJobs } from '~/domain/jobs/run-jobs'
import * as connections from '~/routes/admin._area.settings_.connections'
import * as connection from '~/routes/admin._area.settings_.connections_.$id'
import * as newConnection from '~/routes/admin._area.settings_.connections_.new'
import { backgroundContext } from '~/services'
import { listAuditEvents } from '~db/queries/audit'
import { findConnection, listClientsOfConnection } from '~db/queries/connections'
import { insertTenantMember } from '~db/queries/teams'
import { findUser } from '~db/queries/users'
import type { Fields } from '~tests/support/context'
import { createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf } from '~tests/support/people'
import type { Visitor } from '~tests/support/visitor'
import { freshTenant, type Tenant } from './fixtures'

const LIST = '/admin/settings/connections'
const SECRET = 'the secret at the provider'

let tenant: Tenant
let owner: Visitor

beforeEach(async () => {
  tenant = await freshTenant()
  owner = await openVisitorOf(tenant.services, 'admin', tenant.person)
})

const create = (strategy: string, fields: Fields) =>
  owner.send(newConnection, `${LIST}/new?strategy=${strategy}`, fields)
const staff: Fields = {
  name: 'acme-staff',
  display_name: 'ACME staff',
  is_domain_connection: 'on',
  show_as_button: 'on',
  'options.issuer': 'https://login.acme.example/',
  'options.client_id': 'portal',
  'options.client_secret': SECRET,
}
async function createStaff(): Promise<string> {
  const { location } = await create('oidc', staff)
  expect(location).toMatch(/^\/admin\/settings\/connections\/con_\w+\?notice=connection-created$/)
  return /con_\w+/.exec(location ?? '')?.[0] ?? ''
}
const send = (id: string, fields: Fields) => owner.send(connection, `${LIST}/${id}`, fields, { params: { id } })
const read = async (id: string) => (await owner.load(connection, `${LIST}/${id}`, { id })).value as object
const stored = (id: string) => findConnection(tenant.services.db, id)

it('one is made of the members of its kind; the secret at the provider is told by no page', async () => {
  const id = await createStaff()
  expect(await stored(id)).toMatchObject({
    name: 'acme-staff',
    displayName: 'ACME staff',
    strategy: 'oidc',
    isDomainConnection: true,
    isActive: true,
    options: { issuer: 'https://login.acme.example/', client_id: 'portal' },
  })
  const page = await read(id)
  expect(page).toMatchObject({ page: { hasSecret: true, callback: expect.stringMatching(/\/login\/callback\/con_/) } })
  const list = (await owner.load(connections, LIST)).value
  expect(list).toMatchObject({ page: { connections: expect.arrayContaining([expect.objectContaining({ id })]) } })
  expect(JSON.stringify([page, list])).not.toContain(SECRET)
})

it.each<[string, Fields, string]>([
  ['oidc', { ...staff, name: 'not a name' }, 'name'],
  ['oidc', { ...staff, 'options.issuer': 'http://login.acme.example/' }, 'options.issuer'],
  ['oidc', { ...staff, 'options.client_secret': '' }, 'options.client_secret'],
  ['oauth2', { name: 'plain', 'options.client_id': 'x', 'options.client_secret': 'y' }, 'options.authorizationURL'],
  ['github', { name: 'git', 'options.client_secret': 'y' }, 'options.client_id'],
  ['auth0', { name: 'people', 'options.passwordPolicy': 'good', 'options.min_length': '4' }, 'options.min_length'],
])('of kind %s, what is wrong is said at its field, and what was typed stays', async (strategy, fields, field) => {
  const answer = await create(strategy, fields)
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({ lastResult: { error: { [field]: [expect.stringMatching(/\S/)] } } })
  expect(JSON.stringify(answer.value)).toContain(String(fields.name))
  expect(JSON.stringify(answer.value)).not.toContain(SECRET)
})

it('a name is taken once', async () => {
  await createStaff()
  expect((await create('oidc', staff)).status).toBe(409)
})

it('a change keeps the secret, and what the page does not show', async () => {
  const id = await createStaff()
  const { db } = tenant.services
  const before = await stored(id)
  const changed = await send(id, {
    ...staff,
    intent: 'save',
    name: '',
    is_active: 'on',
    'options.client_secret': '',
    'options.scope': 'openid email',
  })
  expect(changed.location).toBe(`${LIST}/${id}?notice=connection-saved`)
  const after = await stored(id)
  expect(after?.encryptedClientSecret).toBe(before?.encryptedClientSecret)
  expect(after?.options).toEqual({ ...before?.options, scope: 'openid email' })
  const elsewhere = {
    ...staff,
    intent: 'save',
    'options.issuer': 'https://other.example/',
    'options.client_secret': '',
  }
  expect((await send(id, elsewhere)).value).toMatchObject({
    lastResult: { error: { 'options.client_secret': [expect.stringMatching(/^Give the secret/)] } },
  })
  const off = await send(id, { ...staff, intent: 'save', is_domain_connection: '', is_active: '' })
  expect(off.location).toContain('connection-saved')
  expect(await stored(id)).toMatchObject({ isActive: false, isDomainConnection: false })
  expect(await listAuditEvents(db, { action: 'connection.updated' }, 5)).toHaveLength(2)
})

it('a database says who may make an account there, and how strong passwords are', async () => {
  const fields = { name: 'people', 'options.passwordPolicy': 'excellent', 'options.min_length': '12' }
  const id = /con_\w+/.exec((await create('auth0', fields)).location ?? '')?.[0] ?? ''
  expect((await stored(id))?.options).toMatchObject({
    disable_signup: true,
    passwordPolicy: 'excellent',
    password_complexity_options: { min_length: 12 },
    mfa: { active: true },
  })
})

it('first-party apps are given it and lose it; a third-party app has it by its level alone', async () => {
  const id = await createStaff()
  const { services } = tenant
  const [one, other] = [await createFirstPartyClient(services), await createFirstPartyClient(services)]
  const third = await createThirdPartyClient(services)
  const shown = [one.clientId, other.clientId, third.clientId]
  const given = async () =>
    (await listClientsOfConnection(services.db, id, { skip: 0, limit: 9 })).map(({ clientId }) => clientId)
  await send(id, { intent: 'apps', shown, app: [one.clientId, third.clientId] })
  expect(await given()).toEqual([one.clientId])
  await send(id, { intent: 'apps', shown, app: [other.clientId] })
  expect(await given()).toEqual([other.clientId])
})

it('a provider that does not answer is told of', async () => {
  const id = await createStaff()
  expect((await send(id, { intent: 'try' })).value).toEqual({ tried: 'silent' })
})

it('is deleted with its people', async () => {
  const { services } = tenant
  const person = await createEndUser(services)
  const id = person.connectionId
  expect(await read(id)).toMatchObject({ page: { people: 1 } })
  expect((await send(id, { intent: 'delete' })).location).toBe(`${LIST}?notice=connection-deleted`)
  expect((await send(id, { intent: 'delete' })).status).toBe(404)
  await Promise.all(await beginJobs(backgroundContext(services)))
  expect(await findUser(services.db, person.user.userId)).toBeUndefined()
  const [deleted] = await listAuditEvents(services.db, { action: 'user.deleted' }, 1)
  expect(deleted).toMatchObject({ actorType: 'user', actorId: tenant.owner.userId })
})

it('a reviewer sees them, and changes nothing', async () => {
  const id = await createStaff()
  const person = await createPartner(tenant.services)
  await tenant.services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const reviewer = await openVisitorOf(tenant.services, 'admin', person)
  expect((await reviewer.load(connection, `${LIST}/${id}`, { id })).value).toMatchObject({ mayChange: false })
  expect((await reviewer.send(connection, `${LIST}/${id}`, { intent: 'delete' }, { params: { id } })).status).toBe(403)
  expect((await reviewer.send(newConnection, `${LIST}/new?strategy=oidc`, staff)).status).toBe(403)
})

it('those of partners and of the tenant are not among them', async () => {
  const partner = await createPartner(tenant.services)
  const { connectionId } = partner
  expect((await send(connectionId, { intent: 'delete' })).status).toBe(404)
  expect(JSON.stringify((await owner.load(connections, LIST)).value)).not.toContain(connectionId)
})
