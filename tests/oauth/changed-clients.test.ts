/** A client that is changed, at each door: what people are asked again, and what ends. */
import { beforeAll, describe, expect, it } from 'vitest'
import { submitVersion } from '~/domain/apps/submit-version'
import * as consent from '~/routes/u.consent'
import { updateClient } from '~db/queries/clients'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import {
  createApprovedApp,
  createPortalApp,
  readSubmission,
  requireApp,
  type TestClient,
} from '~tests/support/fixtures'
import { createPartner, openVisitorOf, type PartnerPerson } from '~tests/support/people'
import { begin } from '../account/account-world'
import {
  answerOf,
  authorizeParams,
  CALLBACK,
  decide,
  newPkce,
  obtainCode,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
  refresh,
} from './authorization-world'

const ELSEWHERE = 'https://elsewhere.example.com/callback'
const SECOND = `${CALLBACK}/second`
const GRANTS = ['authorization_code', 'refresh_token']

let world: ManagementWorld
let partner: PartnerPerson

beforeAll(async () => {
  world = await createManagementWorld()
  partner = await createPartner(world.services)
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(updateTenantSettings({ flags: { ...flags, enable_dynamic_client_registration: true } }))
})

type Change = { name?: string; callbacks?: string[] }
type Door = { client: TestClient; change(given: Change): Promise<number> }

/** Every way in which a third party's client comes to another name or callback. */
const DOORS = {
  async 'the Management API'(callbacks = [CALLBACK]): Promise<Door> {
    const body = { name: 'Boats', is_first_party: false, app_type: 'regular_web', grant_types: GRANTS, callbacks }
    const { client_id, client_secret } = (await world.call('POST', '/clients', body)).json
    const client = { clientId: client_id, secret: client_secret } as TestClient
    return { client, change: async (given) => (await world.call('PATCH', `/clients/${client_id}`, given)).status }
  },
  async 'the client’s own registration'(callbacks = [CALLBACK]): Promise<Door> {
    const before = { client_name: 'Boats', redirect_uris: callbacks, grant_types: GRANTS }
    const made = (await world.machine.sendJson('POST', '/oidc/register', before)).json
    const { client_id, client_secret, registration_access_token: bearer } = made as Record<string, string>
    return {
      client: { clientId: client_id, secret: client_secret } as TestClient,
      async change({ name, callbacks: after }) {
        const body = { ...before, client_id, client_name: name ?? 'Boats', redirect_uris: after ?? callbacks }
        return (await world.machine.sendJson('PUT', `/oidc/register/${client_id}`, body, { bearer })).status
      },
    }
  },
  async 'an edit of an app in development'(callbacks = [CALLBACK]): Promise<Door> {
    const client = await createPortalApp(partner, { name: 'Boats', callbacks })
    await world.services.db.run(updateClient(client.clientId, { availability: 'everyone' }))
    return { client, change: async (given) => (await world.call('PATCH', `/apps/${client.clientId}`, given)).status }
  },
  async 'the approval of a version'(callbacks = [CALLBACK]): Promise<Door> {
    const client = await createApprovedApp(partner, { name: 'Boats', callbacks })
    return {
      client,
      async change(given) {
        await world.call('PATCH', `/apps/${client.clientId}`, given)
        const details = await requireApp(partner.ctx, client.clientId)
        // What says the same in another order is no new version.
        if (!details.proposed) return 200
        await submitVersion(partner.ctx, details, 'Please have a look.')
        const path = `/app-reviews/${details.proposed.id}/decision`
        return (
          await world.call('POST', path, {
            decision: 'approve',
            seen: await readSubmission(world.services, details.proposed.id),
          })
        ).status
      },
    }
  },
}

const silent = async (client: TestClient, redirect_uri = CALLBACK) => {
  const params = authorizeParams(client, { prompt: 'none', redirect_uri, code_challenge: newPkce().challenge })
  const answer = await (await openBrowser(world, world.user)).authorize(params)
  // A client that nobody has looked at is refused at a page of ours.
  if (answer.status === 400) return /consent_required/.exec(answer.text)?.[0]
  return answerOf(answer, redirect_uri).error ?? 'code'
}

