import { createServer } from 'node:http'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { confirmTotpEnrolment, startTotpEnrolment } from '~/domain/authenticators/enrol-totp'
import { issuerOf } from '~/domain/connections/issuer'
import { changeConnection } from '~/domain/connections/update-connection'
import { findSession } from '~/domain/sessions/sessions'
import { blockUser } from '~/domain/users/block-user'
import { MINUTE } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import * as profile from '~/routes/account._area._index'
import * as accountSecondFactor from '~/routes/account.second-factor'
import * as accountSignIn from '~/routes/account.sign-in'
import * as verifyEmail from '~/routes/account.verify-email'
import * as login from '~/routes/u.login'
import * as secondFactor from '~/routes/u.second-factor'
import { type Connection, listDomainConnections } from '~db/queries/connections'
import { findUser, findUserByIdentity, listIdentities, updateUser } from '~db/queries/users'
import { openBrowser } from '~tests/oauth/authorization-world'
import { seedOf } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { confirmByLink } from '~tests/support/mailed-link'
import { createEndUser, findOwner } from '~tests/support/people'
import { closeAfterFile } from '~tests/support/services'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { authorizeParams, begin, createWorld, errorsOf, follow, type World } from './account-world'
import {
  callbackUrl,
  comeBack,
  connect,
  type OidcProvider,
  oidcOptions,
  signInAtProvider,
  startOidcProvider,
} from './provider-world'

let world: World
let provider: OidcProvider
let app: TestClient
let connection: Connection
let visitor: Visitor

beforeAll(async () => {
  world = await createWorld()
  provider = await startOidcProvider(world.services)
  app = await createThirdPartyClient(world.services)
  connection = await connect(world.services, {
    name: 'staff',
    displayName: 'Staff accounts',
    strategy: 'oidc',
    options: oidcOptions(provider),
  })
})

beforeEach(() => {
  visitor = openVisitor(world.services)
})

const loginPath = (id: string) => `/u/login?request=${id}`
const subjectOf = ({ user }: { user: { userId: string } }, name = 'staff') => `oidc|${name}|${user.userId}`

/** Sends the visitor to the provider from the sign-in page of an app. @returns the address there */
async function leave(id: string, name = 'staff'): Promise<string> {
  const answer = await visitor.send(login, loginPath(id), { connection: name })
  if (answer.status !== 303) throw new Error(`not sent on: ${answer.status} ${JSON.stringify(answer.value)}`)
  return answer.location ?? ''
}

/** Sends the visitor there from the sign-in page of their account. */
const leaveFromAccount = async (name = 'staff') =>
  (await visitor.send(accountSignIn, '/account/sign-in?continue=/account/apps', { connection: name })).location ?? ''

const whoIsHere = async () =>
  (await findSession(visitorContext(world.services, { cookies: visitor.cookies }), 'account'))?.user

