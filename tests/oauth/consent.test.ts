import { beforeAll, describe, expect, it } from 'vitest'
import { addTester } from '~/domain/apps/testers'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { findGrant, upsertGrant } from '~db/queries/grants'
import {
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  requireApp,
  type TestClient,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, type Person } from '~tests/support/people'
import {
  API,
  answerOf,
  authorizeParams,
  createWorld,
  decide,
  obtainCode,
  openBrowser,
  pendingId,
  redeem,
  type World,
} from './authorization-world'

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
})

const newPerson = (): Promise<Person> => createEndUser(world.services)

describe('a third-party app is asked for, always', () => {
  it('whatever the API’s setting says', async () => {
    const browser = await openBrowser(world, await newPerson())
    pendingId(await browser.authorize(authorizeParams(app, { audience: API, scope: 'read:items' })), 'consent')
  })

  it('even for openid alone, and with prompt=none it is consent_required', async () => {
    const browser = await openBrowser(world, await newPerson())
    pendingId(await browser.authorize(authorizeParams(app, { scope: 'openid' })), 'consent')
    expect(answerOf(await browser.authorize(authorizeParams(app, { scope: 'openid', prompt: 'none' }))).error).toBe(
      'consent_required',
    )
  })

  it('again for a wider scope, and then for all of it', async () => {
    const person = await newPerson()
    await obtainCode(world, app, { scope: 'openid profile' }, person)
    const browser = await openBrowser(world, person)
    answerOf(await browser.authorize(authorizeParams(app, { scope: 'openid profile' })))
    answerOf(await browser.authorize(authorizeParams(app, { scope: 'openid' })))
    pendingId(await browser.authorize(authorizeParams(app, { scope: 'openid profile email' })), 'consent')
  })

  it('for each API, and for each person', async () => {
    const person = await newPerson()
    await obtainCode(world, app, { scope: 'openid' }, person)
    pendingId(
      await (await openBrowser(world, person)).authorize(authorizeParams(app, { scope: 'openid', audience: API })),
      'consent',
    )
    pendingId(
      await (await openBrowser(world, await newPerson())).authorize(authorizeParams(app, { scope: 'openid' })),
      'consent',
    )
  })

  it('again with prompt=consent although a grant covers everything', async () => {
    const person = await newPerson()
    await obtainCode(world, app, {}, person)
    pendingId(
      await (await openBrowser(world, person)).authorize(authorizeParams(app, { prompt: 'consent' })),
      'consent',
    )
  })

  it.each(['http://localhost:4000/callback', 'http://127.0.0.1:4000/callback', 'com.example.app:/callback'])(
    'each time at %s, which anybody on the machine could claim (RFC 8252 §8.6)',
    async (callback) => {
      const native = await createThirdPartyClient(world.services, { appType: 'native', callbacks: [callback] })
      const person = await newPerson()
      await obtainCode(world, native, { redirect_uri: callback }, person)
      pendingId(
        await (await openBrowser(world, person)).authorize(authorizeParams(native, { redirect_uri: callback })),
        'consent',
      )
    },
  )

  it('although a row says that everything was granted to another app of the same name', async () => {
    const person = await newPerson()
    const twin = await createThirdPartyClient(world.services, { name: app.client.name })
    await obtainCode(world, twin, {}, person)
    pendingId(await (await openBrowser(world, person)).authorize(authorizeParams(app)), 'consent')
  })
})