describe.each(Object.entries(DOORS))('changed by %s, a third party’s client', (_, open) => {
  it('is asked about again under a new name, and its tokens live on', async () => {
    const { client, change } = await open()
    const { refresh_token } = await obtainTokens(world, client)
    expect(await silent(client)).toBe('code')
    expect(await change({ name: 'Bank of boats' })).toBe(200)
    expect(await silent(client)).toBe('consent_required')
    expect((await refresh(world, client, refresh_token)).status).toBe(200)
    await obtainCode(world, client)
    expect(await silent(client), 'once the person has seen it').toBe('code')
  })

  it('is asked about again once its answers can go to another host', async () => {
    const { client, change } = await open()
    const { refresh_token } = await obtainTokens(world, client)
    expect(await change({ callbacks: [CALLBACK, ELSEWHERE] })).toBe(200)
    expect(await silent(client, ELSEWHERE)).toBe('consent_required')
    expect((await refresh(world, client, refresh_token)).status).toBe(200)
  })

  it('keeps all that it has when its callbacks are named in another order, or one fewer', async () => {
    const { client, change } = await open([CALLBACK, SECOND])
    const { refresh_token } = await obtainTokens(world, client)
    expect(await change({ callbacks: [SECOND, CALLBACK] })).toBe(200)
    expect(await silent(client)).toBe('code')
    expect(await change({ callbacks: [CALLBACK] })).toBe(200)
    expect(await silent(client)).toBe('code')
    expect((await refresh(world, client, refresh_token)).status).toBe(200)
  })
})

it('a client that is the tenant’s own word is not asked about again for another path of its host, one that registered itself is', async () => {
  for (const [door, expected] of [
    ['the Management API', 'code'],
    ['the client’s own registration', 'consent_required'],
  ] as const) {
    const opened = await DOORS[door]()
    await obtainTokens(world, opened.client)
    await opened.change({ callbacks: [CALLBACK, SECOND] })
    expect(await silent(opened.client), door).toBe(expected)
  }
})

it('the consent page says what has changed', async () => {
  const opened = await DOORS['the Management API']()
  await obtainTokens(world, opened.client)
  await opened.change({ name: 'Bank of boats', callbacks: [CALLBACK, ELSEWHERE] })
  const visitor = await openVisitorOf(world.services, 'account', world.user)
  const id = await begin(world, visitor, opened.client, 'consent')
  const { value } = await visitor.load(consent, `/u/consent?request=${id}`)
  expect(value).toMatchObject({ changed: { formerName: 'Boats', newPlaces: ['elsewhere.example.com'] } })
})

it('what was allowed at the page is not good for the look that the client got before the answer went out', async () => {
  const opened = await DOORS['the Management API']()
  const browser = await openBrowser(world, world.user)
  const id = pendingId(await browser.authorize(authorizeParams(opened.client)), 'consent')
  const resume = browser.get
  browser.get = async (path) => {
    await opened.change({ name: 'Bank of boats' })
    return resume(path)
  }
  expect(answerOf(await decide(world, browser, id, ['openid'])).error).toBe('access_denied')
})

describe('a change of how a client proves itself', () => {
  const confidential = async () => {
    const { client } = await DOORS['the Management API']()
    return { client, tokens: await obtainTokens(world, client), open: await obtainCode(world, client) }
  }

  it('to less than before ends what the proof of before has guarded, and its secrets', async () => {
    const { client, tokens, open } = await confidential()
    await world.call('PATCH', `/clients/${client.clientId}`, { token_endpoint_auth_method: 'none' })
    const bare = { ...client, secret: undefined }
    expect((await refresh(world, bare, tokens.refresh_token)).json.error).toBe('invalid_grant')
    expect((await redeem(world, bare, open)).json.error).toBe('invalid_grant')
    expect((await world.call('GET', `/clients/${client.clientId}`)).json).not.toHaveProperty('client_secret')
  })

  it('to another way of sending the same secret ends nothing', async () => {
    const { client, tokens } = await confidential()
    await world.call('PATCH', `/clients/${client.clientId}`, { token_endpoint_auth_method: 'client_secret_basic' })
    await world.call('PATCH', `/clients/${client.clientId}`, { token_endpoint_auth_method: null })
    expect((await refresh(world, client, tokens.refresh_token)).status).toBe(200)
  })

  it('to a secret gives it one, and a client without one has none made, told or rotated', async () => {
    const body = { name: 'Page', is_first_party: false, app_type: 'spa', callbacks: [CALLBACK] }
    const made = (await world.call('POST', '/clients', body)).json
    const path = `/clients/${made.client_id}`
    expect(made).toMatchObject({ token_endpoint_auth_method: 'none' })
    expect(made).not.toHaveProperty('client_secret')
    expect((await world.call('GET', path)).json).not.toHaveProperty('client_secret')
    expect((await world.call('POST', `${path}/rotate-secret`, {})).status).toBe(403)
    const secret = 'a secret of more than thirty-two characters'
    expect((await world.call('PATCH', path, { client_secret: secret })).status).toBe(400)
    await world.call('PATCH', path, { token_endpoint_auth_method: 'client_secret_post' })
    expect((await world.call('GET', path)).json).toHaveProperty('client_secret')
    expect((await world.call('POST', `${path}/rotate-secret`, {})).json).toHaveProperty('client_secret')
  })
})