describe('signing in at a provider', () => {
  it('leaves an address confirmed that was confirmed by mail, while it is the same', async () => {
    const there = await createEndUser(provider.services)
    const signInThere = async () => comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), there))
    await signInThere()
    expect(await whoIsHere()).toMatchObject({ email: there.email, emailVerified: false })
    await visitor.send(profile, '/account', { intent: 'send-verification' })
    const link = world.services.mailer.link(there.email)
    await confirmByLink(visitor, verifyEmail, link.pathname + link.search)
    const renamed = { name: 'Renamed there' }
    await provider.services.db.run(updateUser(there.user.userId, renamed))
    await signInThere()
    expect(await whoIsHere()).toMatchObject({ ...renamed, emailVerified: true })
    await provider.services.db.run(updateUser(there.user.userId, { email: `moved.${there.email}` }))
    await signInThere()
    expect(await whoIsHere()).toMatchObject({ email: `moved.${there.email}`, emailVerified: false })
  })

  it('is offered on the sign-in page, and leads to the provider with everything that binds the answer', async () => {
    const id = await begin(world, visitor, app, 'login')
    const { value } = await visitor.load(login, loginPath(id))
    expect(value).toMatchObject({ federated: [{ name: 'staff', label: 'Staff accounts' }], hasPassword: true })
    const address = new URL(await leave(id))
    expect(`${address.origin}/`).toBe(provider.issuer)
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      client_id: provider.client.clientId,
      redirect_uri: callbackUrl(connection),
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid profile email',
      state: expect.stringMatching(/^st_/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('makes an account that is known by the provider and its id, and goes on with the request', async () => {
    const id = await begin(world, visitor, app, 'login')
    const answer = await comeBack(visitor, await signInAtProvider(provider, await leave(id)))
    expect(answer.location).toBe(`/authorize/resume?request=${id}`)
    expect((await follow(world, visitor, answer.location ?? '')).header('location')).toBe(`/u/consent?request=${id}`)
    expect(await whoIsHere()).toMatchObject({
      userId: subjectOf(provider.user),
      email: provider.user.email,
      emailVerified: true,
      name: provider.user.user.name,
      loginsCount: 1,
    })
    const [identity] = await listIdentities(world.services.db, { userId: subjectOf(provider.user) })
    expect(identity).toMatchObject({ provider: 'oidc', connectionId: connection.id, profile: null, passwordHash: null })
  })

  it('is asked for directly with `connection`, and counts as the sign-in that prompt=login wants', async () => {
    const params = authorizeParams(app, { connection: 'staff', prompt: 'login', login_hint: 'ann@example.com' })
    const address = (await follow(world, visitor, `/authorize?${params}`)).header('location') ?? ''
    expect(Object.fromEntries(new URL(address).searchParams)).toMatchObject({
      prompt: 'login',
      login_hint: 'ann@example.com',
    })
    const answer = await comeBack(visitor, await signInAtProvider(provider, address))
    expect((await follow(world, visitor, answer.location ?? '')).header('location')).toMatch(/^\/u\/consent/)
  })

  it('counts as the sign-in of the time that the provider tells, and never as a later one', async () => {
    const person = await createEndUser(provider.services)
    const { cookies } = await openBrowser(provider, person)
    world.services.clock.advance(30 * MINUTE)
    const silent = async (left: string) => comeBack(visitor, await signInAtProvider(provider, left, person, cookies))
    await silent(await leaveFromAccount())
    const { session } =
      (await findSession(visitorContext(world.services, { cookies: visitor.cookies }), 'account')) ?? {}
    expect(world.services.clock.now() - (session?.authenticatedAt ?? 0)).toBeGreaterThanOrEqual(30 * MINUTE)
    expect((await visitor.load(accountSecondFactor, '/account/second-factor')).location).toMatch(/sign-in/)
    // Whoever is signed in is asked for again, and an answer of before is refused.
    const again = await leaveFromAccount()
    expect(Object.fromEntries(new URL(again).searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
    const refused = await silent(again)
    expect(refused.status).toBe(403)
    expect(refused.value).toMatchObject({ message: expect.stringContaining('did not ask you to sign in again') })
    const params = authorizeParams(app, { connection: 'staff', prompt: 'login' })
    const left = (await follow(world, visitor, `/authorize?${params}`)).header('location') ?? ''
    expect((await silent(left)).status).toBe(403)
  })

  it('leads to the page of the account that asked for it', async () => {
    const answer = await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount()))
    expect(answer.location).toBe('/account/apps')
    expect((await whoIsHere())?.userId).toBe(subjectOf(provider.user))
  })

  it('finds the same account again, and takes over what the provider says now', async () => {
    const person = await createEndUser(provider.services)
    await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), person))
    const change = { name: 'Ann Other', emailVerified: true }
    await provider.services.db.run(updateUser(person.user.userId, change))
    await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), person))
    expect(await whoIsHere()).toMatchObject({ ...change, userId: subjectOf(person), loginsCount: 2 })
  })

  it('asks for the second factor of an account that has one', async () => {
    const person = await createEndUser(provider.services)
    await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), person))
    const user = await findUser(world.services.db, subjectOf(person))
    if (!user) throw new Error('the person is not known')
    const ctx = visitor.context()
    const { secret } = await startTotpEnrolment(ctx, user)
    const code = () => totpCode(seedOf(secret), world.services.clock.now())
    await confirmTotpEnrolment(ctx, user, await code())
    visitor = openVisitor(world.services)
    const id = await begin(world, visitor, app, 'login')
    const answer = await comeBack(visitor, await signInAtProvider(provider, await leave(id), person))
    expect(answer.location).toBe(`/u/second-factor?request=${id}`)
    expect(await whoIsHere()).toBeUndefined()
    world.services.clock.advance(1 * MINUTE)
    await visitor.send(secondFactor, answer.location ?? '', { code: await code() })
    const session = await findSession(visitorContext(world.services, { cookies: visitor.cookies }), 'account')
    expect(session?.session.amr).toEqual(['fed', 'otp', 'mfa'])
  })

  it('of the same person twice at once makes one account', async () => {
    const person = await createEndUser(provider.services)
    const visitors = [openVisitor(world.services), openVisitor(world.services), openVisitor(world.services)]
    const answers = await Promise.all(
      visitors.map(async (each) => {
        const left = await each.send(accountSignIn, '/account/sign-in', { connection: 'staff' })
        return [each, await signInAtProvider(provider, left.location ?? '', person)] as const
      }),
    )
    const back = await Promise.all(answers.map(([each, address]) => comeBack(each, address)))
    expect(back.map(({ location }) => location)).toEqual(['/account', '/account', '/account'])
    expect(await listIdentities(world.services.db, { userId: subjectOf(person) })).toHaveLength(1)
  })
})

