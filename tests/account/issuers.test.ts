/** An id is one person's within its issuer: who may say who the people of a connection are is no mere setting. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { issuerOf } from '~/domain/connections/issuer'
import { findSession } from '~/domain/sessions/sessions'
import * as accountSignIn from '~/routes/account.sign-in'
import * as connectionPage from '~/routes/admin._area.settings_.connections_.$id'
import { listAuditEvents } from '~db/queries/audit'
import type { Connection, ConnectionOptions } from '~db/queries/connections'
import { setIssuer } from '~db/queries/users'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { findOwner, openVisitorOf } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { comeBack, connect, type PlainProvider, plainOptions, startPlainProvider } from './provider-world'

let world: ManagementWorld
let honest: PlainProvider
let evil: PlainProvider
let connection: Connection
let count = 0

beforeAll(async () => {
  world = await createManagementWorld()
  ;[honest, evil] = [await startPlainProvider(), await startPlainProvider()]
})

beforeEach(async () => {
  const name = `corp-${++count}`
  connection = await connect(world.services, { name, strategy: 'oauth2', options: plainOptions(honest) })
  for (const { documents } of [honest, evil])
    documents['/me'] = { data: { id: 'ceo', mail: 'ceo@corp.test', label: 'CEO' } }
})

/** Signs in at the provider that the connection has now. @returns who that is here, and the answer */
async function signIn(provider: PlainProvider) {
  const visitor = openVisitor(world.services)
  const { location } = await visitor.send(accountSignIn, '/account/sign-in', { connection: connection.name })
  const answer = await comeBack(visitor, provider.allow(location ?? ''))
  const who = async () => (await findSession(visitor.context(), 'account'))?.user.userId
  return { status: answer.status, who, now: await who() }
}

const ceo = () => `oauth2|${connection.name}|ceo`
const change = (options: object, more = {}) =>
  world.call('PATCH', `/connections/${connection.id}`, { options: { ...plainOptions(honest), ...options }, ...more })

const MOVES: [what: string, change: () => object][] = [
  ['another provider', () => plainOptions(evil)],
  ['another host of the profile', () => ({ userInfoURL: `${evil.origin}/me` })],
  ['another host of the tokens', () => ({ tokenURL: `${evil.origin}/token` })],
  ['another member as the id', () => ({ attribute_map: { attributes: { user_id: 'data.mail' } } })],
]

describe.each(MOVES)('%s', (_what, moved) => {
  it('is not taken by the way: the answer names how many people it is about, and nothing changes', async () => {
    const { who } = await signIn(honest)
    const refused = await change(moved())
    expect(refused.status).toBe(409)
    expect(refused.json.message).toContain('1 person signs in')
    expect(await who()).toBe(ceo())
    expect((await signIn(honest)).now).toBe(ceo())
  })

  it('inherits nobody where the people are others, whenever they came, and ends what they were signed in to', async () => {
    const { who } = await signIn(honest)
    // As of people who came before issuers were kept.
    await world.services.db.run(setIssuer(connection.id, null, 'all'))
    expect((await signIn(honest)).now).toBe(ceo())
    expect((await change(moved(), { keeps_people: false })).status).toBe(200)
    expect(await who()).toBeUndefined()
    const [event] = await listAuditEvents(world.services.db, { action: 'connection.updated' }, 1)
    expect(event?.details).toMatchObject({
      issuer: { from: issuerOf(connection), to: expect.not.stringMatching(`^${issuerOf(connection)}$`) },
      people: 1,
      keepsPeople: false,
    })
    expect((await change({}, { keeps_people: false })).status).toBe(200)
    expect((await signIn(honest)).now).toBe(ceo())
  })
})

it('somebody of the new provider with the id of somebody before is refused, and is nobody here', async () => {
  await signIn(honest)
  await change(plainOptions(evil), { keeps_people: false })
  expect(await signIn(evil)).toMatchObject({ status: 409, now: undefined })
  evil.documents['/me'] = { data: { id: 'other' } }
  expect((await signIn(evil)).now).toBe(`oauth2|${connection.name}|other`)
})

