import { beforeEach, describe, expect, it } from 'vitest'
import { auditEvent } from '~/domain/audit/audit-event'
import { MINUTE } from '~/platform/durations'
import { newId } from '~/platform/ids'
import * as apps from '~/routes/portal._app.apps'
import * as overview from '~/routes/portal._app.apps_.$clientId'
import * as activity from '~/routes/portal._app.apps_.$clientId_.activity'
import * as credentials from '~/routes/portal._app.apps_.$clientId_.credentials'
import * as review from '~/routes/portal._app.apps_.$clientId_.review'
import * as scopes from '~/routes/portal._app.apps_.$clientId_.scopes'
import * as settings from '~/routes/portal._app.apps_.$clientId_.settings'
import * as testers from '~/routes/portal._app.apps_.$clientId_.testers'
import * as usage from '~/routes/portal._app.apps_.$clientId_.usage'
import * as newApp from '~/routes/portal._app.apps_.new'
import * as organization from '~/routes/portal._app.organization'
import * as signIn from '~/routes/portal.sign-in'
import { findAppOfPartner } from '~db/queries/apps'
import { listAuditEvents } from '~db/queries/audit'
import { listClientSecrets } from '~db/queries/client-secrets'
import { findClient } from '~db/queries/clients'
import { upsertGrant } from '~db/queries/grants'
import { updateResourceServer } from '~db/queries/resource-servers'
import { settle } from '~tests/support/counted'
import { createEndUser } from '~tests/support/people'
import { API, createPartner, createWorld, get, post, type World } from './portal-world'

const pages = { overview, activity, credentials, review, scopes, settings, testers, usage }
const fields = { name: 'Mailbox', app_type: 'regular_web', callbacks: 'https://app.example.com/cb' }
const errorsOf = (value: unknown) => (value as { lastResult?: { error?: Record<string, string[]> } }).lastResult?.error

let world: World
let ann: Awaited<ReturnType<typeof createPartner>>
beforeEach(async () => {
  world = await createWorld()
  ann = await createPartner(world, 'Ann')
})

const create = (given: Record<string, string> = fields) =>
  post(world, newApp, given, { path: '/portal/apps/new', cookies: ann.cookies })
async function createdId(given?: Record<string, string>): Promise<string> {
  const { value } = await create(given)
  return (value as { made: { clientId: string } }).made.clientId
}
const call = (clientId: string, cookies: Record<string, string> = ann.cookies) => ({
  path: `/portal/apps/${clientId}`,
  params: { clientId },
  cookies,
})
const read = (clientId: string) => findAppOfPartner(world.services.db, ann.partner.id, clientId)

