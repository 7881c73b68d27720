/** What strangers send costs little to refuse: bounds come before work, at doors that are open to everybody. */
import { beforeAll, describe, expect, it } from 'vitest'
import { pageFormToken } from '~/pages/form-token'
import { cookieName } from '~/platform/cookies'
import { createFormToken, FORM_TOKEN_FIELD } from '~/platform/form-token'
import { visitorContext } from '~tests/support/context'
import { createPortalApp, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createPartner, signIn } from '~tests/support/people'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'
import { BOUND, measure } from './measure'
import { type Server, startServer } from './server'

let server: Server
let origin: string
let cookie: string
let token: string
let app: TestClient

beforeAll(async () => {
  server = await startServer()
  origin = new URL(server.services.config.issuer).origin
  app = await createThirdPartyClient(server.services)
  const page = await server.send('/portal/sign-up')
  cookie = [page.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const [, visitorId = ''] = /=(.*)$/.exec(cookie) ?? []
  token = createFormToken(server.services.encryption, visitorId)
})

const MARKS = `a${'\u0315\u0300\u0316\u0321'.repeat(30_000)}`
const FORM = 'application/x-www-form-urlencoded'

it.each<[string, () => [name: string, value: string][]]>([
  ['a huge index', () => [['username[50000000]', 'x']]],
  ['a deep name', () => [[`x${'.a'.repeat(5000)}`, 'x']]],
  ['an intent of the library', () => [['__intent__', '{']]],
  ['a state of the library', () => [['__state__', '{']]],
  ['many fields', () => Array.from({ length: 20_000 }, (_, at) => [`a${at}`, ''])],
  ['one field many times', () => Array.from({ length: 2_000 }, () => ['name', 'x'])],
  ['a long value', () => [['name', 'x'.repeat(100_000)]]],
  ['a run of combining marks', () => [['organization', MARKS.slice(0, 32_000)]]],
  ['a password of digits', () => [['password', `${'1'.repeat(30_000)}a`]]],
  ['many lines', () => [['callbacks', Array.from({ length: 6_000 }, (_, at) => at.toString(36)).join('\n')]]],
])('a form with %s is refused at once', async (_what, fieldsOf) => {
  const body = new URLSearchParams([[FORM_TOKEN_FIELD, token], ...fieldsOf()]).toString()
  const headers = { 'content-type': FORM, origin, cookie }
  const [answer, cost] = await measure(() => server.send('/portal/sign-up.data', { method: 'POST', headers, body }))
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(cost).toBeLessThan(BOUND)
})

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const part = (text: string) => Buffer.from(text).toString('base64url')

it.each<[string, string, () => { body: string; headers?: Record<string, string> }]>([
  ['deep JSON', '/oauth/token', () => ({ body: `{"a":${deep(60_000)}}` })],
  ['deep JSON', '/oidc/register', () => ({ body: `{"jwks":{"keys":[{"x":${deep(20_000)}}]}}` })],
  ['many values', '/oauth/par', () => ({ body: `{"a":[${'1,'.repeat(100_000)}1]}` })],
  ['a run of marks', '/co/authenticate', () => ({ body: JSON.stringify({ username: MARKS, password: 'x' }) })],
  ['a run of marks', '/dbconnections/signup', () => ({ body: JSON.stringify({ email: MARKS, password: MARKS }) })],
  ['bytes that are no UTF-8', '/oauth/token', () => ({ body: '{"a":"\ud800"' })],
  [
    'a deep DPoP header',
    '/oauth/token',
    () => ({
      body: JSON.stringify({
        grant_type: 'refresh_token',
        client_id: app.clientId,
        client_secret: app.secret,
        refresh_token: 'x',
      }),
      headers: { dpop: `${part(`{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":${deep(4_000)}}}`)}.e30.x` },
    }),
  ],
])('%s at %s', async (_what, path, given) => {
  const { body, headers } = given()
  const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
  const [answer, cost] = await measure(() => server.send(path, sent))
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(cost).toBeLessThan(BOUND)
})

it.each(['/oauth/token', '/oauth/par', '/co/authenticate'])(
  'JSON of few values is refused for its depth at %s',
  async (path) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"a":${deep(150)}}` }
    const answer = await server.send(path, sent)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('nested more than 100 levels deep')
  },
)

describe('a list of 43,000 callbacks', () => {
  const callbacks = Array.from({ length: 43_000 }, (_, at) => at.toString(36))

  it('is refused at once by the settings of an app, as are as many as a field may hold', async () => {
    const { services } = server
    const person = await createPartner(services)
    const made = await createPortalApp(person)
    const cookies = { 'visitor-1': 'a-browser', ...(await signIn(services, 'portal', person)) }
    const headers = {
      'content-type': FORM,
      origin,
      cookie: Object.entries(cookies)
        .map(([name, value]) => `${cookieName(services.config, name)}=${value}`)
        .join('; '),
    }
    const token = await pageFormToken(visitorContext(services, { cookies }))
    for (const lines of [callbacks, callbacks.slice(0, 7_000)]) {
      const fields = {
        [FORM_TOKEN_FIELD]: token,
        intent: 'save',
        name: 'Photo Print',
        callbacks: lines.join('\n'),
      }
      const body = new URLSearchParams(fields).toString()
      const target = `/portal/apps/${made.clientId}/settings.data`
      const [answer, cost] = await measure(() => server.send(target, { method: 'POST', headers, body }))
      expect([400, 413]).toContain(answer.status)
      expect(cost).toBeLessThan(BOUND)
    }
  })

  it('is refused at once by the Management API, as are as many as a body may hold', async () => {
    const { services } = server
    const made = await createPortalApp(await createPartner(services))
    const credentials = { client_id: MANAGEMENT_CLIENT.clientId, client_secret: MANAGEMENT_CLIENT.secret }
    const asked = { grant_type: 'client_credentials', audience: `${services.config.issuer}api/v2/`, ...credentials }
    const json = { 'content-type': 'application/json' }
    const granted = await server.send('/oauth/token', { method: 'POST', headers: json, body: JSON.stringify(asked) })
    const headers = { ...json, authorization: `Bearer ${JSON.parse(granted.text).access_token}` }
    for (const list of [callbacks, callbacks.slice(0, 9_900)]) {
      const body = JSON.stringify({ callbacks: list })
      const target = `/api/v2/apps/${made.clientId}`
      const [answer, cost] = await measure(() => server.send(target, { method: 'PATCH', headers, body }))
      expect([400, 413]).toContain(answer.status)
      expect(cost).toBeLessThan(BOUND)
    }
  })
})
