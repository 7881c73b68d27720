import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rotateConnectionKeys } from '~/domain/connections/connection-keys'
import type { NewConnection } from '~/domain/connections/create-connection'
import { changeConnection } from '~/domain/connections/update-connection'
import { findSession } from '~/domain/sessions/sessions'
import { MINUTE } from '~/platform/durations'
import * as confirmPage from '~/routes/account.confirm'
import * as secondFactor from '~/routes/account.second-factor'
import * as accountSignIn from '~/routes/account.sign-in'
import * as confirmInside from '~/routes/u.confirm'
import { insertClientKey, listClientKeys } from '~db/queries/client-keys'
import { type Connection, listConnectionKeys } from '~db/queries/connections'
import { listIdentities } from '~db/queries/users'
import { visitorContext } from '~tests/support/context'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, openVisitorOf } from '~tests/support/people'
import type { TestServices } from '~tests/support/services'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { answerOf, authorizeParams, createWorld, follow, type World } from './account-world'
import {
  comeBack,
  connect,
  type OidcProvider,
  oidcOptions,
  type PlainProvider,
  plainOptions,
  rerouted,
  signInAtProvider,
  startOidcProvider,
  startPlainProvider,
} from './provider-world'

let world: World
let services: TestServices
let oidc: OidcProvider
let google: OidcProvider
let plain: PlainProvider
let visitor: Visitor

beforeAll(async () => {
  world = await createWorld()
  oidc = await startOidcProvider(world.services)
  google = await startOidcProvider(world.services, 'https://accounts.google.com/')
  plain = await startPlainProvider()
  const elsewhere = {
    'github.com': plain.origin,
    'api.github.com': plain.origin,
    'accounts.google.com': google.origin,
  }
  services = { ...world.services, outbound: rerouted(world.services.outbound, elsewhere) }
})

beforeEach(() => {
  visitor = openVisitor(services)
})

const leave = async (connection: string) =>
  (await visitor.send(accountSignIn, '/account/sign-in', { connection })).location ?? ''

const signInPlainly = async (connection: string) => comeBack(visitor, plain.allow(await leave(connection)))

const whoIsHere = async () =>
  (await findSession(visitorContext(services, { cookies: visitor.cookies }), 'account'))?.user

const made = (given: NewConnection) => connect(services, given)

