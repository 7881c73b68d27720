/**
 * What a process keeps beyond a request, by the file that keeps it, next to the changes that end it: one node makes the
 * change, and another one, which keeps what was before, obeys it a second later.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AppContext } from '~/context'
import { deleteClientGrant } from '~/domain/clients/client-grants'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { deleteClient } from '~/domain/clients/delete-client'
import { updateClient } from '~/domain/clients/update-client'
import { changeConnection } from '~/domain/connections/update-connection'
import { revokeSigningKey, rotateSigningKey } from '~/domain/keys/signing-keys'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { DAY, HOUR, MINUTE, SECOND } from '~/platform/durations'
import { createOutbound } from '~/platform/outbound'
import * as accountSignIn from '~/routes/account.sign-in'
import { findClientGrant } from '~db/queries/client-grants'
import { findClient, suspendClient, updateClient as writeClient } from '~db/queries/clients'
import { type Connection, findConnection } from '~db/queries/connections'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { comeBack, connect } from '~tests/account/provider-world'
import {
  API,
  authorizeParams,
  CALLBACK,
  createWorld,
  introspect,
  openBrowser,
  type World,
} from '~tests/oauth/authorization-world'
import { ASSERTION_TYPE, assertionClaims, type ClientSigner, newSigner } from '~tests/oauth/client-key'
import { keptBeyondRequests } from '~tests/support/code-rules'
import { createFirstPartyClient, createThirdPartyClient, grantToClient, type TestClient } from '~tests/support/fixtures'
import { openMachine } from '~tests/support/machine'
import { findOwner } from '~tests/support/people'
import { closeAfterFile, openSecondNode, type TestServices } from '~tests/support/services'
import { readSources } from '~tests/support/source-files'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'
import { openVisitor } from '~tests/support/visitor'

/** The node at which everything is changed, and the one that keeps what was before. */
let here: TestServices
let there: TestServices
let elsewhere: World
let owner: AppContext
/** What other servers publish, by path; what has no text there is gone. */
const published: Record<string, string | undefined> = {}
const posted: string[] = []
let site: string

