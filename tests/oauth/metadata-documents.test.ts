import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMetadataDocuments, isPlainDocumentUrl } from '~/domain/clients/metadata-documents'
import { approveRegistration } from '~/domain/moderation/approve-registration'
import { sweepExpired } from '~/domain/tokens/sweep'
import { DAY, HOUR, MINUTE } from '~/platform/durations'
import { createOutbound, type Outbound } from '~/platform/outbound'
import * as consent from '~/routes/u.consent'
import { listAuditEvents } from '~db/queries/audit'
import { findClient, suspendClient, updateClient } from '~db/queries/clients'
import { updateTenantSettings } from '~db/queries/tenant'
import { findOwner, openVisitorOf } from '~tests/support/people'
import { begin } from '../account/account-world'
import {
  authorizeParams,
  CALLBACK,
  createWorld,
  obtainTokens,
  openBrowser,
  refresh,
  type World,
} from './authorization-world'
import { newSigner } from './client-key'

const HOST = 'apps.example.com'
const CLIENT_ID = `https://${HOST}/agent.json`
const DOCUMENT = {
  client_id: CLIENT_ID,
  client_name: 'Agent',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
}

type Answer = { status: number; headers: Record<string, string>; body: string }

let world: World
let site: Server
/** What the app's web site answers, and how often it was asked. */
let answer: Answer
let asked: string[]
let local: Outbound

const json = (document: object, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(document),
})

beforeAll(async () => {
  site = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  world = await createWorld()
  // The site has no certificate: what goes to its host goes to the port here, by the real client with its bounds.
  const outbound = createOutbound(['127.0.0.1'])
  local = (url, options) =>
    outbound(url.host === HOST ? new URL(`http://127.0.0.1:${port}${url.pathname}`) : url, options)
})

afterAll(() => void site.close())

beforeEach(async () => {
  asked = []
  answer = json(DOCUMENT)
  world.services.outbound = local
  world.services.clock.advance(25 * 60 * MINUTE)
  await world.services.db.run(updateTenantSettings({ clientMetadataHosts: [HOST, 'other.example'] }))
})

const authorize = async (clientId = CLIENT_ID) => {
  const browser = await openBrowser(world, world.user)
  return browser.authorize(authorizeParams({ clientId } as never))
}