describe('a provider without OpenID Connect', () => {
  it('takes no name that holds an address', async () => {
    await made({ name: 'shouting', strategy: 'oauth2', options: plainOptions(plain) })
    plain.documents['/me'] = { data: { id: 1, label: 'Win at https://evil.example' }, nickname: 'www.evil.example' }
    expect((await signInPlainly('shouting')).location).toBe('/account')
    expect(JSON.stringify(await whoIsHere())).not.toContain('evil')
  })

  it('tells who somebody is where the connection says that it stands', async () => {
    await made({ name: 'forge', strategy: 'oauth2', options: plainOptions(plain) })
    plain.documents['/me'] = { data: { id: 4711, mail: 'kim@example.com', label: 'Kim ‮ Doe' }, email: 'no@example.com' }
    expect((await signInPlainly('forge')).location).toBe('/account')
    expect(await whoIsHere()).toMatchObject({
      userId: 'oauth2|forge|4711',
      email: 'kim@example.com',
      emailVerified: false,
      name: 'Kim  Doe',
      nickname: 'kim',
    })
    expect(plain.tokenRequests.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  })

  it('that names nobody, or somebody in a way that cannot be kept as it is, signs nobody in', async () => {
    await made({ name: 'odd', strategy: 'oauth2', options: plainOptions(plain) })
    for (const id of [undefined, null, '', 'a\u0000b', 'a\u200bb', 'x'.repeat(256), { a: 1 }, 1.5, true]) {
      plain.documents['/me'] = { data: { id } }
      expect((await signInPlainly('odd')).status).toBe(502)
      expect(await whoIsHere()).toBeUndefined()
    }
  })

  it('that has forgotten the code, or does not know the token, signs nobody in', async () => {
    await made({ name: 'forgetful', strategy: 'oauth2', options: plainOptions(plain) })
    const back = plain.allow(await leave('forgetful'))
    back.searchParams.set('code', 'another one')
    expect((await comeBack(visitor, back)).status).toBe(502)
    delete plain.documents['/me']
    expect((await signInPlainly('forgetful')).status).toBe(502)
    expect(await whoIsHere()).toBeUndefined()
  })

  it('whose answer names another issuer is not believed (RFC 9207 §2.4)', async () => {
    await made({ name: 'named', strategy: 'oauth2', options: plainOptions(plain) })
    plain.documents['/me'] = { data: { id: 'x' } }
    const back = plain.allow(await leave('named'))
    back.searchParams.set('iss', oidc.issuer)
    expect((await comeBack(visitor, back)).status).toBe(502)
  })

  it('is told apart from another one by the connection: the same id is somebody else', async () => {
    plain.documents['/me'] = { data: { id: 'same' } }
    await made({ name: 'one', strategy: 'oauth2', options: plainOptions(plain) })
    await made({ name: 'two', strategy: 'oauth2', options: plainOptions(plain) })
    await signInPlainly('one')
    const first = await whoIsHere()
    await signInPlainly('two')
    expect([first?.userId, (await whoIsHere())?.userId]).toEqual(['oauth2|one|same', 'oauth2|two|same'])
  })

  it('is sent no code that another provider has answered: each connection has a callback of its own', async () => {
    const other = await startPlainProvider()
    plain.documents['/me'] = { data: { id: 'victim' } }
    await made({ name: 'honest', strategy: 'oauth2', options: plainOptions(plain) })
    await made({ name: 'bad', strategy: 'oauth2', options: plainOptions(other) })
    const asked = new URL(await leave('bad')).searchParams
    // The bad provider sends the browser on to the honest one, with the state that it was given itself.
    const honest = new URL(await leave('honest'))
    honest.searchParams.set('state', asked.get('state') ?? '')
    honest.searchParams.set('code_challenge', asked.get('code_challenge') ?? '')
    const shared = plain.allow(honest.href)
    shared.pathname = '/login/callback'
    for (const back of [plain.allow(honest.href), shared]) {
      const answer = await comeBack(visitor, back)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(other.tokenRequests).toEqual([])
    }
    expect(await whoIsHere()).toBeUndefined()
  })

  it('makes no session fresh, as it does not say when somebody signed in: a mailed code does', async () => {
    await made({ name: 'silent', strategy: 'oauth2', options: plainOptions(plain) })
    plain.documents['/me'] = { data: { id: 'quiet', mail: 'quiet@example.com' } }
    await signInPlainly('silent')
    const { location } = await visitor.load(secondFactor, '/account/second-factor')
    expect(location).toMatch(/^\/account\/sign-in/)
    const confirm = '/account/confirm?continue=%2Faccount%2Fsecond-factor'
    const again = await visitor.send(accountSignIn, '/account/sign-in?continue=/account/second-factor', {
      connection: 'silent',
    })
    expect((await comeBack(visitor, plain.allow(again.location ?? ''))).location).toBe(confirm)
    await visitor.send(confirmPage, confirm, { intent: 'send' })
    const code = /\d{8}/.exec(services.mailer.last('quiet@example.com').text)?.[0] ?? ''
    const other = openVisitor(services, { cookies: visitor.cookies })
    expect((await visitor.send(confirmPage, confirm, { code: '00000000' })).status).toBe(400)
    expect((await visitor.send(confirmPage, confirm, { code })).location).toBe('/account/second-factor')
    expect((await visitor.load(secondFactor, '/account/second-factor')).value).toMatchObject({ step: 'set-up' })
    expect((await other.send(confirmPage, confirm, { code })).location).not.toBe('/account/second-factor')
  })

  describe('is asked for a sign-in of just now, which it cannot tell', () => {
    let app: TestClient
    beforeAll(async () => {
      await made({ name: 'timeless', strategy: 'oauth2', options: plainOptions(plain) })
      app = await createThirdPartyClient(services)
    })

    /** Comes back from the provider with what an app asked for. @returns where the person is sent */
    async function signInFor(wish: Record<string, string>) {
      const params = authorizeParams(app, { connection: 'timeless', scope: 'openid', ...wish })
      const left = (await follow(world, visitor, `/authorize?${params}`)).header('location') ?? ''
      return (await comeBack(visitor, plain.allow(left))).location ?? ''
    }

    it.each([[{ prompt: 'login' }], [{ max_age: '60' }]])('%j: a mailed code is the sign-in', async (wish) => {
      plain.documents['/me'] = { data: { id: 'timeless', mail: 'timeless@example.com' } }
      const page = await signInFor(wish)
      expect(page).toMatch(/^\/u\/confirm\?request=/)
      const resume = page.replace('/u/confirm', '/authorize/resume')
      // Without the code the request asks for a sign-in again.
      expect((await follow(world, visitor, resume)).header('location')).toContain(`${plain.origin}/authorize`)
      expect((await visitor.load(confirmInside, page)).value).toMatchObject({ email: 'timeless@example.com' })
      await visitor.send(confirmInside, page, { intent: 'send' })
      const code = /\d{8}/.exec(services.mailer.last('timeless@example.com').text)?.[0] ?? ''
      expect((await visitor.send(confirmInside, page, { code: '00000000' })).status).toBe(400)
      expect((await visitor.send(confirmInside, page, { code })).location).toBe(resume)
      expect((await follow(world, visitor, resume)).header('location')).toMatch(/^\/u\/consent/)
    })

    it('who has no address cannot be asked, and the app is told', async () => {
      plain.documents['/me'] = { data: { id: 'nobody' } }
      const resume = await signInFor({ max_age: '60' })
      expect(resume).toMatch(/^\/authorize\/resume/)
      expect(answerOf(await follow(world, visitor, resume))).toMatchObject({ error: 'login_required' })
      const silently = authorizeParams(app, { scope: 'openid', prompt: 'none', max_age: '60' })
      expect(answerOf(await follow(world, visitor, `/authorize?${silently}`))).toMatchObject({
        error: 'login_required',
      })
    })
  })

  it('a code is mailed to nobody of whom it is known when they signed in', async () => {
    const person = await createEndUser(services, { isVerified: true })
    const browser = await openVisitorOf(services, 'account', person)
    services.clock.advance(60 * MINUTE)
    const answer = await browser.send(confirmPage, '/account/confirm?continue=/account/security', { intent: 'send' })
    expect(answer.status).toBe(403)
    expect(services.mailer.sent.some(({ to, text }) => to === person.email && /\d{8}/.test(text))).toBe(false)
  })

  it('says at the first sign-in who somebody is, and later no more, where it is told so', async () => {
    const options = { ...plainOptions(plain), set_user_root_attributes: 'on_first_login' }
    await made({ name: 'once', strategy: 'oauth2', options })
    plain.documents['/me'] = { data: { id: 1, label: 'First' } }
    await signInPlainly('once')
    plain.documents['/me'] = { data: { id: 1, label: 'Second' } }
    await signInPlainly('once')
    expect((await whoIsHere())?.name).toBe('First')
  })
})

describe('GitHub', () => {
  const options = { client_id: 'portal', client_secret: 'its secret' }
  const kim = { id: 583_231, login: 'kim', name: null, avatar_url: 'https://avatars.example.com/kim' }

  it('is asked for the person and for their confirmed address', async () => {
    await made({ name: 'github', strategy: 'github', options })
    plain.documents['/user'] = { ...kim, email: null }
    plain.documents['/user/emails'] = [
      { email: 'old@example.com', primary: false, verified: true },
      { email: 'kim@example.com', primary: true, verified: true },
    ]
    const address = new URL(await leave('github'))
    expect(address.href).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/)
    expect(address.searchParams.get('scope')).toBe('read:user user:email')
    await comeBack(visitor, plain.allow(address.href))
    expect(await whoIsHere()).toMatchObject({
      userId: 'github|583231',
      email: 'kim@example.com',
      emailVerified: true,
      name: 'kim@example.com',
      nickname: 'kim',
      picture: 'https://avatars.example.com/kim',
    })
  })

  it('without the scope for addresses tells one that is not confirmed, or none', async () => {
    await made({ name: 'github-few', strategy: 'github', options })
    plain.documents['/user'] = { ...kim, id: 2, email: 'public@example.com' }
    delete plain.documents['/user/emails']
    await signInPlainly('github-few')
    expect(await whoIsHere()).toMatchObject({ email: 'public@example.com', emailVerified: false })
  })

  it('knows a person by one id: at a second connection they are asked to use the first', async () => {
    await made({ name: 'github-again', strategy: 'github', options })
    plain.documents['/user'] = { ...kim }
    const answer = await signInPlainly('github-again')
    expect(answer.status).toBe(409)
    expect(await whoIsHere()).toBeUndefined()
  })
})