beforeAll(async () => {
  const world = await createWorld()
  here = world.services
  there = await openSecondNode(here)
  elsewhere = { ...world, services: there, machine: await openMachine(there) }
  owner = (await findOwner(here)).ctx
  const server = createServer(async (request, response) => {
    for await (const chunk of request) if (request.method === 'POST') posted.push(String(chunk))
    const text = request.method === 'POST' ? '{"error":"invalid_grant"}' : published[request.url ?? '']
    response.writeHead(request.method === 'POST' ? 400 : text === undefined ? 404 : 200, {
      'content-type': 'application/json',
    })
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeAfterFile(async () => void server.close())
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

const aSecond = () => here.clock.advance(1 * SECOND)

const publishKeys = (path: string, ...signers: ClientSigner[]) => {
  published[path] = JSON.stringify({ keys: signers.map(({ publicJwk }) => publicJwk) })
}

/** A client that the other node has read the keys of. */
async function clientWithKeys() {
  const signer = await newSigner()
  const path = `/keys/${signer.kid}`
  publishKeys(path, signer)
  const client = await createFirstPartyClient(here, {
    tokenEndpointAuthMethod: 'private_key_jwt',
    grantTypes: ['client_credentials'],
    jwksUri: site + path,
  })
  await grantToClient(here, client, ['read:items'])
  expect(await proves(client, signer)).toBe(true)
  return { client, signer, path }
}

async function proves({ clientId }: TestClient, signer: ClientSigner): Promise<boolean> {
  const { status } = await elsewhere.machine.token({
    grant_type: 'client_credentials',
    audience: API,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await signer.sign(assertionClaims(there, clientId)),
  })
  return status === 200
}

function publishProvider(path: string): string {
  const issuer = site + path
  published[`${path}/.well-known/openid-configuration`] = JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
  })
  return issuer
}

let connections = 0

/** A connection that the other node knows the provider of. */
async function knownConnection(): Promise<Connection> {
  connections += 1
  const connection = await connect(here, {
    name: `staff-${connections}`,
    displayName: 'Staff',
    strategy: 'oidc',
    options: {
      issuer: publishProvider(`/provider-${connections}`),
      client_id: 'us',
      client_secret: 'the first secret',
    },
  })
  expect((await leave(connection)).location).toContain(`/provider-${connections}/authorize`)
  return connection
}

/** Begins a sign-in at the other node. */
async function leave({ name }: Connection) {
  const visitor = openVisitor(there)
  const answer = await visitor.send(accountSignIn, '/account/sign-in?continue=/account/apps', { connection: name })
  return { visitor, location: answer.location ?? '' }
}

/** What the provider is sent by the other node when somebody comes back from it. */
async function redeemed(connection: Connection): Promise<string> {
  const { visitor, location } = await leave(connection)
  const { state } = Object.fromEntries(new URL(location).searchParams)
  await comeBack(visitor, new URL(`${here.config.issuer}login/callback/${connection.id}?code=c&state=${state}`))
  return posted.at(-1) ?? ''
}

const changed = async (connection: Connection, options: Record<string, unknown>) => {
  const today = (await findConnection(here.db, connection.id)) ?? connection
  await changeConnection(owner, today, { options })
}

const DOCUMENTS = 'agents.example.com'
let documents = 0

/** A client that the other node has read the document of. */
async function knownDocument(): Promise<string> {
  documents += 1
  const path = `/agent-${documents}.json`
  const clientId = `https://${DOCUMENTS}${path}`
  published[path] = JSON.stringify({ client_id: clientId, client_name: 'Agent', redirect_uris: [CALLBACK] })
  const outbound = createOutbound(['127.0.0.1'])
  there.outbound = (url, options) => outbound(url.host === DOCUMENTS ? new URL(site + url.pathname) : url, options)
  await here.db.run(updateTenantSettings({ clientMetadataHosts: [DOCUMENTS] }))
  expect(await isAsked(clientId)).toBe(true)
  return clientId
}

/** Whether somebody who comes from this client is asked for consent. */
async function isAsked(clientId: string): Promise<boolean> {
  const browser = await openBrowser(elsewhere, elsewhere.user)
  const answer = await browser.authorize(authorizeParams({ clientId } as TestClient))
  return answer.header('location')?.startsWith('/u/consent') === true
}

const configuration = async () => (await elsewhere.machine.get('/.well-known/openid-configuration')).json
const setRegistration = async (isOpen: boolean) => {
  const { flags } = await findTenantSettings(here.db)
  await here.db.run(updateTenantSettings({ flags: { ...flags, enable_dynamic_client_registration: isOpen } }))
}

/** A program that the other node has given a token. */
async function knownProgram(): Promise<TestClient> {
  const client = await createFirstPartyClient(here, { appType: 'non_interactive', grantTypes: ['client_credentials'] })
  await grantToClient(here, client, ['read:items'])
  expect(await getsToken(client)).toBe(true)
  return client
}

async function getsToken(client: TestClient): Promise<boolean> {
  const { status } = await elsewhere.machine.token({ grant_type: 'client_credentials', audience: API }, client)
  return status === 200
}

const WALKS: Record<string, Record<string, () => Promise<void>>> = {
  'app/domain/clients/remote-keys.ts': {
    async 'another jwks_uri'() {
      const { client, signer } = await clientWithKeys()
      const next = await newSigner()
      publishKeys('/keys/next', next)
      // As a program writes it, but for its https, which the server of this test does not speak.
      await here.db.run(writeClient(client.clientId, { jwksUri: `${site}/keys/next` }))
      aSecond()
      expect(await proves(client, signer)).toBe(false)
      expect(await proves(client, next)).toBe(true)
    },
    async 'no jwks_uri'() {
      const { client, signer } = await clientWithKeys()
      await updateClient(owner, client.client, { jwksUri: null })
      aSecond()
      expect(await proves(client, signer)).toBe(false)
    },
    async 'the deletion of the client'() {
      const { client, signer } = await clientWithKeys()
      await deleteClient(owner, client.client)
      aSecond()
      expect(await proves(client, signer)).toBe(false)
    },
    async 'another key at the same jwks_uri, after the hour that ARCHITECTURE.md names'() {
      const { client, signer, path } = await clientWithKeys()
      publishKeys(path, await newSigner())
      here.clock.advance(1 * HOUR)
      expect(await proves(client, signer)).toBe(false)
    },
    async 'no key set at the same jwks_uri, after that hour'() {
      const { client, signer, path } = await clientWithKeys()
      published[path] = undefined
      here.clock.advance(1 * HOUR)
      expect(await proves(client, signer)).toBe(false)
    },
    async 'a jwks_uri that cannot be read, after a day'() {
      const { client, signer, path } = await clientWithKeys()
      published[path] = 'no key set'
      here.clock.advance(1 * HOUR)
      expect(await proves(client, signer)).toBe(true)
      here.clock.advance(23 * HOUR)
      expect(await proves(client, signer)).toBe(true)
      here.clock.advance(1 * HOUR)
      expect(await proves(client, signer)).toBe(false)
    },
    async 'nothing: a client that may not read an address shuts out none that may, and is given no answer of it'() {
      const signer = await newSigner()
      publishKeys('/keys/inside', signer)
      const given = {
        tokenEndpointAuthMethod: 'private_key_jwt',
        grantTypes: ['client_credentials'],
        jwksUri: `${site}/keys/inside`,
      } as const
      const [outsider, insider] = [
        await createThirdPartyClient(here, { ...given, grantTypes: [...given.grantTypes] }),
        await createFirstPartyClient(here, { ...given, grantTypes: [...given.grantTypes] }),
      ]
      for (const client of [outsider, insider]) await grantToClient(here, client, ['read:items'])
      expect(await proves(outsider, signer)).toBe(false)
      expect(await proves(insider, signer)).toBe(true)
      here.clock.advance(2 * MINUTE)
      expect(await proves(outsider, signer)).toBe(false)
    },
  },

  'app/domain/connections/known-providers.ts': {
    async 'another address of the provider'() {
      const connection = await knownConnection()
      await changed(connection, {
        issuer: publishProvider('/moved'),
        client_id: 'us',
        client_secret: 'the second secret',
      })
      aSecond()
      expect((await leave(connection)).location).toContain('/moved/authorize')
    },
    async 'another secret'() {
      const connection = await knownConnection()
      expect(await redeemed(connection)).toContain('client_secret=the+first+secret')
      await changed(connection, { ...connection.options, client_secret: 'the second secret' })
      aSecond()
      expect(await redeemed(connection)).toContain('client_secret=the+second+secret')
    },
    async 'a connection that is switched off'() {
      const connection = await knownConnection()
      await changeConnection(owner, connection, { isActive: false })
      aSecond()
      expect((await leave(connection)).location).toBe('')
    },
    async 'another document at the same address, after the ten minutes that ARCHITECTURE.md names'() {
      const connection = await knownConnection()
      const path = `/provider-${connections}/.well-known/openid-configuration`
      published[path] = published[path]?.replace('/authorize', '/another')
      here.clock.advance(10 * MINUTE)
      expect((await leave(connection)).location).toContain('/another')
    },
  },

  'app/domain/clients/metadata-documents.ts': {
    async 'a host that the tenant takes no documents from any more'() {
      const clientId = await knownDocument()
      await here.db.run(updateTenantSettings({ clientMetadataHosts: [] }))
      aSecond()
      expect(await isAsked(clientId)).toBe(false)
    },
    async 'the suspension of the client'() {
      const clientId = await knownDocument()
      await suspendApp(owner, clientId, 'It asks for too much.')
      aSecond()
      expect(await isAsked(clientId)).toBe(false)
      const client = await findClient(here.db, clientId)
      expect(client?.suspendedAt).not.toBeNull()
    },
  },

  'app/domain/keys/keyring.ts': {
    async 'the revocation of a key'() {
      const client = await createFirstPartyClient(here, { grantTypes: ['client_credentials'] })
      await grantToClient(here, client, ['read:items'])
      here.clock.advance(1 * DAY)
      const { json } = await elsewhere.machine.token({ grant_type: 'client_credentials', audience: API }, client)
      const token = String(json.access_token)
      const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }
      expect((await introspect(elsewhere, client, token)).json.active).toBe(true)
      await rotateSigningKey(owner, 'RS256')
      await revokeSigningKey(owner, kid)
      aSecond()
      expect((await introspect(elsewhere, client, token)).json.active).toBe(false)
      expect((await elsewhere.machine.get('/.well-known/jwks.json')).text).not.toContain(kid)
    },
  },

  'db/kept-rows.ts': {
    async 'the suspension of a client'() {
      const client = await knownProgram()
      await here.db.run(suspendClient({ clientId: client.clientId, at: here.clock.now() }))
      aSecond()
      expect(await getsToken(client)).toBe(false)
    },
    async 'a secret in the place of another'() {
      const client = await knownProgram()
      await rotateClientSecret(owner, client.client, { overlapHours: 0 })
      aSecond()
      expect(await getsToken(client)).toBe(false)
    },
    async 'the end of a client grant'() {
      const client = await knownProgram()
      const key = { clientId: client.clientId, audience: API, subjectType: 'client' } as const
      const grant = await findClientGrant(here.db, key)
      if (grant) await deleteClientGrant(owner, grant)
      aSecond()
      expect(await getsToken(client)).toBe(false)
    },
    async 'the deletion of the client, with all that refers to it'() {
      const client = await knownProgram()
      await deleteClient(owner, client.client)
      aSecond()
      expect(await getsToken(client)).toBe(false)
    },
  },

  'app/oauth/metadata.ts': {
    async 'the end of open registration'() {
      await setRegistration(true)
      expect(await configuration()).toHaveProperty('registration_endpoint')
      await setRegistration(false)
      aSecond()
      expect(await configuration()).not.toHaveProperty('registration_endpoint')
    },
  },

  'app/domain/rate-limits/throttle.ts': {
    async 'the forgiveness of failures that both nodes know'() {
      const key = { of: 'a client', from: '203.0.113.80' }
      for (let tries = 0; tries < 100; tries += 1) await there.throttle.count('client-secret', [key])
      await expect(there.throttle.requireFree('client-secret', [key])).rejects.toThrow('Too many attempts')
      await here.throttle.reset('client-secret', key)
      aSecond()
      await there.throttle.requireFree('client-secret', [key])
    },
  },

  'app/platform/page-walks.ts': {
    async 'the deletion of what stands on the next page'() {
      const audience = `${there.config.issuer}api/v2/`
      const token = await elsewhere.machine.token({ grant_type: 'client_credentials', audience }, MANAGEMENT_CLIENT)
      const pageOf = async (page: number) => {
        const path = `/api/v2/clients?page=${page}&per_page=2`
        const { text } = await elsewhere.machine.get(path, { bearer: String(token.json.access_token) })
        return (JSON.parse(text) as { client_id: string }[]).map(({ client_id }) => client_id)
      }
      await pageOf(0)
      const [first = ''] = await pageOf(1)
      const client = await findClient(here.db, first)
      if (client) await deleteClient(owner, client)
      aSecond()
      expect(await pageOf(1)).not.toContain(first)
    },
  },
}

describe.each(Object.entries(WALKS))('what %s keeps', (_file, changes) => {
  it.each(Object.entries(changes))('is ended at another node by %s', (_change, walk) => walk())
})

/** Files that keep nothing that could be ended. */
const HARMLESS: Record<string, string> = {
  'app/domain/mail/outbox.ts':
    'the mails that are being sent at this moment; each is a row, which whoever sends it reads',
  'app/domain/policy/client-policy.ts': 'an empty set',
  'app/domain/tokens/lost-refreshes.ts':
    'writes that are being undone, each on the condition that it is still what is stored',
  'app/platform/ids.ts': 'a number that grows',
  'app/platform/log-output.ts': 'lines that are not written yet',
  'app/platform/mailer.ts': 'a number that grows',
  'app/platform/metrics.ts': 'figures of this process',
  'app/platform/passwords.ts': 'the hash of a password that nobody has',
  'db/open-postgres.ts': 'statements without their values',
  'db/open-sqlite.ts': 'statements without their values',
}

it('is all that is kept, but for what cannot be ended', () => {
  const program = readSources('app', 'db').filter(({ path }) => !path.startsWith('app/demo/'))
  expect(keptBeyondRequests(program).toSorted()).toEqual([...Object.keys(WALKS), ...Object.keys(HARMLESS)].toSorted())
})
