/** Whether a code needs a challenge (RFC 7636): who says so, and at which moments it is asked. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findClient } from '~db/queries/clients'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { createApprovedApp, type TestClient } from '~tests/support/fixtures'
import { createPartner } from '~tests/support/people'
import { answerOf, authorizeParams, CALLBACK, decide, openBrowser, pendingId } from './authorization-world'

const GRANTS = ['authorization_code', 'refresh_token']
const BARE = { code_challenge: undefined, code_challenge_method: undefined }
const NEEDED = 'PKCE is required: send code_challenge, and code_challenge_method=S256.'

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
})

const settings = (body: object) => world.call('PATCH', '/tenants/settings', body)
afterEach(() => settings({ third_party_pkce_required: true, flags: { enable_dynamic_client_registration: false } }))

const newClient = { name: 'Boats', is_first_party: false, app_type: 'regular_web', callbacks: [CALLBACK] }

async function made(given: object = {}): Promise<TestClient> {
  const { json } = await world.call('POST', '/clients', { ...newClient, grant_types: GRANTS, ...given })
  const client = await findClient(world.services.db, String(json.client_id))
  if (!client) throw new Error(`it was not made: ${JSON.stringify(json)}`)
  return { clientId: client.clientId, secret: json.client_secret as string | undefined, client }
}

const approved = async () => createApprovedApp(await createPartner(world.services))
const setFor = ({ clientId }: TestClient, body: object) => world.call('PATCH', `/third-party-clients/${clientId}`, body)
const change = ({ clientId }: TestClient, body: object) => world.call('PATCH', `/clients/${clientId}`, body)

/** What a client is told that asks for a code without a challenge: nothing wrong, or what is missing. */
async function answerWithoutChallenge(client: TestClient): Promise<string> {
  const answer = await (await openBrowser(world, world.user)).authorize(authorizeParams(client, BARE))
  if (answer.text.includes(NEEDED)) return NEEDED
  const location = new URL(answer.header('location') ?? '', 'http://localhost')
  return location.searchParams.get('error_description') ?? location.pathname
}

/** The answer to a request without a challenge, which the person allows. @param meanwhile is done before it goes out */
async function allowed(client: TestClient, meanwhile: () => Promise<unknown> = async () => {}) {
  const browser = await openBrowser(world, world.user)
  const id = pendingId(await browser.authorize(authorizeParams(client, BARE)), 'consent')
  const resume = browser.get
  browser.get = async (path) => {
    await meanwhile()
    return resume(path)
  }
  return decide(world, browser, id, ['openid'])
}

const exchange = (client: TestClient, code: string | undefined, given: Record<string, string> = {}) =>
  world.machine.token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK, ...given }, client)

describe('a third party’s client with a secret', () => {
  it('needs PKCE in a new tenant, pushed or not', async () => {
    const client = await made()
    expect(await answerWithoutChallenge(client)).toBe(NEEDED)
    const pushed = Object.fromEntries(authorizeParams(client, BARE))
    expect((await world.machine.postForm('/oauth/par', pushed, { client })).json).toMatchObject({
      error: 'invalid_request',
      error_description: NEEDED,
    })
  })

  it.each<[string, () => Promise<TestClient>]>([
    ['is made without', () => made({ require_pkce: false })],
    [
      'is let off by a change of it',
      async () => {
        const client = await made()
        expect((await change(client, { require_pkce: false })).json).toMatchObject({ require_pkce: false })
        return client
      },
    ],
    [
      'is a partner’s, and is let off by who moderates it',
      async () => {
        const client = await approved()
        expect((await setFor(client, { require_pkce: false })).json).toMatchObject({ require_pkce: false })
        expect((await world.call('GET', `/apps/${client.clientId}`)).json).toMatchObject({ require_pkce: false })
        return client
      },
    ],
    [
      'is of a tenant that does without',
      async () => {
        expect((await settings({ third_party_pkce_required: false })).json.third_party_pkce_required).toBe(false)
        return made()
      },
    ],
  ])('does without where it %s, and gets its tokens with the secret alone', async (_, open) => {
    const client = await open()
    const { code } = answerOf(await allowed(client))
    expect((await exchange(client, code)).status).toBe(200)
    const pushed = Object.fromEntries(authorizeParams(client, BARE))
    expect((await world.machine.postForm('/oauth/par', pushed, { client })).status).toBe(201)
  })

  it('needs it by its own setting where the tenant does without, until that is removed', async () => {
    await settings({ third_party_pkce_required: false })
    const client = await made({ require_pkce: true })
    expect(await answerWithoutChallenge(client)).toBe(NEEDED)
    expect((await change(client, { require_pkce: null })).json).not.toHaveProperty('require_pkce')
    expect(await answerWithoutChallenge(client)).toBe('/u/consent')
  })

  it('that may do without, and sent a challenge, has to show the verifier', async () => {
    const client = await made({ require_pkce: false })
    const browser = await openBrowser(world, world.user)
    const id = pendingId(await browser.authorize(authorizeParams(client)), 'consent')
    const { code } = answerOf(await decide(world, browser, id, ['openid']))
    expect((await exchange(client, code)).json.error).toBe('invalid_grant')
  })
})