describe('a new app', () => {
  it('needs a name, a type and a callback, and its answer shows the secret, which no later page holds', async () => {
    const { status, value } = await create()
    expect(status).toBe(200)
    const { clientId, secret } = (value as { made: { clientId: string; secret: string } }).made
    expect(secret).toMatch(/^cs_/)
    for (const page of Object.values(pages)) {
      const shown = JSON.stringify((await get(world, page, call(clientId))).value)
      expect(shown).not.toContain(secret)
      expect(shown).not.toMatch(/secretHash|encryptedSecret|passwordHash/)
    }
    expect((await get(world, apps, { path: '/portal/apps', cookies: ann.cookies })).value).toMatchObject({
      apps: [{ clientId, name: 'Mailbox', state: 'development' }],
    })
  })

  it('that is a program by itself needs no callback', async () => {
    expect((await create({ name: 'Robot', app_type: 'non_interactive' })).status).toBe(200)
  })

  it.each([
    ['a callback with a fragment', { callbacks: 'https://app.example.com/cb#x' }, 'callbacks', /Line 1: .*fragment/],
    ['a wildcard', { callbacks: 'https://*.example.com/cb' }, 'callbacks', /Line 1: Wildcards/],
    ['plain http', { callbacks: 'https://a.example/\nhttp://b.example/' }, 'callbacks', /Line 2: Use https/],
    ['javascript:', { callbacks: ' JavaScript:alert(1)' }, 'callbacks', /Line 1: javascript:/],
    ['a scheme of its own on the web', { callbacks: 'com.example.app:/cb' }, 'callbacks', /native apps only/],
    ['no callback', { callbacks: '' }, 'callbacks', /at least one callback/],
    ['markup in the name', { name: 'Mail<b>' }, 'name', /Leave out </],
    ['no name', { name: ' ' }, 'name', /Enter a name/],
    ['no type', { app_type: '' }, 'app_type', /Choose the type/],
    ['an unknown type', { app_type: 'first_party' }, 'app_type', /Choose the type/],
  ])('with %s is refused at the field, and nothing typed is lost', async (_what, wrong, field, sentence) => {
    const sent = { ...fields, ...wrong, description: 'Reads mail' }
    const { status, value } = await create(sent)
    expect(status).toBe(400)
    expect(errorsOf(value)?.[field]?.join()).toMatch(sentence)
    expect(value).toMatchObject({ lastResult: { initialValue: { description: 'Reads mail' } } })
  })

  it('asks for scopes with a reason each; one that is not open to partners is refused at its field', async () => {
    const row = (n: number, scope: string, reason: string, audience = API) => ({
      [`scopes[${n}].audience`]: audience,
      [`scopes[${n}].scope`]: scope,
      [`scopes[${n}].reason`]: reason,
    })
    const asked = {
      ...fields,
      ...row(0, 'read:items', 'To list your items'),
      'scopes[0].asked': 'on',
      'scopes[0].required': 'on',
      ...row(1, 'write:items', ''),
    }
    const client = await findClient(world.services.db, await createdId(asked))
    expect(client?.scopeRequests).toEqual([
      { audience: API, scope: 'read:items', reason: 'To list your items', required: true },
    ])
    const unknown = await create({ ...asked, ...row(1, 'admin', 'To be an admin'), 'scopes[1].asked': 'on' })
    expect(unknown.status).toBe(400)
    expect(errorsOf(unknown.value)?.['scopes[1].scope']?.[0]).toMatch(/“admin”/)
    const elsewhere = row(0, 'read:clients', 'To read all clients', `${world.services.config.issuer}api/v2/`)
    expect((await create({ ...fields, ...elsewhere, 'scopes[0].asked': 'on' })).status).toBe(400)
    const silent = await create({ ...fields, ...row(0, 'read:items', 'short'), 'scopes[0].asked': 'on' })
    expect(errorsOf(silent.value)?.['scopes[0].reason']?.[0]).toMatch(/at least 10/)
  })

  it('is shown at each API whether offline_access can be asked for with it', async () => {
    const marks = async () => {
      const { value } = await get(world, newApp, { path: '/portal/apps/new', cookies: ann.cookies })
      const { groups } = value as { groups: { name: string; allowOfflineAccess: boolean }[] }
      return groups.map(({ name, allowOfflineAccess }) => [name, allowOfflineAccess])
    }
    const [profile, account] = [
      ['Sign-in and profile', true],
      ['The person’s account here', false],
    ]
    expect(await marks()).toEqual([profile, ['Example API', true], account])
    await world.services.db.run(updateResourceServer('api_open', { allowOfflineAccess: false }))
    expect(await marks()).toEqual([profile, ['Example API', false], account])
  })
})

describe('an app of another partner', () => {
  it('is not found at any page, nor by any act', async () => {
    const clientId = await createdId()
    const { cookies } = await createPartner(world, 'Mallory')
    const theirs = call(clientId, cookies)
    for (const page of Object.values(pages)) expect((await get(world, page, theirs)).status).toBe(404)
    const before = JSON.stringify(await read(clientId))
    const secretsBefore = await listClientSecrets(world.services.db, { clientId })
    const intents = ['save', 'submit', 'withdraw', 'discard', 'rotate-secret', 'retire-secret', 'add-tester', 'delete']
    for (const page of [overview, credentials, review, scopes, settings, testers]) {
      for (const intent of intents) {
        const sent = { ...fields, intent, confirm_name: 'Mailbox', email: 'm@example.com' }
        expect((await post(world, page, sent, theirs)).status).toBe(404)
      }
    }
    expect(JSON.stringify(await read(clientId))).toBe(before)
    expect(await listClientSecrets(world.services.db, { clientId })).toEqual(secretsBefore)
    expect((await get(world, overview, call('nothing'))).status).toBe(404)
  })

  it('has no secret that another app can retire', async () => {
    const [mine, other] = [await createdId(), await createdId()]
    await post(world, credentials, { intent: 'rotate-secret' }, call(other))
    const old = (await listClientSecrets(world.services.db, { clientId: other })).find(({ expiresAt }) => expiresAt)
    const sent = { intent: 'retire-secret', secret_id: old?.id ?? '' }
    expect((await post(world, credentials, sent, call(mine))).status).toBe(409)
    expect((await post(world, credentials, sent, call(other))).location).toMatch(/notice=retired/)
  })
})

