/** What strangers send costs little to refuse: bounds come before work, at doors that are open to everybody. */
import { beforeAll, expect, it } from 'vitest'
import { createFormToken, FORM_TOKEN_FIELD } from '~/platform/form-token'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { type Received, type Server, startServer } from './server'

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
const BOUND = 50_000

/** Best of three, so that a noisy machine does not decide. @returns the answer and microseconds of CPU */
async function measure(send: () => Promise<Received>): Promise<[Received, number]> {
  let best = Number.POSITIVE_INFINITY
  let answer = await send()
  for (let round = 0; round < 3; round += 1) {
    const before = process.cpuUsage()
    answer = await send()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, user + system)
  }
  return [answer, best]
}

const FORM = 'application/x-www-form-urlencoded'

it.each<[string, () => [name: string, value: string][]]>([
  ['a huge index', () => [['username[50000000]', 'x']]],
  ['a deep name', () => [[`x${'.a'.repeat(5000)}`, 'x']]],
  ['an intent of the library', () => [['__intent__', '{']]],
  ['a state of the library', () => [['__state__', '{']]],
  ['many fields', () => Array.from({ length: 20_000 }, (_, at) => [`a${at}`, ''])],
  ['one field many times', () => Array.from({ length: 2_000 }, () => ['name', 'x'])],
  ['a long value', () => [['name', 'x'.repeat(100_000)]]],
  ['a run of combining marks', () => [['organization', MARKS.slice(0, 8000)]]],
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
