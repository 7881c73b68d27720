/** How a client says who it is: what counts as a guess, and what only as a mistake. */
import { beforeAll, expect, it } from 'vitest'
import { createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createWorld, obtainCode, type World } from './authorization-world'

let world: World
let web: TestClient

beforeAll(async () => {
  world = await createWorld()
  web = await createFirstPartyClient(world.services, { tokenEndpointAuthMethod: 'client_secret_post' })
})

/** So many failures of one client from one network close it. */
const MOST = 100
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'none' }

const basic = (clientId: string, secret: string | undefined, fields: Record<string, string> = REFRESH) =>
  world.machine.postForm('/oauth/token', fields, {
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
  })

const inBody = (client_secret: string | undefined) =>
  world.machine.postForm('/oauth/token', { ...REFRESH, client_id: web.clientId, client_secret: client_secret ?? '' })

it('the right secret by another method than the registered one is refused, and is no guess', async () => {
  for (let times = 0; times <= MOST; times += 1)
    expect((await basic(web.clientId, web.secret)).json.error).toBe('invalid_client')
  expect((await inBody(web.secret)).json.error).toBe('invalid_grant')
})

it('Basic with an empty secret names a public client (RFC 6749 §2.3.1)', async () => {
  const spa = await createThirdPartyClient(world.services, { appType: 'spa' })
  const { code, verifier } = await obtainCode(world, spa)
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier }
  expect((await basic(spa.clientId, '', fields)).json).toHaveProperty('access_token')
  const confidential = await basic(web.clientId, '')
  expect(confidential.status).toBe(401)
  expect(confidential.header('www-authenticate')).toContain('Basic')
})

it('wrong secrets are counted, and close the client to the network that sent them', async () => {
  for (let times = 0; times < MOST; times += 1) await inBody('wrong')
  expect((await inBody(web.secret)).status).toBe(429)
})