describe('the acts on an app', () => {
  it('are answered by the page that names them, and those of reviews and secrets by the address of the app', async () => {
    const clientId = await createdId()
    const submitted = await post(world, overview, { intent: 'submit', message: 'Please look' }, call(clientId))
    expect(submitted.location).toBe(`/portal/apps/${clientId}/review?notice=submitted`)
    expect((await post(world, review, { intent: 'submit' }, call(clientId))).status).toBe(409)
    const edited = await post(world, settings, { ...fields, name: 'Other', intent: 'save' }, call(clientId))
    expect(edited.status).toBe(409)
    expect(edited.value).toMatchObject({ problem: expect.stringContaining('Withdraw it first') })
    expect(edited.value).toMatchObject({ lastResult: { initialValue: { name: 'Other' } } })
    expect((await post(world, review, { intent: 'withdraw' }, call(clientId))).location).toMatch(/notice=withdrawn/)
    const rotated = await post(world, overview, { intent: 'rotate-secret', overlap_hours: '1' }, call(clientId))
    expect(rotated.value).toMatchObject({ made: { clientId, secret: expect.stringMatching(/^cs_/) } })
    expect(
      (await post(world, credentials, { intent: 'rotate-secret', overlap_hours: '5' }, call(clientId))).status,
    ).toBe(400)
    const misplaced = await post(world, review, { intent: 'rotate-secret', overlap_hours: '1' }, call(clientId))
    expect(misplaced.status).toBe(400)
    expect(await listClientSecrets(world.services.db, { clientId })).toHaveLength(2)
  })

  it('that are about secrets are for who has just signed in: others confirm that it is them, and come back', async () => {
    const clientId = await createdId()
    world.services.clock.advance(16 * MINUTE)
    const path = `/portal/apps/${clientId}/credentials`
    const answer = await post(
      world,
      credentials,
      { intent: 'rotate-secret', overlap_hours: '0' },
      { ...call(clientId), path },
    )
    expect(answer).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^\/portal\/sign-in\?notice=confirm/),
    })
    expect(await listClientSecrets(world.services.db, { clientId })).toHaveLength(1)
    const page = `/portal/sign-in?notice=confirm&continue=${encodeURIComponent(path)}`
    const shown = await get(world, signIn, { path: page, cookies: ann.cookies })
    expect(shown).toMatchObject({
      status: 200,
      value: { continueTo: path, notice: { title: 'Confirm that it is you' } },
    })
    expect(await get(world, signIn, { path: '/portal/sign-in', cookies: ann.cookies })).toMatchObject({ status: 302 })
  })

  it('make a history that tells what the team did, and of end users nothing', async () => {
    const clientId = await createdId()
    await post(world, settings, { ...fields, name: 'Letters', description: 'x', intent: 'save' }, call(clientId))
    await post(world, testers, { intent: 'add-tester', email: 'Eve@example.com' }, call(clientId))
    const { value } = await get(world, activity, call(clientId))
    expect((value as { events: { sentence: string }[] }).events.map(({ sentence }) => sentence).sort()).toEqual([
      'Ann asked eve@example.com to test the app.',
      'Ann changed the name and the description.',
      'Ann created the app.',
    ])
    expect((await listAuditEvents(world.services.db, { clientId }, 10)).every(({ partnerId }) => partnerId)).toBe(true)
  })

  it('end with its deletion, which asks for the name', async () => {
    const clientId = await createdId()
    const wrong = await post(world, settings, { intent: 'delete', confirm_name: 'mail' }, call(clientId))
    expect(wrong.status).toBe(400)
    expect(errorsOf(wrong.value)?.confirm_name?.[0]).toMatch(/Mailbox/)
    const right = await post(world, settings, { intent: 'delete', confirm_name: 'Mailbox' }, call(clientId))
    expect(right.location).toBe('/portal/apps?notice=deleted')
    expect((await get(world, overview, call(clientId))).status).toBe(404)
  })
})