describe('where nobody has the choice', () => {
  const REFUSED = /permissive third-party clients/

  it.each<[string, () => Promise<TestClient>]>([
    ['a public client', () => made({ app_type: 'spa' })],
    ['a strict client', () => made({ third_party_security_mode: 'strict', grant_types: ['authorization_code'] })],
  ])('%s needs PKCE whatever the tenant says, and is not let off', async (_, open) => {
    await settings({ third_party_pkce_required: false })
    const client = await open()
    expect(await answerWithoutChallenge(client)).toBe(NEEDED)
    for (const send of [change, setFor]) {
      const answer = await send(client, { require_pkce: false })
      expect(answer.status).toBe(400)
      expect(answer.text).toMatch(REFUSED)
    }
    expect((await change(client, { require_pkce: null })).status).toBe(200)
  })

  it('a client that registered itself needs it until an owner has reviewed it', async () => {
    const flags = { enable_dynamic_client_registration: true }
    await settings({ third_party_pkce_required: false, flags })
    const metadata = { client_name: 'Agent', redirect_uris: [CALLBACK], grant_types: GRANTS }
    const { client_id } = (await world.machine.sendJson('POST', '/oidc/register', metadata)).json
    const client = { clientId: String(client_id) } as TestClient
    expect(await answerWithoutChallenge(client)).toBe(NEEDED)
    expect((await setFor(client, { require_pkce: false })).status).toBe(400)
    const { updated_at } = (await world.call('GET', `/third-party-clients/${client_id}`)).json
    await world.call('POST', `/third-party-clients/${client_id}/approve`, { updated_at })
    expect(await answerWithoutChallenge(client)).toBe('/u/consent')
  })

  it('a client of the tenant itself has no such setting', async () => {
    const own = { ...newClient, is_first_party: true, require_pkce: true }
    expect((await world.call('POST', '/clients', own)).text).toMatch(REFUSED)
  })

  it('what was set for a client is not set any more when it becomes one of the kind again', async () => {
    const client = await made({ require_pkce: false })
    expect((await change(client, { token_endpoint_auth_method: 'none' })).json).not.toHaveProperty('require_pkce')
    await change(client, { token_endpoint_auth_method: 'client_secret_post' })
    expect(await answerWithoutChallenge(client)).toBe(NEEDED)
  })

  it('neither rule is changed where one of the two is refused', async () => {
    const client = await made()
    const both = { third_party_security_mode: 'strict', require_pkce: false }
    expect((await setFor(client, both)).status).toBe(400)
    expect((await findClient(world.services.db, client.clientId))?.thirdPartySecurityMode).toBe('permissive')
  })
})

describe('a request without a challenge', () => {
  const TIGHTENED: [string, (client: TestClient) => Promise<unknown>][] = [
    ['PKCE becomes required of its client', (client) => setFor(client, { require_pkce: true })],
    ['its client becomes a strict one', (client) => setFor(client, { third_party_security_mode: 'strict' })],
    ['its client becomes public', (client) => change(client, { token_endpoint_auth_method: 'none' })],
    ['the tenant begins to ask for PKCE', () => settings({ third_party_pkce_required: true })],
  ]

  /** Lets its client do without as long as the tenant does. */
  async function lax(): Promise<TestClient> {
    await settings({ third_party_pkce_required: false })
    return made()
  }

  it.each(TIGHTENED)('that waits for the person while %s gets no code', async (_, tighten) => {
    const client = await lax()
    const answer = await allowed(client, () => tighten(client))
    expect(answer.header('location') ?? answer.text).not.toContain('code=')
    expect(decodeURIComponent((answer.header('location') ?? answer.text).replaceAll('+', ' '))).toContain(NEEDED)
  })

  it.each(TIGHTENED)('that was answered before %s buys nothing with its code', async (_, tighten) => {
    const client = await lax()
    const { code } = answerOf(await allowed(client))
    await tighten(client)
    const now = await findClient(world.services.db, client.clientId)
    const secret = now?.tokenEndpointAuthMethod === 'none' ? undefined : client.secret
    expect((await exchange({ ...client, secret }, code)).json.error).toBe('invalid_grant')
  })
})
