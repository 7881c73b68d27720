/** Apps by program: the whole way of one, what a partner may not say or see, and states that do not fit. */
import { beforeAll, describe, expect, test } from 'vitest'
import { obtainTokens } from '~tests/oauth/authorization-world'
import { settle } from '~tests/support/counted'
import { API, CALLBACK, requireApp } from '~tests/support/fixtures'
import { createManagementWorld, createPartnerProgram, type ManagementWorld, type PartnerProgram } from './partner-world'

let world: ManagementWorld
let partner: PartnerProgram
beforeAll(async () => {
  world = await createManagementWorld()
  partner = await createPartnerProgram(world)
})

const SCOPE = { audience: API, scope: 'read:items', reason: 'To show your items.', required: true }
const listOf = (text: string) => JSON.parse(text) as Record<string, unknown>[]

/** Submits an app, and has the tenant's program decide. */
async function decide(clientId: string, body: object) {
  const submitted = await partner.call('POST', `/apps/${clientId}/submit`, { message: 'Please look.' })
  return decideOn(String(submitted.json.proposed_version_id), body)
}

/** Decides on what has just been read. */
async function decideOn(versionId: string, body: object) {
  const { seen } = (await world.call('GET', `/app-reviews/${versionId}`)).json
  return world.call('POST', `/app-reviews/${versionId}/decision`, { seen, ...body })
}

test('an app goes its whole way by program', async () => {
  const made = await partner.call('POST', '/apps', {
    name: 'Backup',
    app_type: 'non_interactive',
    description: 'Copies items.',
    homepage_uri: 'https://backup.example.com/',
    scope_requests: [SCOPE],
  })
  expect(made.status).toBe(201)
  expect(made.json).toMatchObject({
    partner_id: partner.partner.id,
    state: 'development',
    name: 'Backup',
    callbacks: [],
    id_token_alg: 'RS256',
    scope_requests: [SCOPE],
  })
  const clientId = String(made.json.client_id)
  const program = { clientId, secret: String(made.json.client_secret) }
  const token = () => world.machine.token({ grant_type: 'client_credentials', audience: API }, program)
  expect((await partner.call('GET', `/apps/${clientId}`)).json).not.toHaveProperty('client_secret')
  expect((await token()).json.error).toBe('access_denied')

  expect(
    (await partner.call('PATCH', `/apps/${clientId}`, { description: '', homepage_uri: null })).json,
  ).toMatchObject({ name: 'Backup', scope_requests: [SCOPE] })
  const submitted = await partner.call('POST', `/apps/${clientId}/submit`, { message: 'Please look.' })
  expect(submitted.json).toMatchObject({ state: 'in_review' })
  expect(submitted.json).not.toHaveProperty('homepage_uri')

  const queue = listOf((await world.call('GET', '/app-reviews')).text)
  const waiting = queue.find(({ client_id }) => client_id === clientId)
  expect(waiting).toMatchObject({ name: 'Backup', number: 1, is_first_version: true, partner_id: partner.partner.id })
  const review = await world.call('GET', `/app-reviews/${waiting?.id}`)
  expect(review.json.changes).toContainEqual({
    member: 'scope_requests',
    added: [SCOPE],
    removed: [],
    changed: [],
  })
  expect(review.json.messages).toMatchObject([{ act: 'submit', side: 'partner', message: 'Please look.' }])

  const approved = await world.call('POST', `/app-reviews/${waiting?.id}/decision`, {
    decision: 'approve',
    seen: review.json.seen,
  })
  expect(approved.json).toMatchObject({ state: 'approved', is_live: true })
  expect((await partner.call('GET', `/apps/${clientId}`)).json).toMatchObject({ state: 'live' })
  expect((await token()).json).toMatchObject({ scope: 'read:items' })

  await world.call('POST', `/third-party-clients/${clientId}/suspend`, { reason: 'It copies too much.' })
  expect((await token()).status).toBe(400)
  expect((await partner.call('GET', `/apps/${clientId}`)).json).toMatchObject({ state: 'suspended' })
  expect((await partner.call('POST', `/apps/${clientId}/testers`, { email: 'eve@example.com' })).status).toBe(403)
  await world.call('POST', `/third-party-clients/${clientId}/reinstate`, {})
  expect((await token()).status).toBe(200)

  const said = await partner.call('GET', `/apps/${clientId}/messages`)
  expect(listOf(said.text).map(({ act, side }) => `${side} ${act}`)).toEqual([
    'partner submit',
    'tenant approve',
    'tenant suspend',
    'tenant reinstate',
  ])
  expect(said.text).not.toContain('author_id')

  expect((await partner.call('DELETE', `/apps/${clientId}`)).status).toBe(204)
  expect((await partner.call('GET', `/apps/${clientId}`)).json).toMatchObject({ errorCode: 'inexistent_app' })
  expect((await token()).status).toBe(401)
})