describe('the use of an app', () => {
  type Page = { people: number; days: { date: string; sign_ins: number }[] }
  const usageOf = async (clientId: string, days = '') => {
    const path = `/portal/apps/${clientId}/usage${days}`
    return (await get(world, usage, { ...call(clientId), path })).value as Page
  }

  it('is shown day by day, for one of a few periods', async () => {
    const clientId = await createdId()
    expect((await usageOf(clientId)).days).toHaveLength(30)
    expect((await usageOf(clientId, '?days=365')).days).toHaveLength(365)
    expect((await usageOf(clientId, '?days=100000')).days, 'no other period').toHaveLength(30)
    const target = { type: 'client', id: clientId, name: 'Mailbox' } as const
    await world.services.db.run(auditEvent(ann.ctx, 'code.issued', target, { clientId }))
    await settle(world.services)
    expect((await usageOf(clientId)).days.at(-1)).toMatchObject({ sign_ins: 1 })
  })

  it('counts people, however many consents each has given', async () => {
    const clientId = await createdId()
    const { user } = await createEndUser(world.services)
    const now = world.services.clock.now()
    for (const audience of [API, 'https://portal.example.com/userinfo']) {
      const times = { createdAt: now, updatedAt: now, lastUsedAt: null }
      const grant = { id: newId('grt'), userId: user.userId, clientId, audience, scope: ['openid'], ...times }
      await world.services.db.run(upsertGrant(grant))
    }
    expect((await usageOf(clientId)).people).toBe(1)
    expect((await get(world, overview, call(clientId))).value).toMatchObject({ people: 1 })
  })
})

describe('how people sign in to an app', () => {
  const save = (clientId: string, given: Record<string, string>) => {
    const sent = { intent: 'save', name: 'Mailbox', callbacks: 'https://app.example.com/cb', ...given }
    return post(world, settings, sent, call(clientId))
  }
  const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'

  it('is the code flow, and what its type can do besides once it is asked for', async () => {
    const clientId = await createdId({ ...fields, app_type: 'native' })
    await save(clientId, { extra_grant_types: DEVICE, backchannel_logout_uri: 'https://app.example.com/bye' })
    expect(await findClient(world.services.db, clientId)).toMatchObject({
      grantTypes: ['authorization_code', 'refresh_token', DEVICE],
      backchannelLogoutUris: ['https://app.example.com/bye'],
    })
    await save(clientId, {})
    expect((await findClient(world.services.db, clientId))?.grantTypes).toEqual(['authorization_code', 'refresh_token'])
  })

  it('is refused at the field where the type does not have it', async () => {
    const spa = await createdId({ ...fields, app_type: 'spa' })
    for (const [field, given] of [
      ['extra_grant_types', { extra_grant_types: 'password' }],
      ['extra_grant_types', { extra_grant_types: DEVICE }],
      ['id_token_alg', { id_token_alg: 'HS256' }],
      ['backchannel_logout_uri', { backchannel_logout_uri: 'http://app.example.com/bye' }],
    ] as const) {
      const { status, value } = await save(spa, given)
      expect(status).toBe(400)
      expect(JSON.stringify(errorsOf(value))).toContain(field)
    }
  })

  it('of a web app may have ID tokens keyed by its secret', async () => {
    const clientId = await createdId()
    await save(clientId, { id_token_alg: 'HS256', extra_grant_types: 'implicit' })
    expect(await findClient(world.services.db, clientId)).toMatchObject({
      idTokenAlg: 'HS256',
      grantTypes: ['authorization_code', 'refresh_token', 'implicit'],
    })
  })
})

it('the organization is changed by its owner, and the password by who knows the present one', async () => {
  const here = { path: '/portal/organization', cookies: ann.cookies }
  const change = { intent: 'save-organization', name: 'Ann Inc.', website_uri: 'http://example.com' }
  expect((await post(world, organization, change, here)).status).toBe(400)
  const saved = await post(world, organization, { ...change, website_uri: 'https://example.com' }, here)
  expect(saved.location).toMatch(/organization-saved/)
  expect((await get(world, organization, here)).value).toMatchObject({
    organization: { name: 'Ann Inc.', website_uri: 'https://example.com' },
  })
  const password = { intent: 'change-password', current_password: 'wrong', password: 'another long password' }
  const refused = await post(world, organization, password, here)
  expect(refused.status).toBe(400)
  expect(JSON.stringify(refused.value)).not.toContain('another long password')
  const right = { ...password, current_password: 'correct horse battery' }
  expect((await post(world, organization, right, here)).location).toMatch(/password-saved/)
})
