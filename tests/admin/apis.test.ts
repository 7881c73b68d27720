import { expect, it } from 'vitest'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import * as api from '~/routes/admin._area.apis.$id'
import * as newApi from '~/routes/admin._area.apis.new'
import { findGrant, upsertGrant } from '~db/queries/grants'
import { findResourceServer, findResourceServerById, listScopes } from '~db/queries/resource-servers'
import { createApi, createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, openVisitorOf } from '~tests/support/people'
import { freshTenant } from './fixtures'

async function owner() {
  const tenant = await freshTenant()
  return { ...tenant, visitor: await openVisitorOf(tenant.services, 'admin', tenant.person) }
}

const FIELDS = {
  name: 'Orders',
  identifier: 'https://orders.example/',
  token_lifetime: '3600',
  open_to_partners: 'on',
  'scopes[0].value': 'read:orders',
  'scopes[0].description': 'See your orders',
  'scopes[0].sensitivity': 'sensitive',
  'scopes[1].value': '',
  'scopes[1].description': '',
  'scopes[1].sensitivity': 'basic',
}

it('an API is made with its scopes; rows that stay empty are none', async () => {
  const { services, visitor } = await owner()
  const answer = await visitor.send(newApi, '/admin/apis/new', FIELDS)
  const made = await findResourceServer(services.db, FIELDS.identifier)
  expect(answer.location).toBe(`/admin/apis/${made?.id}?notice=api-created`)
  expect(made).toMatchObject({ tokenLifetime: 3600, openToPartners: true, allowOfflineAccess: false, isSystem: false })
  expect(await listScopes(services.db, { resourceServerId: made?.id ?? '' })).toMatchObject([
    { value: 'read:orders', description: 'See your orders', sensitivity: 'sensitive' },
  ])
})

it.each([
  ['identifier', { identifier: 'orders' }],
  ['identifier', { identifier: 'https://orders.example/#part' }],
  ['token_lifetime', { token_lifetime: '59' }],
  ['token_lifetime', { token_lifetime: '2592001' }],
  ['name', { name: '' }],
  ['scopes[0].value', { 'scopes[0].value': 'read orders' }],
  ['scopes[0].value', { 'scopes[0].value': 'openid' }],
  ['scopes[0].description', { 'scopes[0].description': '' }],
  ['scopes[1].value', { 'scopes[1].value': 'read:orders', 'scopes[1].description': 'Again' }],
])('a form with a wrong %s is refused there, and keeps what was typed', async (field, wrong) => {
  const { visitor } = await owner()
  const answer = await visitor.send(newApi, '/admin/apis/new', { ...FIELDS, ...wrong })
  expect(answer.status).toBe(400)
  const { lastResult } = answer.value as { lastResult: { error: Record<string, string[]>; initialValue: object } }
  expect(Object.keys(lastResult.error)).toContain(field)
  if (field !== 'name') expect(lastResult.initialValue).toMatchObject({ name: 'Orders' })
})

it('an identifier is taken once, and those of the program are taken already', async () => {
  const { services, visitor } = await owner()
  const { issuer } = services.config
  await visitor.send(newApi, '/admin/apis/new', FIELDS)
  for (const identifier of [FIELDS.identifier, managementApiIdentifier(issuer), `${issuer}userinfo`]) {
    const answer = await visitor.send(newApi, '/admin/apis/new', { ...FIELDS, identifier })
    expect(answer.status).toBe(409)
    expect(answer.value).toMatchObject({ lastResult: { error: { identifier: [expect.any(String)] } } })
  }
})

it('the identifier stays when an API is saved, and a scope that is removed is gone', async () => {
  const { services, visitor } = await owner()
  const { id, identifier } = await createApi(services)
  const fields = {
    ...FIELDS,
    intent: 'save',
    'scopes[1].value': 'write:items',
    'scopes[1].description': 'Change your items',
    'scopes[1].remove': 'on',
  }
  await visitor.send(api, `/admin/apis/${id}`, fields, { params: { id } })
  expect(await findResourceServerById(services.db, id)).toMatchObject({ name: 'Orders', identifier })
  const scopes = await listScopes(services.db, { resourceServerId: id })
  expect(scopes.map(({ value }) => value)).toEqual(['read:orders'])
})

it('an API of the program is neither changed nor deleted', async () => {
  const { services, visitor } = await owner()
  const system = await findResourceServer(services.db, managementApiIdentifier(services.config.issuer))
  const id = system?.id ?? ''
  const params = { id }
  expect((await visitor.send(api, `/admin/apis/${id}`, { ...FIELDS, intent: 'save' }, { params })).status).toBe(403)
  const deletion = { intent: 'delete', confirm_name: 'Management API' }
  expect((await visitor.send(api, `/admin/apis/${id}`, deletion, { params })).status).toBe(403)
  expect(await findResourceServerById(services.db, id)).toEqual(system)
})

it('an API is deleted by its name, with the consents for it', async () => {
  const { services, clock, visitor } = await owner()
  const { id, identifier, name } = await createApi(services)
  const { clientId } = await createThirdPartyClient(services)
  const { user } = await createEndUser(services)
  const now = clock.now()
  const grant = { id: 'grt_1', userId: user.userId, clientId, audience: identifier, scope: ['read:items'] }
  await services.db.run(upsertGrant({ ...grant, createdAt: now, updatedAt: now, lastUsedAt: null }))
  const path = `/admin/apis/${id}`
  const wrong = await visitor.send(api, path, { intent: 'delete', confirm_name: 'Other' }, { params: { id } })
  expect(wrong.status).toBe(400)
  const answer = await visitor.send(api, path, { intent: 'delete', confirm_name: name }, { params: { id } })
  expect(answer.location).toBe('/admin/apis?notice=api-deleted')
  expect(await findResourceServerById(services.db, id)).toBeUndefined()
  expect(await findGrant(services.db, user.userId, clientId, identifier)).toBeUndefined()
})