test('a change of a live app is a proposal, is compared with it, and can be dropped', async () => {
  const clientId = await partner.createApp({ name: 'Gallery' })
  expect((await decide(clientId, { decision: 'approve' })).status).toBe(200)
  const changed = await partner.call('PATCH', `/apps/${clientId}`, {
    callbacks: [CALLBACK, 'https://app.example.com/other'],
  })
  expect(changed.json).toMatchObject({
    state: 'live_with_draft',
    callbacks: [CALLBACK, 'https://app.example.com/other'],
  })
  expect((await world.call('GET', `/clients/${clientId}`)).json.callbacks).toEqual([CALLBACK])

  const versions = listOf((await partner.call('GET', `/apps/${clientId}/versions`)).text)
  expect(versions).toMatchObject([
    { number: 2, state: 'draft', is_live: false },
    { number: 1, state: 'approved', is_live: true },
  ])
  const second = await partner.call('GET', `/apps/${clientId}/versions/${changed.json.proposed_version_id}`)
  expect(second.json.changes).toEqual([{ member: 'callbacks', added: ['https://app.example.com/other'], removed: [] }])
  expect((await world.call('GET', `/app-reviews/${changed.json.proposed_version_id}`)).status).toBe(404)

  expect((await partner.call('POST', `/apps/${clientId}/discard`)).json).toMatchObject({ state: 'live' })
  expect((await partner.call('POST', `/apps/${clientId}/discard`)).status).toBe(409)
})

describe('an app of a state', () => {
  test('that does not fit is refused with a sentence', async () => {
    const clientId = await partner.createApp({ name: 'Album' })
    const post = (path: string, body?: object) => partner.call('POST', `/apps/${clientId}/${path}`, body)
    expect((await post('withdraw')).json).toMatchObject({ statusCode: 409, message: expect.stringMatching(/\.$/) })
    expect((await post('submit', {})).status).toBe(200)
    expect((await post('submit', {})).json).toMatchObject({ statusCode: 409, errorCode: 'conflict' })
    expect((await partner.call('PATCH', `/apps/${clientId}`, { name: 'Other' })).status).toBe(409)
    expect((await post('withdraw')).json).toMatchObject({ state: 'development' })
    expect((await world.call('POST', `/third-party-clients/${clientId}/reinstate`, {})).status).toBe(409)
  })

  test('is found by it, and by how its name begins', async () => {
    const clientId = await partner.createApp({ name: 'Zebra Crossing' })
    const found = async (query: string) =>
      listOf((await partner.call('GET', `/apps?${query}`)).text).map(({ client_id }) => client_id)
    expect(await found('q=zebra')).toEqual([clientId])
    expect(await found('q=zebra&state=in_review')).toEqual([])
    await decide(clientId, { decision: 'request_changes', message: 'Say what it is for.' })
    expect(await found('state=changes_requested')).toEqual([clientId])
    await decide(clientId, { decision: 'reject', message: 'We have such an app.' })
    expect(await found('q=zebra&state=rejected')).toEqual([clientId])
    await decide(clientId, { decision: 'approve' })
    expect(await found('q=zebra&state=live')).toEqual([clientId])
    await partner.call('PATCH', `/apps/${clientId}`, { description: 'New.' })
    expect(await found('q=zebra&state=live_with_draft')).toEqual([clientId])
    await partner.call('POST', `/apps/${clientId}/submit`, {})
    expect(await found('q=zebra&state=live_in_review')).toEqual([clientId])
    await world.call('POST', `/third-party-clients/${clientId}/suspend`, { reason: 'It was misused.' })
    expect(await found('q=zebra&state=suspended')).toEqual([clientId])
    expect(await found('q=zebra&state=live_in_review')).toEqual([])
  })
})