describe('the decision', () => {
  it('gives the ticked scopes and no other, and says so in the answer', async () => {
    const person = await newPerson()
    const browser = await openBrowser(world, person)
    const { newPkce } = await import('./authorization-world')
    const { verifier, challenge } = newPkce()
    const asked = await browser.authorize(
      authorizeParams(app, { scope: 'openid profile email offline_access', code_challenge: challenge }),
    )
    const answer = await decide(world, browser, pendingId(asked, 'consent'), ['email', 'delete:items', 'phone'])
    const tokens = await redeem(world, app, { code: answerOf(answer).code ?? '', verifier })
    expect(tokens.json).toMatchObject({ scope: 'openid email' })
    expect(tokens.json.refresh_token).toBeUndefined()
    const grant = await findGrant(
      world.services.db,
      person.user.userId,
      app.clientId,
      userinfoAudience(world.services.config.issuer),
    )
    expect(grant?.scope).toEqual(['openid', 'email'])
  })

  it('deny goes back as access_denied, in Auth0’s words, and grants nothing', async () => {
    const person = await newPerson()
    const browser = await openBrowser(world, person)
    const answer = await decide(
      world,
      browser,
      pendingId(await browser.authorize(authorizeParams(app)), 'consent'),
      'deny',
    )
    expect(answerOf(answer)).toMatchObject({
      error: 'access_denied',
      error_description: 'User did not authorize the request',
      state: 'the state',
    })
    expect(
      await findGrant(
        world.services.db,
        person.user.userId,
        app.clientId,
        userinfoAudience(world.services.config.issuer),
      ),
    ).toBeUndefined()
  })

  it('of one person does not count for another who signs in in the same browser', async () => {
    const browser = await openBrowser(world, await newPerson())
    const id = pendingId(await browser.authorize(authorizeParams(app)), 'consent')
    await decide(world, browser, id, ['profile']).catch(() => {})
    const other = await openBrowser(world, await newPerson())
    other.cookies['visitor-1'] = browser.cookies['visitor-1'] ?? ''
    const again = pendingId(await browser.authorize(authorizeParams(app, { prompt: 'consent' })), 'consent')
    const { allowConsent } = await import('~/domain/grants/answer-consent')
    const { findPendingAuthorization } = await import('~/domain/grants/pending-authorization')
    const { findSession } = await import('~/domain/sessions/sessions')
    const { visitorContext } = await import('~tests/support/context')
    const ctx = visitorContext(world.services, { cookies: browser.cookies })
    const pending = await findPendingAuthorization(ctx, again)
    const live = await findSession(ctx, 'account')
    if (!pending || !live) throw new Error('nothing is pending')
    await allowConsent(ctx, pending, live, ['openid', 'profile'])
    pendingId(await other.get(`/authorize/resume?request=${again}`), 'consent')
  })
})

describe('a first-party client', () => {
  it('is not asked for where there is no API', async () => {
    const client = await createFirstPartyClient(world.services)
    answerOf(await (await openBrowser(world, await newPerson())).authorize(authorizeParams(client)))
  })

  it('is asked for where the API says so, and not where it says to skip it', async () => {
    const { createApi } = await import('~tests/support/fixtures')
    await createApi(world.services, {
      identifier: 'https://skip.example.com/',
      skipConsentForVerifiableFirstPartyClients: true,
    })
    await createApi(world.services, {
      identifier: 'https://ask.example.com/',
      skipConsentForVerifiableFirstPartyClients: false,
    })
    const client = await createFirstPartyClient(world.services)
    const person = await newPerson()
    pendingId(
      await (await openBrowser(world, person)).authorize(
        authorizeParams(client, { audience: 'https://ask.example.com/' }),
      ),
      'consent',
    )
    answerOf(
      await (await openBrowser(world, person)).authorize(
        authorizeParams(client, { audience: 'https://skip.example.com/' }),
      ),
    )
    const local = await createFirstPartyClient(world.services, {
      callbacks: ['http://localhost:4000/', 'https://app.example.com/callback'],
    })
    pendingId(
      await (await openBrowser(world, person)).authorize(
        authorizeParams(local, { audience: 'https://skip.example.com/' }),
      ),
      'consent',
    )
  })
})

