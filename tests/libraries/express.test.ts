/** Two libraries for applications on Express; the second looks at the profile as well. */
import { randomBytes } from 'node:crypto'
import express from 'express'
import { auth, requiresAuth } from 'express-openid-connect'
import session from 'express-session'
import passport from 'passport'
import Auth0Strategy from 'passport-auth0'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { listenTls, type Prepared, startTenant } from './tenant'
import { openUserAgent } from './user-agent'

let tenant: Prepared<{
  implicit: TestClient
  code: TestClient
  passport: TestClient
  thirdParty: TestClient
  letOff: TestClient
}>
let ports: number[]

const originOf = (index: number) => `https://localhost:${ports[index]}`

beforeAll(async () => {
  ports = [await findFreePort(), await findFreePort(), await findFreePort(), await findFreePort(), await findFreePort()]
  tenant = await startTenant(async ({ firstParty, thirdParty }) => {
    const settings = (index: number, grantTypes: string[]) => ({
      callbacks: [`${originOf(index)}/callback`],
      allowedLogoutUrls: [originOf(index)],
      grantTypes,
    })
    return {
      implicit: await firstParty(settings(0, ['implicit'])),
      code: await firstParty(settings(1, ['authorization_code', 'refresh_token'])),
      passport: await firstParty(settings(2, ['authorization_code'])),
      thirdParty: await thirdParty(settings(3, ['authorization_code'])),
      letOff: await thirdParty({ ...settings(4, ['authorization_code']), pkce: 'optional' }),
    }
  })
})

afterAll(() => expect(tenant.problems()).toBe(''))

/** An application that says who is signed in, and a person at it. */
async function openApplication(index: number, client: TestClient, given: object = {}) {
  const app = express()
  app.use(
    auth({
      issuerBaseURL: tenant.issuer,
      baseURL: originOf(index),
      clientID: client.clientId,
      secret: randomBytes(32).toString('hex'),
      authRequired: false,
      idpLogout: true,
      ...given,
    }),
  )
  app.get('/whoami', requiresAuth(), (request, response) => void response.json(request.oidc.user))
  app.get('/refresh', requiresAuth(), async ({ oidc }, response) => {
    const before = { accessToken: oidc.accessToken?.access_token, refreshToken: oidc.refreshToken }
    const after = await oidc.accessToken?.refresh()
    const profile = await oidc.fetchUserInfo()
    response.json({ before, after: { accessToken: after?.access_token, refreshToken: oidc.refreshToken }, profile })
  })
  await listenTls(ports[index] ?? 0, app)
  return openUserAgent(tenant.email)
}

describe('express-openid-connect', () => {
  it('signs in by its default, an ID token that is posted, and out again', async () => {
    const agent = await openApplication(0, tenant.made.implicit)
    const page = await agent.visit(`${originOf(0)}/whoami`)
    expect(JSON.parse(page.text)).toMatchObject({ email: tenant.email })
    expect((await agent.visit(`${originOf(0)}/logout`)).url.origin).toBe(originOf(0))
    const again = await agent.visit(`${originOf(0)}/whoami`, { signIn: false })
    expect(again.url.pathname).toBe('/u/login')
  })

  it('signs in with a code, refreshes, and calls userinfo with what it got', async () => {
    const { code } = tenant.made
    const agent = await openApplication(1, code, {
      clientSecret: code.secret,
      authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
    })
    const page = await agent.visit(`${originOf(1)}/whoami`)
    expect(JSON.parse(page.text)).toMatchObject({ email: tenant.email })
    const { before, after, profile } = JSON.parse((await agent.visit(`${originOf(1)}/refresh`)).text)
    expect(before).toEqual({ accessToken: expect.stringMatching(/^at_/), refreshToken: expect.any(String) })
    expect(after.accessToken).toMatch(/^at_/)
    expect(after.accessToken).not.toBe(before.accessToken)
    expect(profile).toMatchObject({ email: tenant.email })
  })
})

describe('passport-auth0', () => {
  async function openPassport(index: number, client: TestClient, given: object = {}): Promise<string> {
    const app = express()
    app.use(session({ secret: randomBytes(32).toString('hex'), resave: false, saveUninitialized: true }))
    const strategy = new Auth0Strategy(
      {
        domain: new URL(tenant.issuer).host,
        clientID: client.clientId,
        clientSecret: client.secret ?? '',
        callbackURL: `${originOf(index)}/callback`,
        ...given,
      },
      (_access, _refresh, _extra, profile, done) => done(null, profile),
    )
    const door = new passport.Passport()
    door.use(strategy)
    door.serializeUser((user, done) => done(null, user))
    door.deserializeUser((user: Express.User, done) => done(null, user))
    app.use(door.session())
    app.get('/sign-in', door.authenticate('auth0', { scope: 'openid email profile' }))
    app.get('/callback', door.authenticate('auth0'), (request, response) => void response.json(request.user))
    await listenTls(ports[index] ?? 0, app)
    return `${originOf(index)}/sign-in`
  }

  it('signs in, and reads the profile from userinfo', async () => {
    const signIn = await openPassport(2, tenant.made.passport)
    const page = await openUserAgent(tenant.email).visit(signIn)
    expect(JSON.parse(page.text)).toMatchObject({ provider: 'auth0', emails: [{ value: tenant.email }] })
  })

  it('signs in at its defaults to a third-party app that need not send a challenge', async () => {
    const page = await openUserAgent(tenant.email).visit(await openPassport(4, tenant.made.letOff))
    expect(JSON.parse(page.text)).toMatchObject({ provider: 'auth0', emails: [{ value: tenant.email }] })
  })

  it('signs in to a third-party app with a challenge, and is told when the person refuses', async () => {
    const signIn = await openPassport(3, tenant.made.thirdParty, { pkce: true })
    const page = await openUserAgent(tenant.email).visit(signIn)
    expect(JSON.parse(page.text)).toMatchObject({ provider: 'auth0', emails: [{ value: tenant.email }] })
    const refused = await openUserAgent(tenant.email, undefined, 'deny').visit(signIn)
    expect([refused.url.pathname, refused.url.searchParams.get('error'), refused.text]).toEqual([
      '/callback',
      'access_denied',
      'Unauthorized',
    ])
  })
})
