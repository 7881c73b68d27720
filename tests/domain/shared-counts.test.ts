/** Limits hold over all nodes: what one has counted, the others know. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { LimitName } from '~/domain/rate-limits/throttle'
import { HOUR } from '~/platform/durations'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { countOf } from '~tests/support/count-rows'
import { createApprovedApp, createFirstPartyClient, type TestClient } from '~tests/support/fixtures'
import { type Machine, openMachine } from '~tests/support/machine'
import { createPartner } from '~tests/support/people'
import { createTestServices, openSecondNode, type TestServices } from '~tests/support/services'

/** `process`: what keeps one from being flooded, and would cost each good request a write. A new limit says which it is. */
const COUNTED: Record<LimitName, 'everywhere' | 'process'> = {
  'sign-in': 'everywhere',
  'one-time-code': 'everywhere',
  'user-code': 'everywhere',
  'request-of-anybody': 'everywhere',
  'authorization-request': 'process',
  registration: 'everywhere',
  'unknown-document': 'everywhere',
  refusal: 'everywhere',
  'kept-failure': 'everywhere',
  'sign-in-notice': 'everywhere',
  'management-refusal': 'everywhere',
  'sign-up': 'everywhere',
  invitation: 'everywhere',
  tester: 'everywhere',
  mail: 'everywhere',
  'mail-network': 'everywhere',
  'mail-person': 'everywhere',
  submission: 'everywhere',
  'submission-day': 'everywhere',
  'partner-submission': 'everywhere',
  'submission-mail': 'everywhere',
  'team-mail': 'everywhere',
  'partner-change': 'everywhere',
  'password-change': 'everywhere',
  'identity-link': 'everywhere',
  'provider-login': 'everywhere',
  'client-problem': 'everywhere',
  'client-secret': 'everywhere',
  management: 'process',
  'management-user': 'process',
  'management-users': 'process',
}

const STRANGER = '203.0.113.60'
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

let here: TestServices
let there: TestServices
let first: Machine
let second: Machine
let app: TestClient
let device: TestClient

beforeAll(async () => {
  here = await createTestServices()
  there = await openSecondNode(here)
  first = await openMachine(here)
  second = await openMachine(there)
  const { flags } = await findTenantSettings(here.db)
  await here.db.run(
    updateTenantSettings({ registration: 'open', flags: { ...flags, enable_dynamic_client_registration: true } }),
  )
  app = await createApprovedApp(await createPartner(here))
  device = await createFirstPartyClient(here, { appType: 'native', grantTypes: [DEVICE_GRANT] })
})

/** Takes what is left at the first node. */
async function close(limit: LimitName, key: string | { of: string; from: string }): Promise<void> {
  const { throttle } = here
  const take = () => throttle.take(limit, key as string).then(() => true)
  if (COUNTED[limit] === 'process') while (await take().catch(() => false));
  else await throttle.take(limit as 'sign-up', key, { points: 1, duration: HOUR, blockDuration: HOUR })
}

it.each(Object.entries(COUNTED) as [LimitName, string][])('%s is counted %s', async (limit, where) => {
  await close(limit, 'somebody')
  const answer = (node: TestServices) =>
    node.throttle.take(limit, 'somebody').then(
      () => 'taken',
      () => 'refused',
    )
  expect(await answer(here)).toBe('refused')
  expect(await answer(there)).toBe(where === 'everywhere' ? 'refused' : 'taken')
})

it('a client that registers itself is refused at each node when the network has had its share at one', async () => {
  const metadata = { redirect_uris: ['https://app.example.com/callback'] }
  const register = (node: Machine) => node.sendJson('POST', '/oidc/register', metadata, { ip: STRANGER })
  expect((await register(second)).status).toBe(201)
  await close('registration', STRANGER)
  expect((await register(second)).status).toBe(429)
})

it('a code of a device is refused at each node when the network has had its share at one', async () => {
  const ask = (node: Machine) => node.postForm('/oauth/device/code', { client_id: device.clientId }, { ip: STRANGER })
  expect((await ask(second)).status).toBe(200)
  await close('request-of-anybody', STRANGER)
  expect((await ask(second)).status).toBe(429)
})

describe('secrets of a client that are guessed', () => {
  const send = (node: Machine, client_secret: string) => {
    const fields = { grant_type: 'refresh_token', refresh_token: 'x', client_id: app.clientId, client_secret }
    return node.postForm('/oauth/token', fields, { ip: STRANGER })
  }

  it('at two nodes are one series: when it is over, each refuses a wrong one, and then the right one too', async () => {
    expect((await send(first, 'wrong')).status).toBe(401)
    await close('client-secret', { of: app.clientId, from: STRANGER })
    expect((await send(second, 'wrong')).status).toBe(429)
    expect((await send(second, app.secret ?? '')).status).toBe(429)
  })

  it('cost a client nothing that is right, at a node where nothing has failed', async () => {
    const third = await openMachine(await openSecondNode(here))
    expect((await send(third, app.secret ?? '')).json).toMatchObject({ error: 'invalid_grant' })
  })
})

it('refused requests are kept at no node more when one has kept as many as are kept', async () => {
  const refuse = async (node: Machine) => {
    const before = await countOf(here, 'refusals')
    const query = `client_id=${app.clientId}&redirect_uri=https://other.example.com/&response_type=code`
    await node.get(`/authorize?${query}`, { ip: '203.0.113.61' })
    return (await countOf(here, 'refusals')) - before
  }
  expect(await refuse(second)).toBe(1)
  await close('refusal', app.clientId)
  expect(await refuse(second)).toBe(0)
})
