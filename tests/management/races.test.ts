/** Programs that change one thing at the same moment: what each of them says holds. */
import { beforeAll, describe, expect, test } from 'vitest'
import { startSession } from '~/domain/sessions/sessions'
import { updateUser } from '~/domain/users/update-user'
import { visitorContext } from '~tests/support/context'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
})

const MANY = 8
const each = <Value>(what: (number: number) => Value) => Array.from({ length: MANY }, (_, number) => what(number))

/** All of them at once; each has to be told that it was done. */
async function patchAtOnce(path: string, bodies: object[]): Promise<void> {
  const send = (body: object) => world.machine.sendJson('PATCH', `/api/v2${path}`, body, { bearer })
  const bearer = await world.tokenFor()
  const answers = await Promise.all(bodies.map(send))
  expect(answers.map(({ status, text }) => (status === 200 ? '' : text)).join('')).toBe('')
}

const read = async (path: string) => (await world.call('GET', path)).json

test('members of a user’s metadata', async () => {
  const { userId } = world.user.user
  const path = `/users/${encodeURIComponent(userId)}`
  await patchAtOnce(
    path,
    each((number) => ({ app_metadata: { [`member_${number}`]: number } })),
  )
  const expected = Object.fromEntries(each((number) => [`member_${number}`, number]))
  expect((await read(path)).app_metadata).toEqual(expected)
})

test('members of a user’s metadata, which together stay within their bound', async () => {
  const { userId } = (await createEndUser(world.services)).user
  const bearer = await world.tokenFor()
  const path = `/api/v2/users/${encodeURIComponent(userId)}`
  const add = (number: number) =>
    world.machine.sendJson('PATCH', path, { user_metadata: { [`member_${number}`]: 'x'.repeat(5_000) } }, { bearer })
  const answers = await Promise.all(each(add))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
  expect(JSON.stringify((await read(`/users/${encodeURIComponent(userId)}`)).user_metadata).length).toBeLessThan(16_000)
})

test('what a sign-in counts of a user while a program changes them', async () => {
  const { user, connectionId, ctx } = await createEndUser(world.services)
  await startSession(visitorContext(world.services), 'account', { user, connectionId, amr: ['pwd'] })
  // As it was read before the sign-in.
  await updateUser(ctx, user, { name: 'Renamed' })
  expect(await read(`/users/${encodeURIComponent(user.userId)}`)).toMatchObject({ name: 'Renamed', logins_count: 1 })
})

test('members of a client’s metadata, and its name', async () => {
  const { clientId } = await createThirdPartyClient(world.services)
  const path = `/clients/${clientId}`
  await patchAtOnce(path, [
    ...each((number) => ({ client_metadata: { [`member_${number}`]: `${number}` } })),
    { name: 'Renamed' },
  ])
  const expected = Object.fromEntries(each((number) => [`member_${number}`, `${number}`]))
  expect(await read(path)).toMatchObject({ name: 'Renamed', client_metadata: expected })
})

test('flags and texts of the tenant', async () => {
  await patchAtOnce('/tenants/settings', [
    { flags: { enable_client_connections: true } },
    { flags: { revoke_refresh_token_grant: true } },
    { flags: { enable_dynamic_client_registration: true } },
    { friendly_name: 'Harbour' },
    { support_email: 'help@harbour.example' },
  ])
  expect(await read('/tenants/settings')).toMatchObject({
    friendly_name: 'Harbour',
    support_email: 'help@harbour.example',
    flags: { enable_dynamic_client_registration: true },
  })
})

test('colours and logo of the pages', async () => {
  await patchAtOnce('/branding', [
    { colors: { primary: '#0a5cff' } },
    { colors: { page_background: '#101418' } },
    { logo_url: 'https://harbour.example/logo.svg' },
  ])
  expect(await read('/branding')).toEqual({
    colors: { primary: '#0a5cff', page_background: '#101418' },
    logo_url: 'https://harbour.example/logo.svg',
  })
})

test('what protects from attacks', async () => {
  await patchAtOnce('/attack-protection/suspicious-ip-throttling', [
    { stage: { 'pre-login': { max_attempts: 7 } } },
    { stage: { 'pre-user-registration': { max_attempts: 9 } } },
    { allowlist: ['10.0.0.0/8'] },
  ])
  expect(await read('/attack-protection/suspicious-ip-throttling')).toMatchObject({
    allowlist: ['10.0.0.0/8'],
    stage: { 'pre-login': { max_attempts: 7 }, 'pre-user-registration': { max_attempts: 9 } },
  })
})

describe('a suspension', () => {
  test('is not undone by a change that read the client before', async () => {
    const { clientId } = await createThirdPartyClient(world.services)
    const bearer = await world.tokenFor()
    const rename = (number: number) =>
      world.machine.sendJson('PATCH', `/api/v2/clients/${clientId}`, { name: `Name ${number}` }, { bearer })
    const suspend = () =>
      world.machine.sendJson(
        'POST',
        `/api/v2/third-party-clients/${clientId}/suspend`,
        { reason: 'It sells what it reads.' },
        { bearer },
      )
    const answers = await Promise.all([...each(rename), suspend(), ...each(rename)])
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect((await read(`/third-party-clients/${clientId}`)).state).toBe('suspended')
  })
})

test('rotations of one secret: the last one alone works', async () => {
  const { clientId, secret } = await createThirdPartyClient(world.services)
  const bearer = await world.tokenFor()
  const rotate = () => world.machine.sendJson('POST', `/api/v2/clients/${clientId}/rotate-secret`, {}, { bearer })
  const answers = await Promise.all(each(rotate))
  const secrets = [secret, ...answers.map(({ json }) => String(json.client_secret))]
  const works = async (presented: string | undefined) => {
    const refused = await world.machine.token(
      { grant_type: 'refresh_token', refresh_token: 'none' },
      { clientId, secret: presented },
    )
    return refused.json.error === 'invalid_grant'
  }
  const working = await Promise.all(secrets.map(works))
  expect(working.filter(Boolean)).toHaveLength(1)
})
