/** What stands before every page: where a form comes from, what cookies are, and what the wire may not say. */
import { beforeAll, describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '~/platform/content-security-policy'
import { createFormToken, FORM_TOKEN_FIELD } from '~/platform/form-token'
import { createEndUser, createPartner, PASSWORD } from '~tests/support/people'
import { OWNER } from '~tests/support/test-environment'
import { pageDoors } from './doors'
import { type Received, type Server, startServer } from './server'

let server: Server
let origin: string

beforeAll(async () => {
  server = await startServer()
  origin = new URL(server.services.config.issuer).origin
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const sendForm = (headers: Record<string, string>, target = '/portal/sign-in') =>
  server.send(target, { method: 'POST', headers: { ...FORM, ...headers }, body: 'username=a%40example.com' })

/** What a browser says that it reads. */
const BROWSER = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }

/** A form that passed the wall is refused for its missing token, with a page. */
const PASSED = 'out of date'

describe('a form', () => {
  it('of a page of ours is looked at, whichever way the browser says where it comes from', async () => {
    const ours: Record<string, string>[] = [{ 'sec-fetch-site': 'same-origin' }, { origin }]
    for (const headers of ours) {
      const answer = await sendForm(headers)
      expect([answer.status, answer.text.includes(PASSED)]).toEqual([403, true])
    }
  })

  it.each<[string, Record<string, string>]>([
    ['no place', {}],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['an origin that hides itself', { origin: 'null' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['a foreign site', { 'sec-fetch-site': 'cross-site' }],
    ['a bookmark', { 'sec-fetch-site': 'none' }],
    ['a sister site that names our origin', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }],
  ])('from %s is not read', async (_from, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await server.send('/portal/sign-in', { method, headers: { ...FORM, ...headers }, body: 'a=b' })
      expect([answer.status, answer.text.includes('not sent from a page of this site')], method).toEqual([403, true])
    }
  })

  it.each(pageDoors)('from a foreign origin is not read, nor is its data: %s', async (path) => {
    for (const target of [path, `${path.replace(/^\/$/, '/_root').replace('?', '')}.data`]) {
      const headers = { ...FORM, ...BROWSER, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
      const answer = await server.send(target, { method: 'POST', headers, body: 'a=b' })
      expect([answer.status, answer.text], target).toEqual([
        403,
        expect.stringContaining('not sent from a page of this'),
      ])
    }
  })

  it('from a foreign origin is not read though a header says that it was sent to that origin', async () => {
    const headers = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', host: 'evil.example' }
    expect((await sendForm(headers)).text).toContain('not sent from a page of this site')
  })

  it('passes by no check with the parameter of the framework', async () => {
    for (const method of ['GET', 'POST']) {
      const target = '/portal/sign-in?x=1&_data=routes%2Fportal.sign-in'
      const answer = await server.send(target, { method, headers: { ...FORM, origin }, body: 'a=b' })
      expect([answer.status, answer.text]).toEqual([400, 'There is no such page.\n'])
    }
  })
})

/** The directives of a policy by their names. */
const directivesOf = ({ headers }: Received): Record<string, string> =>
  Object.fromEntries(
    String(headers['content-security-policy'])
      .split('; ')
      .map((directive) => [directive.split(' ', 1)[0] ?? '', directive.slice(directive.indexOf(' ') + 1)]),
  )

describe('a page', () => {
  const PAGES = ['/portal/sign-in', '/admin/sign-in', '/account/sign-in', '/docs', '/no-such-page']

  it.each(PAGES)('is framed by nobody, stored by nobody, and is of the type that it says: %s', async (path) => {
    const page = await server.send(path, { headers: BROWSER })
    const policy = directivesOf(page)
    for (const name of ['frame-ancestors', 'default-src', 'base-uri', 'object-src'])
      expect([name, policy[name]]).toEqual([name, "'none'"])
    expect(policy['form-action']).toBe(path === '/account/sign-in' ? undefined : "'self'")
    expect(page.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    })
  })

  it('runs the scripts of the program alone, each page by a word of its own', async () => {
    const pages = [await server.send('/portal/sign-in'), await server.send('/portal/sign-in')]
    const nonces = pages.map((page) => {
      const scripts = directivesOf(page)['script-src'] ?? ''
      const nonce = /^'self' 'nonce-([\w+/=-]{16,})'$/.exec(scripts)?.[1]
      for (const [script] of page.text.matchAll(/<script(?! src)[^>]*>/g)) expect(script).toContain(`nonce="${nonce}"`)
      return nonce
    })
    expect(new Set([undefined, ...nonces]).size).toBe(3)
  })

  it('is asked for over TLS for a year where the program is served over it, and nowhere else', async () => {
    const secure = await startServer({ ISSUER: 'https://login.example.com/' })
    for (const path of ['/portal/sign-in', '/oauth/token', '/api/v2/clients', '/favicon.svg', '/readyz', '//nowhere'])
      for (const [site, said] of [
        [secure, 'max-age=31536000'],
        [server, undefined],
      ] as const)
        expect((await site.send(path)).headers['strict-transport-security'], path).toBe(said)
  })

  it('without the program behind it is as closed', async () => {
    const page = await server.send('/authorize?client_id=nobody', { headers: { accept: 'text/html' } })
    expect([page.status, page.text.slice(0, 15).toLowerCase()]).toEqual([400, '<!doctype html>'])
    expect(directivesOf(page)).toMatchObject({
      'default-src': "'none'",
      'frame-ancestors': "'none'",
      'form-action': "'none'",
    })
    expect(page.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
  })

  it('is given a request that does not say where it was sent to', async () => {
    const echo = await startServer({}, async ({ url, headers }) =>
      Response.json({ url, ...Object.fromEntries(headers) }),
    )
    const lies = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher', origin }
    const { text } = await echo.send('http://evil.example/docs', { headers: lies })
    expect(JSON.parse(text)).toEqual({ url: `${origin}/docs`, host: new URL(origin).host, connection: 'keep-alive' })
  })

  it('is that of the issuer, whatever the wire says of the host', async () => {
    const lies = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' }
    for (const target of [
      '/account/security',
      'http://evil.example/account/security',
      '/.well-known/openid-configuration',
    ]) {
      const answer = await server.send(target, { headers: lies })
      expect([302, 200], target).toContain(answer.status)
      expect(JSON.stringify(answer.headers) + answer.text, target).not.toContain('evil.example')
    }
  })

  it('answers at one spelling of its address', async () => {
    expect((await server.send('/portal/sign-in')).status).toBe(200)
    for (const path of [
      '/PORTAL/sign-in',
      '/portal/Sign-In',
      '//portal/sign-in',
      '/portal//sign-in',
      '/%2fportal/sign-in',
      '/portal\\sign-in',
      '/\\evil.example/portal/sign-in',
      '/x/../portal/sign-in',
      '/x/%2E%2e/portal/sign-in',
      '/./portal/sign-in',
    ])
      expect((await server.send(path)).status, path).toBe(404)
  })

  it('that shares its address with an endpoint answers what the endpoint does not', async () => {
    const { status, text } = await server.send('/login/callback?state=x')
    expect([status, text.includes('<!DOCTYPE html>')]).toEqual([410, true])
  })

  it('sets cookies that no script reads, and no other site sends', async () => {
    const secure = await startServer({ ISSUER: 'https://login.example.com/' })
    for (const [{ send }, isSecure] of [
      [server, false],
      [secure, true],
    ] as const) {
      const cookies = [(await send('/portal/sign-in')).headers['set-cookie'] ?? []].flat()
      expect(cookies.length).toBeGreaterThan(0)
      for (const cookie of cookies) {
        expect(cookie).toMatch(/; *httponly/i)
        expect(cookie).toMatch(/; *samesite=(lax|strict|none)/i)
        expect(/; *secure/i.test(cookie)).toBe(isSecure)
        if (/samesite=none/i.test(cookie)) expect(cookie).toMatch(/; *secure/i)
      }
    }
  })
})

describe('an answer to programs', () => {
  it('is of the type that it says, and stored by nobody where it is about somebody', async () => {
    for (const path of ['/oauth/token', '/oauth/par', '/oauth/introspect', '/oidc/register', '/userinfo']) {
      const { headers } = await server.send(path, { method: 'POST', headers: FORM, body: 'client_id=x' })
      expect([path, headers['cache-control'], headers['x-content-type-options']]).toEqual([path, 'no-store', 'nosniff'])
    }
    for (const path of ['/.well-known/openid-configuration', '/api/v2/users', '/no-such/x', '/error-page.css'])
      expect([path, (await server.send(path)).headers['x-content-type-options']]).toEqual([path, 'nosniff'])
  })
})

describe('a session', () => {
  const ISSUER = 'https://login.example.com/'

  it.each([
    ['portal', 'portal_session=/Lax'],
    ['admin', 'admin_session=/Lax'],
    ['account', 'session=/Lax silent_session=/None'],
  ])(
    'of the area %s is held by cookies that no script reads and none but silent ones cross sites',
    async (area, kept) => {
      const { services, send } = await startServer({ ISSUER, REQUIRE_MEMBER_MFA: 'false' })
      const username =
        area === 'admin'
          ? OWNER.email
          : (area === 'portal' ? await createPartner(services) : await createEndUser(services, { isVerified: true }))
              .email
      const visitorId = 'a-browser'
      const form = { [FORM_TOKEN_FIELD]: createFormToken(services.encryption, visitorId), username, password: PASSWORD }
      const headers = { ...FORM, origin: new URL(ISSUER).origin, cookie: `__Host-visitor-1=${visitorId}` }
      const body = new URLSearchParams(form).toString()
      const answer = await send(`/${area}/sign-in`, { method: 'POST', headers, body })
      expect([302, 303], answer.text).toContain(answer.status)
      const cookies = [answer.headers['set-cookie'] ?? []].flat()
      for (const cookie of cookies) {
        expect(cookie).toMatch(/^__Host-/)
        expect(cookie).toMatch(/; *httponly/i)
        expect(cookie).toMatch(/; *secure/i)
        expect(cookie).toMatch(/; *path=\/(;|$)/i)
        expect(cookie).not.toMatch(/; *domain=/i)
      }
      expect(cookies.map((cookie) => cookie.replace(/^__Host-(\w+=).*samesite=(\w+).*$/i, '$1/$2')).join(' ')).toBe(
        kept,
      )
    },
  )
})

describe('a policy', () => {
  it.each([
    'https://a.example;frame-ancestors',
    'https://a.example,b',
    "https://a.example'",
    'https://a.example b',
    '*',
  ])('is made of sources alone, and leaves out %s', (source) => {
    expect(contentSecurityPolicy({ 'img-src': ["'self'", source] })).toBe("img-src 'self'")
    expect(contentSecurityPolicy({ 'frame-ancestors': [source] })).toBe("frame-ancestors 'none'")
  })
})

describe('an address that nobody has', () => {
  it.each([
    '/oauth/x',
    '/oidc/x',
    '/.well-known/x',
    '/dbconnections/x',
    '/mfa/x',
    '/co/x',
    '//',
    '//oauth/token',
    '/oauth//token',
    '/OAUTH/token',
  ])('is answered as programs read it: %s', async (target) => {
    for (const method of ['GET', 'POST']) {
      const answer = await server.send(target, { method })
      expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json; charset=utf-8'])
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'not_found' })
    }
  })

  it.each(['/token', '/oauth2/tokens', '/register', '/portal/no-such'])(
    'is answered to a program as it reads, and to a browser by a page: %s',
    async (target) => {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const toProgram = await server.send(target, { method, headers: { 'content-type': 'application/json' } })
        expect([toProgram.status, JSON.parse(toProgram.text).error], method).toEqual([404, 'not_found'])
        for (const sender of [origin, 'https://evil.example']) {
          const headers = { ...FORM, ...BROWSER, origin: sender }
          const toBrowser = await server.send(target, { method, headers })
          expect([toBrowser.status, toBrowser.text.includes('There is no such page')], method).toEqual([404, true])
        }
      }
    },
  )

  it.each(['/api/v2/x', '//api/v2/clients', '/api//v2/clients', '/api/v2//clients', '/API/v2/clients'])(
    'below the Management API has its form: %s',
    async (target) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await server.send(target, { method })
        expect(JSON.parse(answer.text)).toMatchObject({ statusCode: 404, error: 'Not Found' })
      }
    },
  )

  it('or cannot be read is refused in our own words', async () => {
    for (const target of ['/%zz', '/portal/%e0%a4%a', `/portal?${'a&'.repeat(300)}`, '/authorize?client_id=%00']) {
      const answer = await server.send(target)
      expect(answer.status, target).toBe(400)
      expect(answer.text, target).not.toMatch(/FST_|Route |Bad Url/i)
    }
  })
})

describe('a form that is sent round as an address', () => {
  it.each(['/authorize', '/oidc/logout', '/v2/logout'])('is bounded and written in ASCII: %s', async (path) => {
    const send = (body: string, type = FORM['content-type']) =>
      server.send(path, { method: 'POST', headers: { 'content-type': type }, body })
    const odd = await send('state=写\r\nset-cookie: x&state=2')
    expect(odd.status).toBe(303)
    expect(odd.headers.location).toBe(`${path}?state=%E5%86%99%0D%0Aset-cookie%3A+x&state=2`)
    expect((await send(`state=${'x'.repeat(9000)}`)).status).toBe(413)
    expect((await send(`state=${'写'.repeat(1500)}`)).status).toBe(413)
    expect((await send('a&'.repeat(300))).status).toBe(400)
    expect((await send('{}', 'application/json')).status).toBe(415)
  })
})
