/** What is refused before or beside an endpoint: in the form that programs know, with what the token lacks. */
import { beforeAll, expect, it } from 'vitest'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeAll(async () => {
  world = await createManagementWorld()
})

it.each([
  ['an address that cannot be read', '/api/v2/clients/%zz', 400],
  ['a NUL in an address', '/api/v2/clients/%00', 400],
  ['an address that there is not', '/api/v2/nothing', 404],
])('%s', async (_what, path, statusCode) => {
  const { status, json } = await world.machine.get(path, { bearer: await world.tokenFor() })
  expect(status).toBe(statusCode)
  expect(json).toMatchObject({ statusCode, error: expect.any(String), message: expect.any(String) })
})

it('a body that is too large, or no JSON in UTF-8', async () => {
  const bearer = await world.tokenFor()
  const large = await world.call('POST', '/clients', { name: 'x'.repeat(300_000) }, bearer)
  expect(large).toMatchObject({ status: 413, json: { statusCode: 413, errorCode: 'invalid_request' } })
  const broken = await fetchRaw(Buffer.from([...Buffer.from('{"name":"'), 0xff, ...Buffer.from('"}')]), bearer)
  expect(broken).toMatchObject({ statusCode: 400, message: expect.stringContaining('UTF-8') })
})

async function fetchRaw(payload: Buffer, bearer: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
  const answer = await world.machine.app.inject({ method: 'POST', url: '/api/v2/clients', headers, payload })
  return answer.json()
}

it('a token that does not do is told what it lacks; a request without one, of no error (RFC 6750 §3)', async () => {
  const challenge = async (bearer?: string) => {
    const answer = await world.machine.get('/api/v2/clients', bearer === undefined ? {} : { bearer })
    return answer.header('www-authenticate')
  }
  expect(await challenge()).toBe('Bearer realm="Management API"')
  expect(await challenge(`${await world.tokenFor()}x`)).toContain('error="invalid_token"')
  expect(await challenge(await world.tokenFor('read:stats'))).toContain('error="insufficient_scope"')
})