describe('who may use a connection', () => {
  it('a first-party app only those that it was given', async () => {
    const firstParty = await createFirstPartyClient(world.services)
    const other = await connect(world.services, {
      name: 'not-given',
      strategy: 'oidc',
      options: oidcOptions(provider),
      isDomainConnection: false,
    })
    const id = await begin(world, visitor, firstParty, 'login')
    expect(JSON.stringify((await visitor.load(login, loginPath(id))).value)).not.toContain(other.name)
    const refused = await visitor.send(login, loginPath(id), { connection: other.name })
    expect(refused.status).toBe(403)
    const direct = await follow(world, visitor, `/authorize?${authorizeParams(app, { connection: other.name })}`)
    expect(direct.header('location')).toContain('the+connection+was+disabled')
  })

  it('nobody one that is closed: not on the way there, not on the way back, and who was signed in is signed out', async () => {
    const { ctx } = await findOwner(world.services)
    const closing = await connect(world.services, {
      name: 'closing',
      strategy: 'oidc',
      options: oidcOptions(provider),
    })
    await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount('closing')))
    expect((await whoIsHere())?.userId).toBe(subjectOf(provider.user, 'closing'))
    const other = openVisitor(world.services)
    const [mine, theirs] = [visitor, other]
    visitor = theirs
    const id = await begin(world, theirs, app, 'login')
    const back = await signInAtProvider(provider, await leave(id, 'closing'))
    const outside = await signInAtProvider(provider, await leaveFromAccount('closing'))
    await changeConnection(ctx, closing, { isActive: false })
    for (const address of [back, outside]) {
      const answer = await comeBack(theirs, address)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(theirs.cookies.session).toBeUndefined()
    }
    expect((await theirs.send(login, loginPath(id), { connection: 'closing' })).status).toBe(403)
    visitor = mine
    expect(await whoIsHere()).toBeUndefined()
    expect((await listDomainConnections(world.services.db, {})).map(({ name }) => name)).not.toContain('closing')
  })

  it('nobody who is blocked', async () => {
    const person = await createEndUser(provider.services)
    await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), person))
    await blockUser((await findOwner(world.services)).ctx, subjectOf(person))
    const answer = await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), person))
    expect(answer.status).toBe(403)
    expect(answer.value).toMatchObject({ message: expect.stringContaining('blocked') })
    expect(await whoIsHere()).toBeUndefined()
  })
})

