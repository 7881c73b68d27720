/** All that strangers can have stored without a proof of anything: bounded for each network, and swept. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '~/context'
import type { KeyOf, LimitName } from '~/domain/rate-limits/throttle'
import { sweepExpired } from '~/domain/tokens/sweep'
import { DAY, HOUR } from '~/platform/durations'
import * as signIn from '~/routes/account.sign-in'
import * as signUp from '~/routes/account.sign-up'
import * as partnerSignUp from '~/routes/portal.sign-up'
import * as resetPassword from '~/routes/u.reset-password'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { connect } from '~tests/account/provider-world'
import { authorizeParams, createWorld, type World } from '~tests/oauth/authorization-world'
import { ASSERTION_TYPE, assertionClaims, type ClientSigner, newSigner } from '~tests/oauth/client-key'
import { countOf, type TableName } from '~tests/support/count-rows'
import { createApprovedApp, createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { createPartner, PASSWORD } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'

const STRANGER = '203.0.113.50'
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

let world: World
let open: TestClient
let app: TestClient
/** A client that has registered itself, and signs. */
let agent: { clientId: string; signer: ClientSigner }

const metadata = {
  client_name: 'Agent',
  redirect_uris: ['https://app.example.com/callback'],
  token_endpoint_auth_method: 'client_secret_post',
}
const register = (given: object = {}) =>
  world.machine.sendJson('POST', '/oidc/register', { ...metadata, ...given }, { ip: STRANGER })
const withKeys = async () => {
  const signer = await newSigner()
  const answer = await register({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [signer.publicJwk] },
  })
  return { clientId: String(answer.json.client_id), signer }
}

beforeAll(async () => {
  world = await createWorld()
  const { db } = world.services
  const { flags } = await findTenantSettings(db)
  await db.run(
    updateTenantSettings({
      registration: 'open',
      registeredClientsAre: 'development',
      defaultThirdPartySecurityMode: 'permissive',
      flags: { ...flags, enable_dynamic_client_registration: true },
    }),
  )
  open = await createFirstPartyClient(world.services, {
    appType: 'native',
    grantTypes: ['authorization_code', DEVICE_GRANT],
  })
  app = await createApprovedApp(await createPartner(world.services))
  await connect(world.services, {
    name: 'forge',
    strategy: 'oauth2',
    options: {
      client_id: 'portal',
      client_secret: 'secret',
      authorizationURL: 'https://forge.example.com/authorize',
      tokenURL: 'https://forge.example.com/token',
      userInfoURL: 'https://forge.example.com/me',
    },
  })
})

/** A process whose mails wait. */
const withoutPost = (): Services => ({ ...world.services, outbox: { ...world.services.outbox, wake: () => {} } })

const anAddress = () => `somebody.${randomUUID()}@example.com`
const from = () => openVisitor(world.services, { ip: STRANGER })
const push = (client: TestClient) => {
  const { client_id: _own, ...fields } = Object.fromEntries(authorizeParams(client))
  return world.machine.postForm('/oauth/par', { ...fields, client_id: client.clientId }, { ip: STRANGER })
}

type Row = {
  what: string
  tables: TableName[]
  limit: LimitName
  /** Of the network, where it is not the address alone. */
  key?: string
  /** What there has to be, each time. */
  given?: () => Promise<unknown>
  act: () => Promise<unknown>
  /** What stays: accounts and clients until nobody has used them for long, and the log until an operator prunes it. */
  stays?: TableName[]
}

