import { beforeAll, describe, expect, test } from 'vitest'
import { linkIdentities } from '~/domain/identities/link-identities'
import { beginJobs } from '~/domain/jobs/run-jobs'
import { MINUTE } from '~/platform/durations'
import { backgroundContext } from '~/services'
import { listAuditEvents } from '~db/queries/audit'
import { findConnectionByName, listConnections } from '~db/queries/connections'
import { findUser, findUserByLogin } from '~db/queries/users'
import { obtainTokens, refresh, userinfo } from '~tests/oauth/authorization-world'
import { createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeAll(async () => {
  world = await createManagementWorld()
})

const SECRET = 'the secret at the provider'
const oidc = { issuer: 'https://login.example.com', client_id: 'portal', client_secret: SECRET }
// biome-ignore lint/suspicious/noTemplateCurlyInString: Auth0 writes it so
const MAIL = '${context.userinfo.mail}'
const plain = {
  client_id: 'portal',
  client_secret: SECRET,
  authorizationURL: 'https://login.example.com/authorize',
  tokenURL: 'https://login.example.com/token',
  userInfoURL: 'https://login.example.com/me',
}

let made = 0
const create = async (given: object = {}) => {
  made += 1
  const answer = await world.call('POST', '/connections', {
    name: `made-${made}`,
    strategy: 'oidc',
    options: oidc,
    ...given,
  })
  if (answer.status !== 201) throw new Error(`not made: ${answer.text}`)
  return answer.json as Record<string, unknown> & { id: string }
}
const messageOf = async (body: object) => {
  const answer = await world.call('POST', '/connections', body)
  expect(answer.status).toBe(400)
  return String(answer.json.message)
}

describe('a connection', () => {
  test('of a database is made with the defaults of Auth0', async () => {
    const answer = await world.call('POST', '/connections', { name: 'people', strategy: 'auth0' })
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^con_\w{16}$/),
      name: 'people',
      strategy: 'auth0',
      options: {
        mfa: { active: true, return_enroll_settings: true },
        passwordPolicy: 'good',
        strategy_version: 2,
        brute_force_protection: true,
      },
      realms: ['people'],
      is_domain_connection: false,
      enabled_clients: [],
      authentication: { active: true },
      connected_accounts: { active: false },
    })
  })

  test('is found by its id, by its name and by its strategy', async () => {
    const { id, name } = await create({ display_name: 'Staff', show_as_button: false })
    const one = await world.call('GET', `/connections/${id}`)
    expect(one.json).toMatchObject({ id, name, display_name: 'Staff', show_as_button: false })
    expect((await world.call('GET', `/connections?name=${name}`)).json).toEqual([one.json])
    const some = await world.call('GET', '/connections?strategy=oidc&strategy=github&fields=strategy')
    expect(new Set((some.json as unknown as { strategy: string }[]).map(({ strategy }) => strategy))).toEqual(
      new Set(['oidc']),
    )
    expect((await world.call('GET', '/connections?strategy=samlp')).json).toEqual([])
    expect((await world.call('GET', `/connections/${id}?fields=name,id`)).json).toEqual({ id, name })
  })

  test('is listed with totals, and on from where a list ended', async () => {
    await create()
    const totals = await world.call('GET', '/connections?include_totals=true&per_page=1')
    expect(totals.json).toMatchObject({ start: 0, limit: 1, length: 1, total: expect.any(Number) })
    const first = await world.call('GET', '/connections?take=1')
    const { next, connections } = first.json as { next: string; connections: { id: string }[] }
    const second = await world.call('GET', `/connections?take=100&from=${next}`)
    const ids = [...connections, ...(second.json.connections as { id: string }[])].map(({ id }) => id)
    expect(new Set(ids).size).toBe(Number(totals.json.total))
  })

  test('of partners and of tenant members is not there', async () => {
    const areas = (await listConnections(world.services.db, {})).filter(({ area }) => area !== null)
    expect(areas).toHaveLength(2)
    const text = (await world.call('GET', '/connections?per_page=100')).text
    for (const { id, name } of areas) {
      expect(text).not.toContain(id)
      for (const [method, path, body] of [
        ['GET', ''],
        ['PATCH', '', { is_domain_connection: true }],
        ['GET', '/clients'],
        ['PATCH', '/clients', [{ client_id: 'management', status: true }]],
        ['GET', '/status'],
        ['DELETE', '/users?email=owner%40example.com'],
      ] as const) {
        const answer = await world.call(method, `/connections/${id}${path}`, body)
        expect(answer.status).toBe(404)
        expect(answer.json.errorCode).toBe('inexistent_connection')
      }
      expect((await world.call('DELETE', `/connections/${id}`)).status).toBe(202)
      expect(await findConnectionByName(world.services.db, name)).toMatchObject({ id, isDomainConnection: false })
      expect((await world.call('POST', '/connections', { name, strategy: 'auth0' })).status).toBe(409)
    }
  })

  test('has a name of its own, also when several are made at once', async () => {
    const body = { name: 'wanted', strategy: 'auth0' }
    const answers = await Promise.all([1, 2, 3].map(() => world.call('POST', '/connections', body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    for (const name of ['-x', 'a--b', 'a b', '', 'x'.repeat(129)])
      expect(await messageOf({ name, strategy: 'auth0' })).toContain('on property name')
  })

  test('is changed where the body says so; options are replaced, and the secret stays', async () => {
    const { id } = await create({ metadata: { a: '1', b: '2' } })
    const options = { issuer: oidc.issuer, client_id: 'another' }
    const answer = await world.call('PATCH', `/connections/${id}`, {
      options,
      is_domain_connection: true,
      metadata: { b: null, c: '3' },
      authentication: { active: false },
    })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      options,
      is_domain_connection: true,
      metadata: { a: '1', c: '3' },
      authentication: { active: false },
    })
    expect(answer.json.options).toEqual(options)
    const [row] = (await listConnections(world.services.db, {})).filter((connection) => connection.id === id)
    const stored = row?.encryptedClientSecret
    expect(stored && (await world.services.encryption.decrypt(stored))).toBe(SECRET)
    const kept = { name: 'x', strategy: 'auth0' }
    for (const [member, value] of Object.entries(kept))
      expect((await world.call('PATCH', `/connections/${id}`, { [member]: value })).status).toBe(400)
    expect((await world.call('PATCH', '/connections/con_none', { realms: ['x'] })).json.errorCode).toBe(
      'inexistent_connection',
    )
  })

  test('never tells its secret: not to who made it, not in lists, not in the log, not in the database', async () => {
    const answer = await world.call('POST', '/connections', { name: 'silent', strategy: 'oauth2', options: plain })
    const { id } = answer.json
    const texts = [
      answer.text,
      (await world.call('GET', `/connections/${id}`)).text,
      (await world.call('GET', '/connections?per_page=100')).text,
      (await world.call('PATCH', `/connections/${id}`, { options: plain })).text,
      JSON.stringify(await listConnections(world.services.db, {})),
      JSON.stringify(await listAuditEvents(world.services.db, { action: 'connection.created' }, 100)),
      JSON.stringify(await listAuditEvents(world.services.db, { action: 'connection.updated' }, 100)),
    ]
    for (const text of texts) {
      expect(text).toContain(String(id))
      expect(text).not.toContain(SECRET)
    }
  })

  test('keeps its secret for whom it was given for: who has it sent elsewhere has to know it', async () => {
    const moved = { issuer: 'https://stranger.example.com', client_id: 'portal' }
    const movedPlain = { ...plain, client_secret: undefined, tokenURL: 'https://stranger.example.com/token' }
    const { client_secret: _, ...same } = oidc
    const one = `/connections/${(await create({ strategy: 'oidc', options: oidc })).id}`
    const two = `/connections/${(await create({ strategy: 'oauth2', options: plain })).id}`
    expect((await world.call('PATCH', one, { options: { ...same, scope: 'openid' } })).status).toBe(200)
    for (const [path, options] of [
      [one, moved],
      [one, { ...same, discovery_url: 'https://stranger.example.com/.well-known/openid-configuration' }],
      [two, movedPlain],
    ] as const) {
      const refused = await world.call('PATCH', path, { options })
      expect([refused.status, refused.json.message]).toEqual([400, expect.stringContaining('options.client_secret')])
    }
    const withoutProof = { ...moved, token_endpoint_auth_method: 'none' }
    expect((await world.call('PATCH', one, { options: withoutProof })).status).toBe(200)
    expect((await world.call('PATCH', one, { options: moved })).status).toBe(400)
    expect((await world.call('PATCH', one, { options: { ...moved, client_secret: 'another' } })).status).toBe(200)
  })

  test('is deleted with the people of its own, and again without a complaint', async () => {
    const { id } = await create({ strategy: 'auth0', options: {} })
    const { name } = (await world.call('GET', `/connections/${id}`)).json
    const newUser = async (email: string) => {
      const body = { connection: name, email, email_verified: true, password: 'Correct 1 horse' }
      return String((await world.call('POST', '/users', body)).json.user_id)
    }
    const [own, linked] = [await newUser('own@example.com'), await newUser('linked@example.com')]
    const person = await createEndUser(world.services, { isVerified: true })
    await linkIdentities(person.ctx, person.user.userId, linked)
    const deleted = await world.call('DELETE', `/connections/${id}`)
    expect(deleted.status).toBe(202)
    expect(Date.parse(String(deleted.json.deleted_at))).toBe(world.services.clock.now())
    expect((await world.call('GET', `/connections/${id}`)).status).toBe(404)
    expect((await world.call('DELETE', `/connections/${id}`)).status).toBe(202)
    expect((await world.call('GET', `/users/${encodeURIComponent(own)}`)).status).toBe(404)
    await Promise.all(await beginJobs(backgroundContext(world.services)))
    expect(await findUser(world.services.db, own)).toBeUndefined()
    const left = await world.call('GET', `/users/${encodeURIComponent(person.user.userId)}`)
    expect(left.json.identities).toHaveLength(1)
  })
})

