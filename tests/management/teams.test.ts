/** Teams by program: of organizations, and of the tenant. */
import { beforeAll, describe, expect, test } from 'vitest'
import { inviteToTeam } from '~/domain/teams/invite'
import { joinTeam } from '~/domain/teams/join'
import type { Team } from '~/domain/teams/team'
import { visitorContext } from '~tests/support/context'
import { createPartner, findOwner, PASSWORD, type PartnerPerson } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'
import { createPartnerProgram } from './partner-world'

let world: ManagementWorld
let partner: PartnerPerson

beforeAll(async () => {
  world = await createManagementWorld()
  partner = await createPartner(world.services, { organization: 'Northwind' })
})

const ticketTo = (email: string) => world.services.mailer.link(email).searchParams.get('ticket') ?? ''
const read = async (path: string) => JSON.parse((await world.call('GET', path)).text) as Record<string, string>[]
const teams = () =>
  [
    { path: `/partners/${partner.partner.id}`, area: 'portal', role: 'developer', owner: partner.user.userId },
    { path: '/tenants', area: 'admin', role: 'reviewer', owner: undefined },
  ] as const

test.each([0, 1])('somebody is invited, joins, is promoted and removed (team %i)', async (index) => {
  const { path, area, role } = teams()[index] ?? teams()[0]
  const email = `rae.${area}@example.com`
  const made = await world.call('POST', `${path}/invitations`, { email, role })
  expect(made).toMatchObject({ status: 201, json: { id: expect.stringMatching(/^inv_/), email, role } })
  expect(await read(`${path}/invitations`)).toEqual([made.json])
  await joinTeam(visitorContext(world.services), area, { ticket: ticketTo(email), name: 'Rae', password: PASSWORD })
  expect(await read(`${path}/invitations`)).toEqual([])
  const rae = (await read(`${path}/members`)).find((member) => member.email === email)
  expect(rae).toMatchObject({ name: 'Rae', role })
  const member = `${path}/members/${encodeURIComponent(rae?.user_id ?? '')}`
  expect((await world.call('PATCH', member, { role: 'owner' })).status).toBe(204)
  expect((await world.call('PATCH', member, { role: 'king' })).status).toBe(400)
  expect((await world.call('DELETE', member)).status).toBe(204)
  expect((await world.call('DELETE', member)).status).toBe(404)
  expect(await read(`${path}/members`)).toHaveLength(1)
})

test('an invitation is taken back by its team alone', async () => {
  const other = await createPartner(world.services)
  const own = `/partners/${partner.partner.id}/invitations`
  const { json } = await world.call('POST', own, { email: 'back@example.com', role: 'developer' })
  expect((await world.call('DELETE', `/partners/${other.partner.id}/invitations/${json.id}`)).status).toBe(404)
  expect((await world.call('DELETE', `/tenants/invitations/${json.id}`)).status).toBe(404)
  expect((await world.call('DELETE', `${own}/${json.id}`)).status).toBe(204)
  expect(await read(own)).toEqual([])
})

test('the only owner of a team is neither removed nor made something else', async () => {
  const { user } = await findOwner(world.services)
  for (const [path, userId, role] of [
    [`/partners/${partner.partner.id}`, partner.user.userId, 'developer'],
    ['/tenants', user.userId, 'reviewer'],
  ]) {
    const member = `${path}/members/${encodeURIComponent(userId ?? '')}`
    expect((await world.call('DELETE', member)).json).toMatchObject({ statusCode: 409, errorCode: 'conflict' })
    expect((await world.call('PATCH', member, { role })).status).toBe(409)
    expect(await read(`${path}/members`)).toMatchObject([{ user_id: userId, role: 'owner' }])
  }
})

test('of owners who are removed or demoted at the same moment one is left', async () => {
  for (let round = 0; round < 10; round++) {
    const first = await createPartner(world.services)
    const team: Team = { of: 'partner', partner: first.partner }
    const email = `second.${round}@example.com`
    await inviteToTeam(first.ctx, team, { email, role: 'owner' })
    const ctx = visitorContext(world.services)
    const second = await joinTeam(ctx, 'portal', { ticket: ticketTo(email), name: 'Second', password: PASSWORD })
    const path = `/partners/${first.partner.id}/members`
    const [a, b] = [first.user.userId, second.user.userId].map((id) => `${path}/${encodeURIComponent(id)}`)
    const answers = await Promise.all([
      world.call('DELETE', a ?? ''),
      world.call('PATCH', b ?? '', { role: 'developer' }),
      world.call('DELETE', b ?? ''),
    ])
    const owners = (await read(path)).filter(({ role }) => role === 'owner')
    expect(owners.length, JSON.stringify(answers.map(({ status }) => status))).toBe(1)
  }
})

describe('a program of a partner', () => {
  test('reads who is in its own team, without their ids, and changes no team', async () => {
    const mine = await createPartnerProgram(world)
    const path = `/partners/${mine.partner.id}`
    const members = JSON.parse((await mine.call('GET', `${path}/members`)).text)
    expect(members).toEqual([expect.not.objectContaining({ user_id: expect.anything() })])
    const body = { email: 'spy@example.com', role: 'owner' }
    expect((await mine.call('POST', `${path}/invitations`, body)).status).toBe(403)
    expect((await mine.call('GET', '/tenants/members')).status).toBe(403)
    expect((await mine.call('POST', '/tenants/invitations', body)).status).toBe(403)
  })
})