describe('an app that is not approved', () => {
  it('works for its team and named testers, and refuses everybody else with a page that says so', async () => {
    const partner = await createPartner(world.services, { email: 'maker@example.com' })
    const draft = await createPortalApp(partner)
    const tester = await createEndUser(world.services, { email: 'tester@example.com', isVerified: true })
    const member = await createEndUser(world.services, { email: 'MAKER@example.com', isVerified: true })
    await addTester(partner.ctx, await requireApp(world.services, draft.clientId), 'Tester@Example.com')
    for (const person of [tester, member]) {
      pendingId(
        await (await openBrowser(world, person)).authorize(authorizeParams(draft, { scope: 'openid' })),
        'consent',
      )
    }
    const refused = await (await openBrowser(world, await newPerson())).authorize(
      authorizeParams(draft, { scope: 'openid' }),
    )
    expect(refused.status).toBe(403)
    expect(refused.header('location')).toBeUndefined()
    expect(refused.text).toContain('is not open to everyone yet')
  })

  it('asks whoever is named as a tester, and leads nobody to it before they have allowed it', async () => {
    const partner = await createPartner(world.services)
    const draft = await createPortalApp(partner)
    const named = await createEndUser(world.services, { isVerified: true })
    await addTester(partner.ctx, await requireApp(world.services, draft.clientId), named.email)
    const silent = authorizeParams(draft, { scope: 'openid', prompt: 'none' })
    const before = await (await openBrowser(world, named)).authorize(silent)
    expect(before.header('location')).toBeUndefined()
    expect(before.text).toContain('access_denied')
    await obtainCode(world, draft, { scope: 'openid' }, named)
    const after = await (await openBrowser(world, named)).authorize(silent)
    expect(after.header('location')).toContain('code=')
  })

  it('is for nobody by an address that is not confirmed: a tester’s, or one of the team', async () => {
    const partner = await createPartner(world.services, { email: 'founder@example.com' })
    const draft = await createPortalApp(partner)
    await addTester(partner.ctx, await requireApp(world.services, draft.clientId), 'claimed@example.com')
    for (const email of ['claimed@example.com', 'founder@example.com']) {
      const claimer = await createEndUser(world.services, { email })
      const browser = await openBrowser(world, claimer)
      expect((await browser.authorize(authorizeParams(draft, { scope: 'openid' }))).status).toBe(403)
    }
  })

  it('is no open redirector: a refusal before anybody is known stops at a page of ours (RFC 9700 §4.11.2)', async () => {
    const draft = await createPortalApp(await createPartner(world.services))
    const answer = await (await openBrowser(world)).authorize(authorizeParams(draft, { prompt: 'none' }))
    expect(answer.header('location')).toBeUndefined()
    expect(answer.text).toContain('login_required')
  })

  it('cannot ask beyond what it is registered for', async () => {
    const partner = await createPartner(world.services, { email: 'narrow@example.com' })
    const draft = await createPortalApp(partner, {
      scopeRequests: [{ audience: API, scope: 'read:items', reason: 'To show them to you', required: true }],
    })
    const member = await createEndUser(world.services, { email: 'narrow@example.com', isVerified: true })
    const browser = await openBrowser(world, member)
    pendingId(await browser.authorize(authorizeParams(draft, { scope: 'openid read:items', audience: API })), 'consent')
    const answer = answerOf(
      await browser.authorize(authorizeParams(draft, { scope: 'openid read:items delete:items', audience: API })),
    )
    expect(answer).toMatchObject({ error: 'invalid_scope', error_description: expect.stringContaining('delete:items') })
  })
})

it('a grant row that somebody wrote does not help at a claimable callback', async () => {
  const native = await createThirdPartyClient(world.services, { appType: 'native', callbacks: ['com.example.app:/cb'] })
  const { user } = world.user
  const audience = userinfoAudience(world.services.config.issuer)
  await world.services.db.run(
    upsertGrant({
      id: 'grt_written',
      userId: user.userId,
      clientId: native.clientId,
      audience,
      scope: ['openid'],
      createdAt: 0,
      updatedAt: 0,
      lastUsedAt: null,
    }),
  )
  const browser = await openBrowser(world, world.user)
  pendingId(
    await browser.authorize(authorizeParams(native, { redirect_uri: 'com.example.app:/cb', scope: 'openid' })),
    'consent',
  )
})