describe('options', () => {
  test.each([
    ['without a secret', 'oidc', { ...oidc, client_secret: undefined }, 'options.client_secret'],
    ['without an issuer', 'oidc', { ...oidc, issuer: undefined }, 'options.issuer'],
    ['with plain http', 'oidc', { ...oidc, issuer: 'http://login.example.com' }, 'options.issuer'],
    ['with a user name in an address', 'oauth2', { ...plain, tokenURL: 'https://a:b@x.example/' }, 'options.tokenURL'],
    ['with a member that there is not', 'oidc', { ...oidc, extra: 1 }, 'Additional properties not allowed: extra'],
    ['with a script', 'oauth2', { ...plain, scripts: {} }, 'Additional properties not allowed: scripts'],
    ['with user names', 'auth0', { requires_username: true }, 'e-mail address'],
    ['with passwords that are too short', 'auth0', { password_complexity_options: { min_length: 4 } }, '8 or more'],
    ['without a client', 'github', { client_secret: SECRET }, 'Missing required property: client_id'],
    ['of a strategy that there is not', 'samlp', {}, 'strategy'],
  ])('%s are refused, and the answer says where', async (_, strategy, options, expected) => {
    expect(await messageOf({ name: 'refused', strategy, options })).toContain(expected)
  })

  test('that a program has read are taken back', async () => {
    for (const [strategy, options] of [
      ['auth0', { disable_signup: true, requires_username: false, import_mode: false }],
      ['google-oauth2', { client_id: 'x', client_secret: SECRET, email: true, profile: true, scope: ['email'] }],
      ['github', { client_id: 'x', client_secret: SECRET, scope: ['read:user'] }],
      ['oauth2', { ...plain, attribute_map: { attributes: { user_id: 'data.id', email: MAIL } } }],
    ] as const) {
      const before = await create({ strategy, options })
      const after = await world.call('PATCH', `/connections/${before.id}`, { options: before.options })
      expect(after.json.options).toEqual(before.options)
    }
  })
})

