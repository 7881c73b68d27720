/** What an operator sees of a process: by endpoint, never by the address that somebody asked for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { countEvents } from '~/domain/audit/count-events'
import { MINUTE } from '~/platform/durations'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'
import { MANAGEMENT_CLIENT } from '~tests/support/test-environment'
import { type Server, startServer } from './server'

let server: Server

beforeAll(async () => {
  server = await startServer()
})

const metrics = async () => (await server.send('/metrics')).text

const askForToken = (secret: string) =>
  server.send('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: MANAGEMENT_CLIENT.clientId,
      client_secret: secret,
      audience: `${server.services.config.issuer}api/v2/`,
    }).toString(),
  })

it('counts and times requests by endpoint and class, tokens by grant type, refusals by error, and events', async () => {
  for (const secret of [MANAGEMENT_CLIENT.secret, MANAGEMENT_CLIENT.secret, 'wrong']) await askForToken(secret)
  await server.send('/api/v2/clients/some-client')
  await server.send('/portal/sign-in')
  server.services.clock.advance(MINUTE)
  await countEvents(server.services)
  const text = await metrics()
  const lines = text.split('\n')
  for (const line of [
    'portal_request_duration_seconds_count{method="POST",endpoint="/oauth/token",class="2xx"} 2',
    'portal_request_duration_seconds_count{method="POST",endpoint="/oauth/token",class="4xx"} 1',
    'portal_request_duration_seconds_count{method="GET",endpoint="/api/v2/clients/:client_id",class="4xx"} 1',
    'portal_request_duration_seconds_count{method="GET",endpoint="/portal pages",class="2xx"} 1',
    'portal_tokens_issued_total{grant_type="client_credentials"} 2',
    'portal_refusals_total{error="invalid_client"} 1',
    'portal_events_total{type="seccft"} 2',
  ])
    expect(lines).toContain(line)
  expect(text).toContain('process_cpu_user_seconds_total')
  expect(text).toMatch(/portal_request_duration_seconds_bucket\{le="5",.*endpoint="\/oauth\/token",class="2xx"\} 2/)
})

it('a stranger adds no series: addresses, methods and parameters of a request are in none', async () => {
  const ask = async (word: string) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const path of [`/${word}`, `/portal/${word}`, `/api/v2/users/${word}`, `/build/${word}`, `/u/${word}?${word}`])
      await server.send(path)
    await server.send('/oauth/token', { method: 'POST', headers: form, body: `grant_type=${word}&client_id=${word}` })
    await server.send(`/authorize?client_id=${word}&response_type=${word}`)
    await server.send(`/login/callback?error=${word}&state=${word}`)
  }
  const series = async () => (await metrics()).split('\n').filter((line) => line.startsWith('portal_')).length
  await ask('first-word')
  const before = await series()
  for (let n = 0; n < 5; n += 1) await ask(`stranger-${n}`)
  expect(await series()).toBe(before)
  expect(await metrics()).not.toMatch(/stranger|first-word/)
})

it.each(['alerts.yml', 'dashboard.json'])('%s asks for nothing that is not measured', async (file) => {
  const text = readFileSync(join(PROJECT_FOLDER, 'app/docs/monitoring', file), 'utf8')
  const asked = new Set(text.match(/\b(portal|nodejs)_[a-z0-9_]+/g))
  const described = await metrics()
  expect(asked.size).toBeGreaterThan(5)
  for (const name of asked) {
    const measured = name.replace(/_(count|bucket)$/, '')
    expect(described, name).toContain(`# TYPE ${measured} `)
  }
})
