/** Two libraries for applications on Express; the second looks at the profile as well. */
import { randomBytes } from 'node:crypto'
import express from 'express'
import { auth, requiresAuth } from 'express-openid-connect'
import session from 'express-session'
import passport from 'passport'
import Auth0Strategy from 'passport-auth0'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { type Prepared, serve, startTenant } from './tenant'
import { openUserAgent } from './user-agent'

let tenant: Prepared<{ implicit: TestClient; code: TestClient; passport: TestClient }>
let ports: number[]

const originOf = (index: number) => `http://localhost:${ports[index]}`

beforeAll(async () => {
  ports = [await findFreePort(), await findFreePort(), await findFreePort()]
  tenant = await startTenant(async ({ firstParty }) => {
    const client = (index: number, grantTypes: string[]) =>
      firstParty({
        callbacks: [`${originOf(index)}/callback`],
        allowedLogoutUrls: [originOf(index)],
        grantTypes,
      })
    return {
      implicit: await client(0, ['implicit']),
      code: await client(1, ['authorization_code', 'refresh_token']),
      passport: await client(2, ['authorization_code']),
    }
  })
})

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
  await serve(ports[index] ?? 0, app)
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

  it('signs in with a code, and keeps tokens that refresh', async () => {
    const { code } = tenant.made
    const agent = await openApplication(1, code, {
      clientSecret: code.secret,
      authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
    })
    const page = await agent.visit(`${originOf(1)}/whoami`)
    expect(JSON.parse(page.text)).toMatchObject({ email: tenant.email })
  })
})

describe('passport-auth0', () => {
  it('signs in, and reads the profile from userinfo', async () => {
    const { passport: client } = tenant.made
    const app = express()
    app.use(session({ secret: randomBytes(32).toString('hex'), resave: false, saveUninitialized: true }))
    const strategy = new Auth0Strategy(
      {
        domain: new URL(tenant.issuer).host,
        clientID: client.clientId,
        clientSecret: client.secret ?? '',
        callbackURL: `${originOf(2)}/callback`,
      },
      (_access, _refresh, _extra, profile, done) => done(null, profile),
    )
    passport.use(strategy)
    passport.serializeUser((user, done) => done(null, user))
    passport.deserializeUser((user: Express.User, done) => done(null, user))
    app.use(passport.session())
    app.get('/sign-in', passport.authenticate('auth0', { scope: 'openid email profile' }))
    app.get('/callback', passport.authenticate('auth0'), (request, response) => void response.json(request.user))
    await serve(ports[2] ?? 0, app)
    const page = await openUserAgent(tenant.email).visit(`${originOf(2)}/sign-in`)
    expect(JSON.parse(page.text)).toMatchObject({
      provider: 'auth0',
      emails: [{ value: tenant.email }],
    })
  })
})