describe('the clients of a connection', () => {
  test('are first-party ones; third-party ones are left out', async () => {
    const [ours, theirs] = [await createFirstPartyClient(world.services), await createThirdPartyClient(world.services)]
    const { id } = await create({ enabled_clients: [ours.clientId, theirs.clientId] })
    const enabled = async () => (await world.call('GET', `/connections/${id}`)).json.enabled_clients
    expect(await enabled()).toEqual([ours.clientId])
    const changed = await world.call('PATCH', `/connections/${id}/clients`, [
      { client_id: ours.clientId, status: false },
      { client_id: theirs.clientId, status: true },
    ])
    expect(changed.status).toBe(204)
    expect(await enabled()).toEqual([])
    await world.call('PATCH', `/connections/${id}`, { enabled_clients: [theirs.clientId, ours.clientId] })
    expect(await enabled()).toEqual([ours.clientId])
    await world.call('PATCH', `/connections/${id}`, { display_name: 'Other' })
    expect(await enabled()).toEqual([ours.clientId])
    const unknown = await world.call('PATCH', `/connections/${id}`, { enabled_clients: ['nobody'] })
    expect(unknown.status).toBe(400)
  })

  test('are listed a part at a time', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => createFirstPartyClient(world.services)))
    const { id } = await create({ enabled_clients: clients.map(({ clientId }) => clientId) })
    const first = await world.call('GET', `/connections/${id}/clients?take=2`)
    const second = await world.call('GET', `/connections/${id}/clients?take=2&from=${first.json.next}`)
    expect(second.json).not.toHaveProperty('next')
    const found = [first, second].flatMap(({ json }) => json.clients as { client_id: string }[])
    expect(found.map(({ client_id }) => client_id)).toEqual(clients.map(({ clientId }) => clientId).sort())
  })

  test('are asked the other way round: of third-party ones the domain connections', async () => {
    const [ours, theirs] = [await createFirstPartyClient(world.services), await createThirdPartyClient(world.services)]
    const given = await create({ enabled_clients: [ours.clientId] })
    const domain = await create({ is_domain_connection: true })
    const namesOf = async (clientId: string) => {
      const { json } = await world.call('GET', `/clients/${clientId}/connections?strategy=oidc&fields=name`)
      return (json.connections as { name: string }[]).map(({ name }) => name)
    }
    expect(await namesOf(ours.clientId)).toEqual([given.name])
    expect(await namesOf(theirs.clientId)).toContain(domain.name)
    expect(await namesOf(theirs.clientId)).not.toContain(given.name)
    expect((await world.call('GET', '/clients/nobody/connections')).json.errorCode).toBe('inexistent_client')
  })

  test('that are new and first-party have every connection, where the tenant wants it so', async () => {
    const { name } = await create()
    const { json } = await world.call('POST', '/clients', { name: 'New app' })
    const { connections } = (await world.call('GET', `/clients/${json.client_id}/connections`)).json
    const names = (connections as { name: string }[]).map((connection) => connection.name)
    expect(names).toEqual(expect.arrayContaining([name, 'Username-Password-Authentication']))
    expect(names).not.toContain('partners')
  })
})