it('people who are the same at the new provider sign in there, once an owner has said so', async () => {
  const { who } = await signIn(honest)
  expect((await change(plainOptions(evil), { keeps_people: true })).status).toBe(200)
  expect(await who()).toBeUndefined()
  expect((await signIn(evil)).now).toBe(ceo())
})

it('a connection without people changes its provider as it likes, and one with people whatever else it has', async () => {
  expect((await change(plainOptions(evil))).status).toBe(200)
  expect((await change({})).status).toBe(200)
  await signIn(honest)
  expect((await change({ authorizationURL: `${honest.origin}/other`, scope: 'profile' })).status).toBe(200)
})

it('the page of the connection asks who the people are, and keeps what was typed', async () => {
  const { who } = await signIn(honest)
  const owner = await openVisitorOf(world.services, 'admin', await findOwner(world.services))
  const path = `/admin/settings/connections/${connection.id}`
  const { client_id, client_secret, authorizationURL, tokenURL, userInfoURL } = plainOptions(evil)
  const typed = { client_id, client_secret, authorizationURL, tokenURL, userInfoURL }
  const fields = {
    intent: 'save',
    is_active: 'on',
    is_domain_connection: 'on',
    ...Object.fromEntries(Object.entries(typed).map(([name, value]) => [`options.${name}`, value])),
  }
  const send = (more = {}) =>
    owner.send(connectionPage, path, { ...fields, ...more }, { params: { id: connection.id } })
  const asked = await send()
  expect(asked.status).toBe(409)
  expect(asked.value).toMatchObject({
    lastResult: {
      error: { keeps_people: [expect.stringContaining('1 person')] },
      initialValue: { options: { userInfoURL } },
    },
  })
  expect(await who()).toBe(ceo())
  expect((await send({ keeps_people: 'same' })).location).toBe(`${path}?notice=connection-saved`)
  expect(await who()).toBeUndefined()
  expect((await signIn(evil)).now).toBe(ceo())
})

const A = { issuer: 'https://a.test/' }

it.each<[what: string, of: ConnectionOptions, isSame: boolean]>([
  ['without the slash', { issuer: 'https://a.test' }, true],
  ['named by its document', { discovery_url: 'https://a.test/.well-known/openid-configuration' }, true],
  ['elsewhere', { issuer: 'https://b.test/' }, false],
  ['with its document, and so its keys, elsewhere', { ...A, discovery_url: 'https://b.test/x' }, false],
  ['with the usual id', { ...A, attribute_map: { attributes: { user_id: `\${context.userinfo.sub}` } } }, true],
  ['with another id', { ...A, attribute_map: { attributes: { user_id: 'email' } } }, false],
])('the same issuer, or not, of an OpenID provider: %s', (_, options, isSame) => {
  const strategy = 'oidc'
  expect(issuerOf({ strategy, options }) === issuerOf({ strategy, options: A })).toBe(isSame)
})

const realm = (name: string, host = 'sso.test') => ({
  tokenURL: `https://${host}/realms/${name}/token`,
  userInfoURL: `https://${host}/realms/${name}/userinfo`,
})

it.each<[what: string, of: ConnectionOptions, isSame: boolean]>([
  ['with another address to send people to', { ...realm('a'), authorizationURL: 'https://sso.test/sign-in' }, true],
  ['with the host in capitals', realm('a', 'SSO.test'), true],
  ['another realm of the host', realm('b'), false],
  ['whose tokens another realm gives', { ...realm('a'), tokenURL: realm('b').tokenURL }, false],
  ['whose people another realm knows', { ...realm('a'), userInfoURL: realm('b').userInfoURL }, false],
  ['with another tenant in the query', { ...realm('a'), userInfoURL: `${realm('a').userInfoURL}?tenant=b` }, false],
  ['at another host', realm('a', 'other.test'), false],
])('the same issuer, or not, of an OAuth provider: %s', (_, options, isSame) => {
  const strategy = 'oauth2'
  expect(issuerOf({ strategy, options }) === issuerOf({ strategy, options: realm('a') })).toBe(isSame)
})