describe('an answer of a provider', () => {
  const isRefused = ({ status, value, location }: Awaited<ReturnType<typeof comeBack>>) => {
    expect(location).toBeUndefined()
    expect(status).toBeGreaterThanOrEqual(400)
    expect(value).toMatchObject({ message: expect.any(String), back: expect.stringMatching(/^\//) })
  }

  it('is taken once', async () => {
    const back = await signInAtProvider(provider, await leaveFromAccount())
    await comeBack(visitor, back)
    isRefused(await comeBack(visitor, back))
  })

  it('that comes several times at once is taken once', async () => {
    const back = await signInAtProvider(provider, await leaveFromAccount())
    const answers = await Promise.all([1, 2, 3].map(() => comeBack(visitor, back)))
    expect(answers.filter(({ location }) => location !== undefined)).toHaveLength(1)
  })

  it('is taken in the browser that was sent for it, and in no other one (login CSRF)', async () => {
    const back = await signInAtProvider(provider, await leaveFromAccount())
    const victim = openVisitor(world.services)
    isRefused(await comeBack(victim, back))
    expect(victim.cookies.session).toBeUndefined()
    expect((await comeBack(visitor, back)).location).toBe('/account/apps')
  })

  it('is taken for a quarter of an hour', async () => {
    const back = await signInAtProvider(provider, await leaveFromAccount())
    world.services.clock.advance(15 * MINUTE)
    isRefused(await comeBack(visitor, back))
  })

  it('without a state, or with another one, is refused', async () => {
    const back = await signInAtProvider(provider, await leaveFromAccount())
    for (const state of [undefined, 'st_other', '']) {
      const changed = new URL(back)
      if (state === undefined) changed.searchParams.delete('state')
      else changed.searchParams.set('state', state)
      isRefused(await comeBack(visitor, changed))
    }
  })

  it('with the code of another sign-in is refused: the code is bound to its verifier and its nonce', async () => {
    const first = await signInAtProvider(provider, await leaveFromAccount())
    const second = await signInAtProvider(provider, await leaveFromAccount())
    const mixed = new URL(first)
    mixed.searchParams.set('code', second.searchParams.get('code') ?? '')
    isRefused(await comeBack(visitor, mixed))
    expect(visitor.cookies.session).toBeUndefined()
  })

  it('of one provider is not taken for another one (mix-up, RFC 9207)', async () => {
    const other = await startOidcProvider(world.services)
    await connect(world.services, { name: 'elsewhere', strategy: 'oidc', options: oidcOptions(other) })
    const expected = new URL(await leaveFromAccount('elsewhere'))
    const answer = await signInAtProvider(provider, await leaveFromAccount())
    answer.searchParams.set('state', expected.searchParams.get('state') ?? '')
    isRefused(await comeBack(visitor, answer))
    expect(visitor.cookies.session).toBeUndefined()
    const unnamed = new URL(await leaveFromAccount('elsewhere'))
    answer.searchParams.set('state', unnamed.searchParams.get('state') ?? '')
    answer.searchParams.delete('iss')
    isRefused(await comeBack(visitor, answer))
  })

  it('that the person cancelled leads back to the sign-in page, which says so', async () => {
    const id = await begin(world, visitor, app, 'login')
    const { searchParams } = new URL(await leave(id))
    const back = new URL(callbackUrl(connection))
    back.search = String(
      new URLSearchParams({ error: 'access_denied', state: searchParams.get('state') ?? '', iss: provider.issuer }),
    )
    const answer = await comeBack(visitor, back)
    expect(answer.location).toBe(`${loginPath(id)}&problem=cancelled`)
    expect((await visitor.load(login, answer.location ?? '')).value).toMatchObject({
      problem: expect.stringContaining('cancelled'),
    })
  })

  it('that is an error of the provider is a page that leads back', async () => {
    const id = await begin(world, visitor, app, 'login')
    const { searchParams } = new URL(await leave(id))
    const back = new URL(callbackUrl(connection))
    back.search = String(
      new URLSearchParams({ error: 'server_error', state: searchParams.get('state') ?? '', iss: provider.issuer }),
    )
    const answer = await comeBack(visitor, back)
    expect(answer.status).toBe(502)
    expect(answer.value).toMatchObject({ back: loginPath(id), message: expect.stringContaining('Staff accounts') })
  })
})

describe('an account with the same e-mail address', () => {
  it('stays somebody else’s, whatever the provider says of the address', async () => {
    for (const isVerified of [false, true]) {
      const here = await createEndUser(world.services, { isVerified: true })
      const there = await createEndUser(provider.services, { email: here.email, isVerified })
      visitor = openVisitor(world.services)
      await comeBack(visitor, await signInAtProvider(provider, await leaveFromAccount(), there))
      const found = await whoIsHere()
      expect(found).toMatchObject({ userId: subjectOf(there), email: here.email, emailVerified: isVerified })
      expect(await listIdentities(world.services.db, { userId: here.user.userId })).toHaveLength(1)
    }
  })
})

describe('a provider that does not answer', () => {
  it('leaves people on the sign-in page, which says so', async () => {
    await connect(world.services, {
      name: 'gone',
      strategy: 'oidc',
      options: { ...oidcOptions(provider), issuer: 'http://localhost:1/' },
    })
    const id = await begin(world, visitor, app, 'login')
    const refused = await visitor.send(login, loginPath(id), { connection: 'gone' })
    expect(refused.status).toBe(502)
    expect(errorsOf(refused)['']?.[0]).toContain('gone cannot sign you in at present')
    const direct = await follow(world, visitor, `/authorize?${authorizeParams(app, { connection: 'gone' })}`)
    expect(direct.header('location')).toMatch(/^\/u\/login\?request=[\w-]+&problem=unavailable$/)
  })

  it('cannot name an address of the tenant’s own network that the tenant has not named', async () => {
    const inner = await startOidcProvider(world.services)
    const options = { ...oidcOptions(inner), issuer: undefined, discovery_url: await publishedElsewhere(inner.issuer) }
    await connect(world.services, { name: 'reaching-in', strategy: 'oidc', options })
    const back = await signInAtProvider(inner, await leaveFromAccount('reaching-in'))
    const answer = await comeBack(visitor, back)
    expect(answer.status).toBe(502)
  })
})

/** A server that publishes the metadata of another one as its own. */
async function publishedElsewhere(issuer: string): Promise<string> {
  const metadata = await (await fetch(`${issuer}.well-known/openid-configuration`)).text()
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(metadata)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeAfterFile(async () => void server.close())
  const { port } = server.address() as { port: number }
  return `http://127.0.0.1:${port}/.well-known/openid-configuration`
}

it('an account is found by the connection and the id together', async () => {
  const known = { issuer: issuerOf(connection), providerUserId: `staff|${provider.user.user.userId}` }
  const found = await findUserByIdentity(world.services.db, connection.id, known)
  expect(found?.user.userId).toBe(subjectOf(provider.user))
})