describe('the users of a connection', () => {
  test('of a database are deleted by their address', async () => {
    const person = await createEndUser(world.services)
    const database = await findConnectionByName(world.services.db, 'Username-Password-Authentication')
    const path = `/connections/${database?.id}/users?email=${encodeURIComponent(person.email.toUpperCase())}`
    expect((await world.call('DELETE', path)).status).toBe(204)
    expect(await findUser(world.services.db, person.user.userId)).toBeUndefined()
    expect((await world.call('DELETE', path)).status).toBe(204)
  })

  test('who were linked leave the account that they were linked to', async () => {
    const confirmed = { isVerified: true }
    const [first, second] = [
      await createEndUser(world.services, confirmed),
      await createEndUser(world.services, confirmed),
    ]
    await linkIdentities(first.ctx, first.user.userId, second.user.userId)
    const database = await findConnectionByName(world.services.db, 'Username-Password-Authentication')
    await world.call('DELETE', `/connections/${database?.id}/users?email=${encodeURIComponent(second.email)}`)
    expect(await findUser(world.services.db, first.user.userId)).toBeDefined()
    expect(await findUserByLogin(world.services.db, [database?.id ?? ''], second.email)).toBeUndefined()
  })
})

describe('the state of a connection', () => {
  test('is good of a database, and bad of a provider that does not answer', async () => {
    const database = await findConnectionByName(world.services.db, 'Username-Password-Authentication')
    expect((await world.call('GET', `/connections/${database?.id}/status`)).status).toBe(200)
    const { id } = await create({ options: { ...oidc, issuer: 'http://localhost:1' } })
    const answer = await world.call('GET', `/connections/${id}/status`)
    expect(answer.status).toBe(404)
    expect(answer.json.errorCode).toBe('connection_not_online')
  })
})

