/** The tenant's own programs: owners make them, and they manage the tenant by the Management API. */
import { expect, it } from 'vitest'
import { ALL_SCOPES, READ_SCOPES } from '~/domain/clients/programs'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { HOUR, MINUTE } from '~/platform/durations'
import * as programs from '~/routes/admin._area.settings_.programs'
import * as signIn from '~/routes/admin.sign-in'
import { insertTenantMember } from '~db/queries/teams'
import type { Fields } from '~tests/support/context'
import { createFirstPartyClient } from '~tests/support/fixtures'
import { openMachine } from '~tests/support/machine'
import { createPartner, openVisitorOf } from '~tests/support/people'
import { freshTenant } from './fixtures'

const PATH = '/admin/settings/programs'

type Made = { made: { clientId: string; secret: string } }
type List = { page: { programs: { clientId: string; name: string; may: string; lastUsedAt: number | null }[] } }

async function openPrograms() {
  const tenant = await freshTenant()
  const { services } = tenant
  const visit = () => openVisitorOf(services, 'admin', tenant.person)
  const machine = await openMachine(services)
  const send = async (fields: Fields) => (await visit()).send(programs, PATH, fields)
  return {
    ...tenant,
    machine,
    send,
    make: async (fields: Fields) => ((await send({ intent: 'create', ...fields })).value as Made).made,
    list: async () => ((await (await visit()).load(programs, PATH)).value as List).page.programs,
    token: (client: { clientId: string; secret: string }) =>
      machine.token(
        { grant_type: 'client_credentials', audience: managementApiIdentifier(services.config.issuer) },
        client,
      ),
  }
}

it('a program is made with what it may; its secret is in that answer only, and opens the Management API', async () => {
  const { make, list, token, machine } = await openPrograms()
  const made = await make({ name: 'Deployments', may: 'chosen', scope: 'read:users\nread:clients, read:users' })
  const answer = await token(made)
  expect(answer.json.scope).toBe('read:users read:clients')
  const bearer = String(answer.json.access_token)
  expect((await machine.get('/api/v2/users', { bearer })).status).toBe(200)
  expect((await machine.get('/api/v2/connections', { bearer })).status).toBe(403)
  const program = (await list()).find(({ clientId }) => clientId === made.clientId)
  expect(program).toMatchObject({ clientId: made.clientId, name: 'Deployments', may: 'chosen' })
  expect(program?.lastUsedAt).toEqual(expect.any(Number))
  expect(JSON.stringify(await list())).not.toContain(made.secret)
})

it('an owner who signed in a while ago confirms that it is them before a program is made', async () => {
  const { services, person, list } = await openPrograms()
  const before = await list()
  const visitor = await openVisitorOf(services, 'admin', person)
  services.clock.advance(16 * MINUTE)
  const answer = await visitor.send(programs, PATH, { intent: 'create', name: 'Reports', may: 'everything' })
  expect(answer).toMatchObject({ status: 303, location: expect.stringMatching(/^\/admin\/sign-in\?notice=confirm/) })
  expect((await visitor.load(signIn, answer.location ?? '')).value).toMatchObject({ continueTo: PATH })
  expect(await list()).toEqual(before)
})

it('scopes that would not hold are refused, and kept in the form', async () => {
  const { send, list } = await openPrograms()
  const before = await list()
  const answer = await send({ intent: 'create', name: 'Reports', may: 'read', scope: 'read:users' })
  expect(answer.status).toBe(400)
  expect(JSON.stringify(answer.value)).toContain('leave the scopes empty')
  expect(await list()).toEqual(before)
})

it.each([
  ['read', READ_SCOPES],
  ['everything', ALL_SCOPES],
])('one that may %s has the scopes for that', async (may, scopes) => {
  const { make, list, token } = await openPrograms()
  const made = await make({ name: 'Reports', may })
  expect(new Set(String((await token(made)).json.scope).split(' '))).toEqual(new Set(scopes))
  expect(await list()).toContainEqual(expect.objectContaining({ clientId: made.clientId, may }))
})

it('what is wrong is said at its field, and what was typed stays', async () => {
  const { send, list } = await openPrograms()
  const before = (await list()).length
  for (const [fields, field] of [
    [{ may: 'read' }, 'name'],
    [{ name: 'Reports', may: 'chosen' }, 'scope'],
    [{ name: 'Reports', may: 'chosen', scope: 'read:everything' }, 'scope'],
  ] as [Fields, string][]) {
    const answer = await send({ intent: 'create', ...fields })
    expect(answer.status).toBe(400)
    expect(answer.value).toMatchObject({
      lastResult: { initialValue: fields, error: { [field]: [expect.stringMatching(/\.$/)] } },
    })
  }
  expect(await list()).toHaveLength(before)
})

it('a secret is rotated without a stop, and a deleted program gets nothing', async () => {
  const { make, send, token, clock } = await openPrograms()
  const made = await make({ name: 'Deployments', may: 'read' })
  const rotated = ((await send({ intent: 'rotate', client_id: made.clientId })).value as Made).made
  expect(rotated.secret).not.toBe(made.secret)
  expect((await token(made)).status).toBe(200)
  clock.advance(24 * HOUR + 1)
  expect((await token(made)).status).toBe(401)
  expect((await token(rotated)).status).toBe(200)
  const deleted = await send({ intent: 'delete', client_id: made.clientId })
  expect(deleted.location).toBe(`${PATH}?notice=program-deleted`)
  expect((await token(rotated)).status).toBe(401)
  expect((await send({ intent: 'delete', client_id: made.clientId })).status).toBe(404)
})

it('a client that manages nothing is not touched from here', async () => {
  const { services, send } = await openPrograms()
  const client = await createFirstPartyClient(services)
  for (const intent of ['rotate', 'delete'])
    expect((await send({ intent, client_id: client.clientId })).status).toBe(404)
})

it('a reviewer sees them, and changes nothing', async () => {
  const { services } = await openPrograms()
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const reviewer = await openVisitorOf(services, 'admin', person)
  expect((await reviewer.load(programs, PATH)).value).toMatchObject({ mayChange: false })
  const answer = await reviewer.send(programs, PATH, { intent: 'create', name: 'Mine', may: 'everything' })
  expect(answer.status).toBe(403)
})