describe('a decision', () => {
  test('has a message for the partner, unless it approves', async () => {
    const clientId = await partner.createApp()
    const refused = await decide(clientId, { decision: 'reject', message: 'No.' })
    expect(refused.json).toMatchObject({ statusCode: 400, message: expect.stringContaining('on property message') })
  })

  test('is about what was read', async () => {
    const clientId = await partner.createApp()
    const { json } = await partner.call('POST', `/apps/${clientId}/submit`, {})
    const path = `/app-reviews/${json.proposed_version_id}`
    const { seen } = (await world.call('GET', path)).json
    const renamed = await world.call('PATCH', `/partners/${partner.partner.id}`, { name: 'Travelbase Payments' })
    expect(renamed.status).toBe(200)
    for (const { status, read } of [
      { status: 400, read: {} },
      { status: 409, read: { seen } },
    ])
      expect((await world.call('POST', `${path}/decision`, { decision: 'approve', ...read })).status).toBe(status)
    expect((await partner.call('GET', `/apps/${clientId}`)).json.state).toBe('in_review')
    expect((await decideOn(String(json.proposed_version_id), { decision: 'approve' })).status).toBe(200)
  })

  test('is made once', async () => {
    const clientId = await partner.createApp()
    const { json } = await partner.call('POST', `/apps/${clientId}/submit`, {})
    const id = String(json.proposed_version_id)
    const both = await Promise.all([
      decideOn(id, { decision: 'approve' }),
      decideOn(id, { decision: 'reject', message: 'We have such an app.' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe('the team', () => {
  test('adds testers, who can sign in, and takes them off the list', async () => {
    const clientId = await partner.createApp({ scope_requests: [] })
    const email = world.user.email
    expect(
      (await partner.call('POST', `/apps/${clientId}/testers`, { email: email.toUpperCase() })).json,
    ).toMatchObject({
      email,
    })
    expect((await partner.call('POST', `/apps/${clientId}/testers`, { email })).status).toBe(409)
    expect(listOf((await partner.call('GET', `/apps/${clientId}/testers`)).text)).toMatchObject([{ email }])

    const { json } = await partner.call('POST', `/apps/${clientId}/rotate-secret`, { overlap_hours: 0 })
    const { client } = await requireApp(world.services, clientId)
    await obtainTokens(world, { clientId, secret: String(json.client_secret), client }, { scope: 'openid' })
    await settle(world.services)
    const usage = listOf((await partner.call('GET', `/apps/${clientId}/usage?days=2`)).text)
    expect(usage).toHaveLength(2)
    expect(usage[1]).toMatchObject({ sign_ins: 1, consents_granted: 1, tokens_issued: 1, tokens_refreshed: 0 })
    expect(usage[0]).toMatchObject({ sign_ins: 0, consents_granted: 0 })

    const path = `/apps/${clientId}/testers/${encodeURIComponent(email)}`
    expect((await partner.call('DELETE', path)).status).toBe(204)
    expect((await partner.call('DELETE', path)).status).toBe(404)
  })

  test('looks up why a request was refused', async () => {
    const clientId = await partner.createApp()
    await world.machine.get(
      `/authorize?${new URLSearchParams({ client_id: clientId, response_type: 'code', redirect_uri: 'https://no.example/' })}`,
    )
    const [refusal] = listOf((await partner.call('GET', `/apps/${clientId}/refusals`)).text)
    expect(refusal).toMatchObject({
      sent: { redirect_uri: 'https://no.example/' },
      registered: { redirect_uri: [CALLBACK] },
    })
    expect((await partner.call('GET', `/apps/${clientId}/refusals/${refusal?.id}`)).json).toEqual(refusal)
  })

  test('rotates secrets, of which hints are all that is told, and retires the old ones', async () => {
    const clientId = await partner.createApp()
    world.services.clock.advance(1_000)
    const rotated = await partner.call('POST', `/apps/${clientId}/rotate-secret`, {})
    const secret = String(rotated.json.client_secret)
    const answer = await partner.call('GET', `/apps/${clientId}/secrets`)
    const [newest, old] = listOf(answer.text)
    expect(newest).toMatchObject({ hint: secret.slice(-4) })
    expect(answer.text).not.toContain(secret)
    expect(old).toHaveProperty('works_until', rotated.json.previous_secret_until)
    const retire = (id: unknown) => partner.call('DELETE', `/apps/${clientId}/secrets/${id}`)
    expect((await retire(newest?.id)).status).toBe(409)
    expect((await retire(old?.id)).status).toBe(204)
    expect((await retire('sec_unknown')).status).toBe(404)
  })

  test('gets no secret for an app that could not keep it', async () => {
    const made = await partner.call('POST', '/apps', { name: 'Page', app_type: 'spa', callbacks: [CALLBACK] })
    expect(made.json).not.toHaveProperty('client_secret')
    expect((await partner.call('POST', `/apps/${made.json.client_id}/rotate-secret`, {})).status).toBe(403)
  })
})

describe('what a body says', () => {
  const whole = { name: 'X', app_type: 'regular_web', callbacks: [CALLBACK] }

  test.each([
    [{ ...whole, callbacks: [] }, 'callbacks'],
    [{ ...whole, callbacks: ['http://app.example.com/'] }, 'callbacks'],
    [{ ...whole, callbacks: [CALLBACK, CALLBACK] }, 'callbacks'],
    [{ ...whole, callbacks: [''] }, 'callbacks'],
    [{ ...whole, name: '' }, 'name'],
    [{ ...whole, name: 'A <b>' }, 'name'],
    [{ ...whole, homepage_uri: 'javascript:alert(1)' }, 'homepage_uri'],
    [{ ...whole, web_origins: ['https://app.example.com/path'] }, 'web_origins'],
    [{ ...whole, allowed_logout_urls: ['https://*.example.com/'] }, 'allowed_logout_urls'],
    [{ ...whole, backchannel_logout_urls: ['https://a.example/', 'https://b.example/'] }, 'backchannel_logout_urls'],
    [{ ...whole, app_type: 'spa', id_token_alg: 'HS256' }, 'id_token_alg'],
    [{ ...whole, app_type: 'native', extra_grant_types: ['implicit'] }, 'extra_grant_types'],
    [{ ...whole, scope_requests: [{ ...SCOPE, scope: 'read:users' }] }, 'scope_requests'],
    [{ ...whole, scope_requests: [{ ...SCOPE, reason: 'x' }] }, 'scope_requests'],
    [{ ...whole, scope_requests: [SCOPE, SCOPE] }, 'scope_requests'],
  ])('%j is refused at %s', async (body, property) => {
    const refused = await partner.call('POST', '/apps', body)
    expect(refused.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_body' })
    expect(refused.json.message).toMatch(new RegExp(`on property ${property}`))
  })

  test('keeps scopes that partners can no longer ask for, until they are named', async () => {
    const clientId = await partner.createApp({ scope_requests: [SCOPE] })
    const api = `/resource-servers/${encodeURIComponent(API)}`
    await world.call('PATCH', api, { open_to_partners: false })
    expect((await partner.call('PATCH', `/apps/${clientId}`, { name: 'Renamed' })).json).toMatchObject({
      scope_requests: [SCOPE],
    })
    expect((await partner.call('PATCH', `/apps/${clientId}`, { scope_requests: [SCOPE] })).status).toBe(400)
    await world.call('PATCH', api, { open_to_partners: true })
  })

  const FORBIDDEN = ['is_first_party', 'availability', 'state', 'client_id', 'client_secret', 'grant_types', 'source']
  test.each(FORBIDDEN)('has no %s, whoever says it', async (member) => {
    const clientId = await partner.createApp()
    for (const call of [partner.call, world.call]) {
      for (const [method, path, body] of [
        ['POST', '/apps', { ...whole, partner_id: partner.partner.id, [member]: true }],
        ['PATCH', `/apps/${clientId}`, { [member]: true }],
        ['POST', `/apps/${clientId}/submit`, { [member]: true }],
        ['POST', `/apps/${clientId}/testers`, { email: 'a@example.com', [member]: true }],
        ['POST', `/apps/${clientId}/rotate-secret`, { [member]: true }],
        ['PATCH', `/partners/${partner.partner.id}`, { [member]: true }],
      ] as const) {
        const refused = await call(method, path, body)
        expect(refused.json, `${method} ${path}`).toMatchObject({
          statusCode: 400,
          message: `Payload validation error: 'Additional properties not allowed: ${member}'.`,
        })
      }
    }
    expect((await partner.call('DELETE', `/apps/${clientId}`)).status).toBe(204)
  })

  test('of a partner’s program does not choose the partner; of the tenant’s it has to', async () => {
    const refused = await partner.call('POST', '/apps', { ...whole, partner_id: partner.partner.id })
    expect(refused.json.message).toContain('Additional properties not allowed: partner_id')
    expect((await world.call('POST', '/apps', whole)).json.message).toContain('Missing required property: partner_id')
    expect((await world.call('POST', '/apps', { ...whole, partner_id: 'par_none' })).status).toBe(404)
    const made = await world.call('POST', '/apps', { ...whole, partner_id: partner.partner.id })
    expect(made.json).toMatchObject({ partner_id: partner.partner.id, state: 'development' })
    await world.call('DELETE', `/apps/${made.json.client_id}`)
  })
})