describe('a client that is described by its own document', () => {
  it('needs no registration where the tenant takes documents from its host', async () => {
    const found = await authorize()
    expect(found.header('location')).toContain('/u/consent')
    expect(await findClient(world.services.db, CLIENT_ID)).toMatchObject({
      name: 'Agent',
      isFirstParty: false,
      tokenEndpointAuthMethod: 'none',
      source: 'metadata-document',
    })
    expect((await world.machine.get('/.well-known/openid-configuration')).json).toMatchObject({
      client_id_metadata_document_supported: true,
    })
  })

  it('gets tokens like any public client', async () => {
    await authorize()
    const client = await findClient(world.services.db, CLIENT_ID)
    const tokens = await obtainTokens(world, { clientId: CLIENT_ID, client: client as never })
    expect(tokens.refresh_token).toBeDefined()
  })

  it('shows people the host of the document, and that nobody has reviewed it', async () => {
    const visitor = await openVisitorOf(world.services, 'account', world.user)
    const id = await begin(world, visitor, { clientId: CLIENT_ID } as never, 'consent', { prompt: 'consent' })
    expect((await visitor.load(consent, `/u/consent?request=${id}`)).value).toMatchObject({
      app: { name: 'Agent', organization: HOST },
      review: 'none',
    })
  })

  it('is not looked up where the tenant does not take its host', async () => {
    await world.services.db.run(updateTenantSettings({ clientMetadataHosts: [] }))
    expect((await authorize()).status).toBe(400)
    await world.services.db.run(updateTenantSettings({ clientMetadataHosts: ['example.com'] }))
    expect((await authorize()).status).toBe(400)
    expect(asked).toEqual([])
  })

  it('is read once in a while, as its answer says', async () => {
    answer = json(DOCUMENT, { 'cache-control': 'max-age=120' })
    await authorize()
    await authorize()
    expect(asked).toHaveLength(1)
    world.services.clock.advance(2 * MINUTE)
    await Promise.all([authorize(), authorize(), authorize()])
    expect(asked).toHaveLength(2)
  })

  it('is asked for consent anew when its document gives another name or other callbacks', async () => {
    await authorize()
    const client = await findClient(world.services.db, CLIENT_ID)
    await obtainTokens(world, { clientId: CLIENT_ID, client: client as never })
    const asks = async () => {
      world.services.clock.advance(61 * MINUTE)
      return (await authorize()).header('location')?.startsWith('/u/consent')
    }
    answer = json({ ...DOCUMENT, grant_types: [...DOCUMENT.grant_types].reverse() })
    expect(await asks()).toBe(false)
    answer = json({ ...DOCUMENT, client_name: 'Bank' })
    expect(await asks()).toBe(true)
    answer = json({ ...DOCUMENT, redirect_uris: [CALLBACK, 'https://app.example.com/other'] })
    expect(await asks()).toBe(true)
  })

  it('is no other one while it is suspended', async () => {
    await authorize()
    const { db, clock } = world.services
    await db.run(suspendClient({ clientId: CLIENT_ID, at: clock.now() }))
    answer = json({ ...DOCUMENT, client_name: 'Bank' })
    clock.advance(61 * MINUTE)
    await authorize()
    expect(await findClient(db, CLIENT_ID)).toMatchObject({ name: 'Agent' })
    await db.run(updateClient(CLIENT_ID, { suspendedAt: null }))
  })

  it('is approved as it was, and read without a trace while it says the same', async () => {
    const { db, clock } = world.services
    const changes = async () =>
      (await listAuditEvents(db, { clientId: CLIENT_ID, action: 'client.registration-changed' }, 100)).length
    const reviewed = async () => {
      clock.advance(61 * MINUTE)
      await authorize()
      return (await findClient(db, CLIENT_ID))?.reviewedAt
    }
    await reviewed()
    await db.run(updateClient(CLIENT_ID, { reviewedAt: clock.now() }))
    const before = await changes()
    expect(await reviewed()).toEqual(expect.any(Number))
    expect(await changes()).toBe(before)
    answer = json({ ...DOCUMENT, client_name: 'Bank' })
    expect(await reviewed()).toBeNull()
    expect(await changes()).toBe(before + 1)
    const { publicJwk } = await newSigner('ES256')
    const keyed = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } }
    for (const expected of [before + 2, before + 2]) {
      answer = json({ ...DOCUMENT, ...keyed })
      await reviewed()
      expect(await changes()).toBe(expected)
    }
  })

  it('works for nobody until an owner approves it, where the tenant says so, and again after a change', async () => {
    const { db, clock } = world.services
    await db.run(updateTenantSettings({ registeredClientsAre: 'pending' }))
    const waiting = `https://${HOST}/waiting.json`
    answer = json({ ...DOCUMENT, client_id: waiting })
    expect((await authorize(waiting)).status).toBe(403)
    const { updatedAt = 0 } = (await findClient(db, waiting)) ?? {}
    await approveRegistration((await findOwner(world.services)).ctx, waiting, updatedAt)
    expect((await authorize(waiting)).header('location')).toContain('/u/consent')
    clock.advance(61 * MINUTE)
    answer = json({ ...DOCUMENT, client_id: waiting, client_name: 'Bank' })
    expect((await authorize(waiting)).status).toBe(403)
    await db.run(updateTenantSettings({ registeredClientsAre: 'development' }))
  })

  it('and that nobody has used for thirty days is gone', async () => {
    const other = `https://${HOST}/other.json`
    answer = json({ ...DOCUMENT, client_id: other })
    await authorize(other)
    world.services.clock.advance(31 * DAY)
    await sweepExpired(world.services)
    expect(await findClient(world.services.db, other)).toBeUndefined()
  })

  it.each<[string, Answer]>([
    ['is not there', { status: 404, headers: {}, body: '' }],
    ['moved', { status: 302, headers: { location: `https://${HOST}/other.json` }, body: '' }],
    ['is no JSON by its type', { ...json(DOCUMENT), headers: { 'content-type': 'text/html' } }],
    ['is no JSON', { ...json({}), body: '{' }],
    ['has a NUL', json({ ...DOCUMENT, software_id: '\0' })],
    ['is too long', json({ ...DOCUMENT, filler: 'x'.repeat(6000) })],
    ['is of another address', json({ ...DOCUMENT, client_id: `https://${HOST}/other.json` })],
    ['has a bad callback', json({ ...DOCUMENT, redirect_uris: ['http://app.example.com/'] })],
    ['wants a secret', json({ ...DOCUMENT, token_endpoint_auth_method: 'client_secret_post' })],
    ['holds a secret', json({ ...DOCUMENT, client_secret: 'x' })],
  ])('is refused with a page where the document %s', async (_what, given) => {
    answer = given
    const refused = await authorize()
    expect([refused.status, refused.header('location')]).toEqual([400, undefined])
    expect(refused.text).toContain('could not be looked up')
  })

  it.each<[string, Answer]>([
    ['of a host in trouble', { status: 503, headers: {}, body: '' }],
    ['of a host that is asked too often', { status: 429, headers: {}, body: '' }],
    ['in another protocol', { status: 101, headers: { connection: 'upgrade', upgrade: 'x' }, body: '' }],
  ])('cannot be read by an answer %s: nobody knows it yet, so people are asked to try again', async (_what, given) => {
    answer = given
    const refused = await authorize(`https://${HOST}/unread.json`)
    expect([refused.status, refused.header('location')]).toEqual([503, undefined])
    expect(refused.text).toContain('Try again in a minute')
  })

  it('keeps its people for a day while its host is in trouble, on every node and after a restart', async () => {
    answer = json(DOCUMENT, { 'cache-control': 'max-age=7200' })
    await authorize()
    const client = await findClient(world.services.db, CLIENT_ID)
    const { refresh_token = '' } = await obtainTokens(world, { clientId: CLIENT_ID, client: client as never })
    let token = refresh_token
    const refreshed = async () => {
      world.services.metadataDocuments = createMetadataDocuments()
      const { status, json } = await refresh(world, { clientId: CLIENT_ID, client: client as never }, token)
      token = String(json.refresh_token ?? token)
      return { status, error: json.error }
    }
    answer = { status: 503, headers: {}, body: '' }
    asked = []
    expect((await refreshed()).status).toBe(200)
    expect(asked).toEqual([])
    world.services.clock.advance(2 * HOUR)
    expect((await refreshed()).status).toBe(200)
    expect(asked).toHaveLength(1)
    world.services.clock.advance(23 * HOUR)
    expect((await refreshed()).status).toBe(200)
    world.services.clock.advance(1 * HOUR)
    expect(await refreshed()).toEqual({ status: 503, error: 'temporarily_unavailable' })
    answer = json(DOCUMENT)
    expect((await refreshed()).status).toBe(200)
  })

  it('is not kept when its host says that it is gone', async () => {
    await authorize()
    const client = await findClient(world.services.db, CLIENT_ID)
    const { refresh_token } = await obtainTokens(world, { clientId: CLIENT_ID, client: client as never })
    world.services.clock.advance(2 * HOUR)
    answer = { status: 404, headers: {}, body: '' }
    expect((await refresh(world, { clientId: CLIENT_ID, client: client as never }, refresh_token)).status).toBe(400)
  })

  it('is asked for once in a few seconds while it cannot be read, however many requests name it', async () => {
    const id = `https://${HOST}/junk.json`
    for (const given of [
      { status: 503, headers: {}, body: '' },
      { status: 404, headers: {}, body: '' },
    ]) {
      world.services.clock.advance(11_000)
      answer = given
      asked = []
      for (let i = 0; i < 20; i++)
        await world.machine.token({ grant_type: 'refresh_token', refresh_token: `x${i}`, client_id: id })
      expect(asked).toHaveLength(1)
      world.services.clock.advance(10_000)
      await authorize(id)
      expect(asked).toHaveLength(2)
    }
  })

  it('on an address of the own network is refused as one that cannot be reached', async () => {
    const inside = 'https://127.0.0.1/agent.json'
    const outside = 'https://other.example/agent.json'
    await world.services.db.run(updateTenantSettings({ clientMetadataHosts: ['*'] }))
    world.services.outbound = createOutbound()
    const texts = await Promise.all([inside, outside].map(async (id) => (await authorize(id)).text))
    for (const text of texts) expect(text).toContain('cannot be read at its address')
  })

  it('is open to a network that has named many documents that there are not, and so is registration', async () => {
    await authorize()
    world.services.clock.advance(2 * HOUR)
    answer = { status: 404, headers: {}, body: '' }
    const statuses = new Set<number>()
    for (let i = 0; i < 310; i++) {
      const named = { grant_type: 'refresh_token', refresh_token: 'x', client_id: `https://${HOST}/none${i}` }
      statuses.add((await world.machine.token(named)).status)
    }
    expect([...statuses].sort()).toEqual([400, 429])
    answer = json(DOCUMENT)
    expect((await authorize()).status).toBe(302)
    expect(asked.at(-1)).toBe('/agent.json')
    const metadata = { client_name: 'Other', redirect_uris: [CALLBACK] }
    expect((await world.machine.sendJson('POST', '/oidc/register', metadata)).status).not.toBe(429)
  })
})

it.each([
  'http://apps.example.com/a',
  'https://apps.example.com',
  'https://apps.example.com/',
  'https://apps.example.com/a#b',
  'https://user@apps.example.com/a',
  'https://apps.example.com:443/a',
  'https://APPS.example.com/a',
  'https://apps.example.com/a/../b',
  'https://apps.example.com/./b',
  'https://apps.example.com/%2e%2e/b',
  'https://apps.example.com\\a',
  'https:/apps.example.com/a',
  ' https://apps.example.com/a',
  'https://apps.example.com/a b',
])('%j is no address of a document', (url) => {
  expect(isPlainDocumentUrl(url)).toBe(false)
})