describe('Google', () => {
  it('is an OpenID Connect provider that is known by its name', async () => {
    const options = { client_id: google.client.clientId, client_secret: google.client.secret ?? '' }
    await made({ name: 'google-oauth2', strategy: 'google-oauth2', options: { ...options, profile: false } })
    const address = await leave('google-oauth2')
    expect(new URL(address).searchParams.get('scope')).toBe('openid email')
    await comeBack(visitor, await signInAtProvider(google, address))
    expect(await whoIsHere()).toMatchObject({
      userId: `google-oauth2|${google.user.user.userId}`,
      email: google.user.email,
      emailVerified: true,
    })
  })
})

describe('an OpenID Connect provider', () => {
  const signInAt = async (name: string) => comeBack(visitor, await signInAtProvider(oidc, await leave(name)))

  it.each(['client_secret_post', 'client_secret_basic'] as const)('takes a secret by %s', async (method) => {
    const name = method.replaceAll('_', '-')
    await made({ name, strategy: 'oidc', options: { ...oidcOptions(oidc), token_endpoint_auth_method: method } })
    expect((await signInAt(name)).location).toBe('/account')
  })

  it('that is given a wrong secret signs nobody in', async () => {
    const options = { ...oidcOptions(oidc), client_secret: 'another secret' }
    await made({ name: 'wrong-secret', strategy: 'oidc', options })
    expect((await signInAt('wrong-secret')).status).toBe(502)
  })

  it('is found by the address of its metadata, and its claims stand where the connection says', async () => {
    const { issuer: _, ...options } = oidcOptions(oidc)
    await made({
      name: 'by-document',
      strategy: 'oidc',
      options: {
        ...options,
        discovery_url: `${oidc.issuer}.well-known/openid-configuration`,
        attribute_map: { attributes: { name: 'nickname' } },
      },
    })
    await signInAt('by-document')
    expect((await whoIsHere())?.name).toBe(oidc.user.user.nickname)
  })

  it('that is told not to send a profile is asked for it with the token', async () => {
    const app = await createFirstPartyClient(oidc.services, {
      isFirstParty: false,
      thirdPartySecurityMode: 'permissive',
    })
    await made({ name: 'little', strategy: 'oidc', options: { ...oidcOptions({ ...oidc, client: app }) } })
    await signInAt('little')
    expect(await whoIsHere()).toMatchObject({ email: oidc.user.email, emailVerified: true })
  })

  describe('to which this server proves itself by a key', () => {
    let connection: Connection
    let client: TestClient

    /** Tells the provider the keys that the connection has. */
    async function publish() {
      const { db, clock } = oidc.services
      const { clientId } = client
      const known = new Set((await listClientKeys(db, { clientId })).map(({ kid }) => kid))
      const { json } = await world.machine.get(`/.well-known/connections/${connection.id}/jwks.json`)
      for (const publicJwk of json.keys as { kid: string; alg: 'ES256' }[]) {
        const { kid, alg } = publicJwk
        if (known.has(kid)) continue
        const times = { createdAt: clock.now(), updatedAt: clock.now(), lastUsedAt: null, expiresAt: null }
        await db.run(
          insertClientKey({ id: `cred_${kid}`, clientId, name: 'A key', kid, alg, publicJwk, enabled: true, ...times }),
        )
      }
    }

    beforeAll(async () => {
      client = await createFirstPartyClient(oidc.services, {
        tokenEndpointAuthMethod: 'private_key_jwt',
      })
      connection = await made({
        name: 'by-key',
        strategy: 'oidc',
        options: {
          issuer: oidc.issuer,
          client_id: client.clientId,
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
        },
      })
    })

    it('is refused while the provider does not know the key, and not afterwards', async () => {
      expect((await signInAt('by-key')).status).toBe(502)
      await publish()
      expect((await signInAt('by-key')).location).toBe('/account')
    })

    it('goes on through a rotation, without a moment in which the provider does not know the key', async () => {
      const { ctx } = await findOwner(services)
      services.clock.advance(11 * MINUTE)
      const [before] = await listConnectionKeys(services.db, { connectionId: connection.id })
      await rotateConnectionKeys(ctx, connection)
      expect((await signInAt('by-key')).location).toBe('/account')
      await publish()
      await rotateConnectionKeys(ctx, connection)
      expect((await signInAt('by-key')).location).toBe('/account')
      services.clock.advance(11 * MINUTE)
      expect((await signInAt('by-key')).location).toBe('/account')
      await rotateConnectionKeys(ctx, connection)
      const after = await listConnectionKeys(services.db, { connectionId: connection.id })
      expect(after.map(({ kid }) => kid)).not.toContain(before?.kid)
      expect(after.every(({ alg }) => alg === 'ES256')).toBe(true)
    })

    it('publishes nothing of the private key', async () => {
      const { text } = await world.machine.get(`/.well-known/connections/${connection.id}/jwks.json`)
      expect(text).not.toMatch(/"d":/)
      expect(text).toContain('"x5c":')
    })
  })

  it('that changes its secret is believed with the new one at once', async () => {
    const { ctx } = await findOwner(services)
    const options = oidcOptions(oidc)
    const connection = await made({ name: 'changing', strategy: 'oidc', options: { ...options, client_secret: 'old' } })
    expect((await signInAt('changing')).status).toBe(502)
    await changeConnection(ctx, connection, { options })
    expect((await signInAt('changing')).location).toBe('/account')
    const { userId } = (await whoIsHere()) ?? { userId: '' }
    expect(await listIdentities(services.db, { userId })).toHaveLength(1)
  })
})