describe('the keys of a connection', () => {
  const keysOf = async (id: string) =>
    (await world.call('GET', `/connections/${id}/keys`)).json as unknown as {
      kid: string
      current: boolean
      next: boolean
    }[]

  test('are made before it uses them, or as soon as it does, and rotated', async () => {
    const { id } = await create()
    expect(await keysOf(id)).toEqual([])
    expect((await world.call('POST', `/connections/${id}/keys/rotate`)).status).toBe(400)
    const first = await world.call('POST', `/connections/${id}/keys`)
    expect(first.status).toBe(201)
    expect(first.json).toMatchObject([
      { current: true, algorithm: 'RS256', key_use: 'signing', cert: expect.stringContaining('BEGIN CERTIFICATE') },
      { next: true, current: false },
    ])
    expect((await world.call('POST', `/connections/${id}/keys`)).status).toBe(409)
    world.services.clock.advance(11 * MINUTE)
    const [before, next] = await keysOf(id)
    const rotated = await world.call('POST', `/connections/${id}/keys/rotate`, { signing_alg: 'ES256' })
    expect(rotated.json).toMatchObject({ next: true, algorithm: 'ES256' })
    expect((await keysOf(id)).map(({ kid, current }) => [kid, current])).toEqual(
      expect.arrayContaining([
        [before?.kid, false],
        [next?.kid, true],
        [rotated.json.kid, false],
      ]),
    )
    const byKey = { ...oidc, client_secret: undefined, token_endpoint_auth_method: 'private_key_jwt' }
    const other = await create({ options: byKey })
    expect(await keysOf(other.id)).toHaveLength(2)
  })

  test('are rotated once by several who do it at once', async () => {
    const { id } = await create()
    await world.call('POST', `/connections/${id}/keys`)
    const answers = await Promise.all([1, 2, 3].map(() => world.call('POST', `/connections/${id}/keys/rotate`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect((await keysOf(id)).filter(({ next }) => next).length).toBeGreaterThan(0)
  })

  test('are not there for a provider that takes none', async () => {
    const { id } = await create({ strategy: 'github', options: { client_id: 'x', client_secret: SECRET } })
    expect((await world.call('POST', `/connections/${id}/keys`)).status).toBe(400)
  })
})

test('each call needs its scope', async () => {
  const { id } = await create()
  const reader = await world.tokenFor('read:connections')
  expect((await world.call('GET', `/connections/${id}`, undefined, reader)).status).toBe(200)
  for (const [method, path, body] of [
    ['POST', '/connections', { name: 'x', strategy: 'auth0' }],
    ['PATCH', `/connections/${id}`, {}],
    ['DELETE', `/connections/${id}`],
    ['PATCH', `/connections/${id}/clients`, [{ client_id: 'x', status: true }]],
    ['DELETE', `/connections/${id}/users?email=x`],
  ] as const) {
    const answer = await world.call(method, path, body, reader)
    expect([answer.status, answer.json.errorCode]).toEqual([403, 'insufficient_scope'])
  }
})

test('a connection that is closed ends the tokens that apps have of its people', async () => {
  const closing = await createManagementWorld()
  const app = await createThirdPartyClient(closing.services)
  const tokens = await obtainTokens(closing, app, { scope: 'openid offline_access' })
  const { connectionId } = closing.user
  const path = `/connections/${connectionId}`
  expect((await closing.call('PATCH', path, { authentication: { active: false } })).status).toBe(200)
  expect((await refresh(closing, app, tokens.refresh_token)).status).toBe(400)
  expect((await userinfo(closing, tokens)).status).toBe(401)
  expect((await closing.call('PATCH', path, { authentication: { active: true } })).status).toBe(200)
  expect((await refresh(closing, app, tokens.refresh_token)).status).toBe(400)
})
