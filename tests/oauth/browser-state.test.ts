/** What a browser keeps: whose name it has, what other sites' pages send along, and two sign-ins at a time. */
import { beforeAll, describe, expect, it } from 'vitest'
import { cookieName } from '~/platform/cookies'
import * as consent from '~/routes/u.consent'
import * as login from '~/routes/u.login'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, PASSWORD, type Person } from '~tests/support/people'
import { keepCookies, openVisitor, type Visitor } from '~tests/support/visitor'
import { follow, tokenOf } from '../account/account-world'
import { answerOf, authorizeParams, CALLBACK, createWorld, pendingId, type World } from './authorization-world'

let world: World
let app: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
})

/** A browser that has no cookie yet. */
function openFreshBrowser(): Visitor {
  const visitor = openVisitor(world.services)
  for (const name of Object.keys(visitor.cookies)) delete visitor.cookies[name]
  return visitor
}

describe('in a fresh browser', () => {
  /** Two tabs ask before either has an answer: no request carries a cookie of the other's answer. */
  async function beginTwo(browser: Visitor): Promise<[string, string]> {
    const ask = () => follow(world, { ...browser, cookies: {} }, `/authorize?${authorizeParams(app)}`)
    const answers = await Promise.all([ask(), ask()])
    for (const { header } of answers)
      keepCookies(world.services, browser.cookies, new Headers({ 'set-cookie': header('set-cookie') ?? '' }))
    const [first, second] = answers.map((answer) => pendingId(answer, 'login'))
    return [first ?? '', second ?? '']
  }

  async function finish(browser: Visitor, id: string, person: Person): Promise<Record<string, string>> {
    const fields = { username: person.email, password: PASSWORD }
    const signedIn = await browser.send(login, `/u/login?request=${id}`, fields)
    const asked = await follow(world, browser, signedIn.location ?? '')
    if (!asked.header('location')?.startsWith('/u/consent')) return answerOf(asked)
    const page = `/u/consent?request=${id}`
    const asking = await browser.load(consent, page)
    const [token, { shown }] = [tokenOf(asking), asking.value as { shown: string }]
    const scope = ['openid', 'profile', 'email', 'offline_access']
    const allowed = await browser.send(consent, page, { decision: 'allow', scope, shown }, { token })
    return answerOf(await follow(world, browser, allowed.location ?? ''))
  }

  it('two sign-ins that began at the same moment both come to their end', async () => {
    const person = await createEndUser(world.services)
    const browser = openFreshBrowser()
    const [first, second] = await beginTwo(browser)
    expect((await finish(browser, first, person)).code).toBeDefined()
    expect((await finish(browser, second, person)).code).toBeDefined()
  })

  it('a form that was shown before another answer came is still good', async () => {
    const person = await createEndUser(world.services)
    const browser = openFreshBrowser()
    const open = async () => {
      const answer = await follow(world, { ...browser, cookies: {} }, `/authorize?${authorizeParams(app)}`)
      keepCookies(world.services, browser.cookies, new Headers({ 'set-cookie': answer.header('set-cookie') ?? '' }))
      return pendingId(answer, 'login')
    }
    const id = await open()
    const shown = browser.context().request.visitorId
    await open()
    const form_token = (await import('~/platform/form-token')).createFormToken(world.services.encryption, shown)
    const fields = { username: person.email, password: PASSWORD, form_token }
    expect((await browser.send(login, `/u/login?request=${id}`, fields)).location).toContain('/authorize/resume')
  })

  it('keeps no more ids than a person opens pages at once', async () => {
    const cookies = Object.fromEntries([...Array(20).keys()].map((index) => [`visitor-${index}`, `vis_${index}`]))
    const answer = await world.machine.app.inject({
      url: `/authorize?${authorizeParams(app)}`,
      headers: {
        cookie: Object.entries(cookies)
          .map(([name, value]) => `${cookieName(world.services.config, name)}=${value}`)
          .join('; '),
      },
    })
    const cleared = answer.cookies.filter(({ maxAge }) => maxAge === 0).map(({ name }) => name)
    expect(cleared).toEqual([16, 17, 18, 19].map((index) => `devportal-3000-visitor-${index}`))
  })
})

describe('cookies', () => {
  it('over plain http have names of our own, with the port: other programs of the host have their own', async () => {
    const { cookies } = await world.machine.app.inject(`/authorize?${authorizeParams(app)}`)
    expect(cookies).toEqual([
      expect.objectContaining({
        name: expect.stringMatching(/^devportal-3000-visitor-/),
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
      }),
    ])
  })

  it('over plain http of another program count for nothing', async () => {
    const { user, machine } = world
    const headers = { cookie: `session=something; visitor-1=something; devportal-4000-session=${user.user.userId}` }
    const answer = await machine.get(`/authorize?${authorizeParams(app, { prompt: 'none' })}`, { headers })
    expect(answerOf(answer).error).toBe('login_required')
  })
})

describe('over https', () => {
  let secure: World
  let spa: TestClient
  let cookies: { name: string; value: string; secure?: boolean; httpOnly?: boolean; sameSite?: string }[]

  beforeAll(async () => {
    secure = await createWorld({ ISSUER: 'https://login.example.com/' })
    spa = await createFirstPartyClient(secure.services, { appType: 'spa', allowedLogoutUrls: [CALLBACK] })
    const browser = openVisitor(secure.services)
    const asked = await follow(secure, browser, `/authorize?${authorizeParams(spa)}`)
    const fields = { username: secure.user.email, password: PASSWORD }
    const signedIn = await browser.send(login, `/u/login?request=${pendingId(asked, 'login')}`, fields)
    cookies = signedIn.headers.getSetCookie().map((line) => {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      const sameSite = attributes.find((one) => one.startsWith('SameSite='))?.slice(9)
      return { name, value, secure: attributes.includes('Secure'), httpOnly: attributes.includes('HttpOnly'), sameSite }
    })
  })

  /** What a browser sends along when a page of another site asks in a frame. */
  const inFrame = (path: string) => {
    const sent = cookies.filter(({ sameSite }) => sameSite === 'None').map(({ name, value }) => `${name}=${value}`)
    return secure.machine.get(path, { headers: { cookie: sent.join('; '), 'sec-fetch-site': 'cross-site' } })
  }

  it('a sign-in gives the session to our pages, and a way to it for frames of apps', () => {
    expect(cookies.map(({ name, sameSite }) => [name, sameSite])).toEqual([
      ['__Host-session', 'Lax'],
      ['__Host-silent_session', 'None'],
    ])
    for (const cookie of cookies) expect(cookie).toMatchObject({ secure: true, httpOnly: true })
  })

  it('an app at another site signs in silently in a frame, and its page alone reads the answer', async () => {
    const params = authorizeParams(spa, { prompt: 'none', response_mode: 'web_message' })
    const answer = await inFrame(`/authorize?${params}`)
    expect(answer.text).toMatch(/"code":"ac_/)
    expect(answer.header('content-security-policy')).toContain(`frame-ancestors ${new URL(CALLBACK).origin}`)
  })

  it('nothing else counts in a frame of another site: no page of an authorization, no sign-out', async () => {
    expect(pendingId(await inFrame(`/authorize?${authorizeParams(spa)}`), 'login')).toMatch(/^req_/)
    await inFrame(`/v2/logout?client_id=${spa.clientId}`)
    await inFrame(`/oidc/logout?client_id=${spa.clientId}`)
    const again = await inFrame(`/authorize?${authorizeParams(spa, { prompt: 'none' })}`)
    expect(answerOf(again).code).toBeDefined()
  })
})