const ROWS: Row[] = [
  {
    what: 'requests that wait for somebody to sign in',
    tables: ['authorizationRequests'],
    limit: 'authorization-request',
    act: () => world.machine.get(`/authorize?${authorizeParams(open)}`, { ip: STRANGER }),
  },
  {
    what: 'requests that a public client pushes',
    tables: ['pushedRequests'],
    limit: 'request-of-anybody',
    act: () => push(open),
  },
  {
    what: 'codes of devices',
    tables: ['deviceCodes'],
    limit: 'request-of-anybody',
    act: () => world.machine.postForm('/oauth/device/code', { client_id: open.clientId }, { ip: STRANGER }),
  },
  {
    what: 'refusals that are kept for the makers of an app',
    tables: ['refusals'],
    limit: 'kept-failure',
    act: () =>
      world.machine.get(`/authorize?${authorizeParams(app, { redirect_uri: 'https://other.example.com/' })}`, {
        ip: STRANGER,
      }),
  },
  {
    what: 'failed authentications of clients',
    tables: ['auditEvents'],
    stays: ['auditEvents'],
    limit: 'kept-failure',
    act: () => {
      const fields = { grant_type: 'client_credentials', client_id: app.clientId, client_secret: 'wrong' }
      return world.machine.postForm('/oauth/token', fields, { ip: STRANGER })
    },
  },
  {
    what: 'refused calls of the Management API',
    tables: ['auditEvents'],
    stays: ['auditEvents'],
    limit: 'kept-failure',
    act: () => world.machine.get('/api/v2/users', { ip: STRANGER, bearer: 'x.y.z' }),
  },
  {
    what: 'wrong passwords of accounts that nobody has',
    tables: ['attempts'],
    limit: 'sign-in',
    key: `address:${STRANGER}`,
    act: () => from().send(signIn, '/account/sign-in', { username: anAddress(), password: 'wrong' }),
  },
  {
    what: 'mails that choose a new password',
    tables: ['attempts'],
    limit: 'mail-network',
    act: () => from().send(resetPassword, '/u/reset-password', { email: anAddress() }),
  },
  {
    what: 'accounts',
    tables: ['users', 'identities', 'tickets', 'sessions', 'auditEvents'],
    stays: ['users', 'identities', 'auditEvents'],
    limit: 'sign-up',
    act: () => from().send(signUp, '/account/sign-up', { name: 'Ann', email: anAddress(), password: PASSWORD }),
  },
  {
    what: 'organizations',
    tables: ['partners', 'partnerMembers', 'users', 'tickets', 'sessions'],
    stays: ['users'],
    limit: 'sign-up',
    act: () => {
      const fields = { name: 'Ann', email: anAddress(), password: PASSWORD, organization: 'Ann Ltd' }
      return from().send(partnerSignUp, '/portal/sign-up', fields)
    },
  },
  {
    what: 'clients that register themselves',
    tables: ['clients', 'clientSecrets', 'auditEvents'],
    stays: ['clients', 'clientSecrets', 'auditEvents'],
    limit: 'registration',
    act: () => register(),
  },
  {
    what: 'keys of clients that register themselves',
    tables: ['clients', 'clientKeys', 'auditEvents'],
    stays: ['clients', 'clientKeys', 'auditEvents'],
    limit: 'registration',
    act: withKeys,
  },
  {
    what: 'assertions of a client that has registered itself',
    tables: ['usedTokenIds'],
    limit: 'request-of-anybody',
    given: async () => {
      agent = await withKeys()
    },
    act: async () =>
      world.machine.postForm(
        '/oauth/token',
        {
          grant_type: 'authorization_code',
          code: 'x',
          client_id: agent.clientId,
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: await agent.signer.sign(assertionClaims(world.services, agent.clientId)),
        },
        { ip: STRANGER },
      ),
  },
  {
    what: 'sign-ins at providers that are begun',
    tables: ['upstreamLogins'],
    limit: 'provider-login',
    act: () => from().send(signIn, '/account/sign-in', { connection: 'forge' }),
  },
  {
    what: 'mails that wait to be sent',
    tables: ['mails', 'attempts'],
    limit: 'mail-network',
    act: () =>
      openVisitor(withoutPost(), { ip: STRANGER }).send(resetPassword, '/u/reset-password', { email: anAddress() }),
  },
]

/** Tables in which no stranger causes a row: whose deed it takes, who has proved who they are. */
const OF_OTHERS: Record<string, TableName[]> = {
  'people who have signed in, or given their password': [
    'loginTickets',
    'mfaTokens',
    'authenticators',
    'recoveryCodes',
    'grants',
    'authorizationCodes',
    'tokenFamilies',
    'refreshTokens',
    'accessTokens',
    'deviceCredentials',
    'identityChanges',
    'logoutDeliveries',
  ],
  partners: ['apps', 'appVersions', 'reviewMessages', 'appTesters', 'invitations', 'partnerApiClients'],
  'owners and programs of the tenant': [
    'tenantMembers',
    'tenantSettings',
    'customTexts',
    'emailTemplates',
    'connections',
    'connectionClients',
    'connectionKeys',
    'resourceServers',
    'resourceServerScopes',
    'clientGrants',
    'initialAccessTokens',
    'eventReceivers',
    'jobs',
    'jobParts',
  ],
  'the program itself, out of the log': ['eventDeliveries', 'dailyStats', 'clientUsage', 'countedEvents'],
  'the program itself': ['signingKeys', 'clientOrigins'],
}
const ofOthers = Object.values(OF_OTHERS).flat()

it('every table is one in which strangers cause rows, or one in which they cannot', () => {
  const listed = new Set([...ROWS.flatMap(({ tables }) => tables), ...ofOthers])
  expect([...listed].toSorted()).toEqual(Object.keys(world.services.db.handle.t).toSorted())
  expect(ROWS.flatMap(({ tables }) => tables).filter((table) => ofOthers.includes(table))).toEqual([])
})

const counts = (tables: TableName[]) => Promise.all(tables.map((table) => countOf(world.services, table)))

describe.each(ROWS)('$what', ({ tables, limit, key = STRANGER, given, act, stays = [] }) => {
  it('are stored until the network has caused its share, and swept when they have ended', async () => {
    const { throttle, clock } = world.services
    await given?.()
    const before = await counts(tables)
    const others = await counts(ofOthers)
    await act()
    expect(await counts(ofOthers)).toEqual(others)
    const after = await counts(tables)
    for (const [index, table] of tables.entries()) expect([table, after[index]]).not.toEqual([table, before[index]])
    await spendAll(limit, key)
    await act()
    const closed = await counts(tables)
    await act()
    expect(await counts(tables)).toEqual(closed)
    await throttle.reset(limit, key as KeyOf<typeof limit>)
    clock.advance(400 * DAY)
    await sweepExpired(world.services)
    await world.services.outbox.begin()
    await world.services.outbox.idle()
    const left = await counts(tables)
    for (const [index, table] of tables.entries())
      if (!stays.includes(table)) expect([table, left[index]]).not.toEqual([table, closed[index]])
  })
})

async function spendAll(limit: LimitName, key: string): Promise<void> {
  const { throttle } = world.services
  const isFull = () =>
    throttle.requireFree(limit, [key]).then(
      () => false,
      () => true,
    )
  // The one that is counted in the process has a number of its own.
  if (limit === 'authorization-request') while (!(await isFull())) await throttle.count(limit, [key])
  else await throttle.take(limit as 'sign-up', key, { points: 1, duration: HOUR, blockDuration: HOUR })
}
