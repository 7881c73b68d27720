/** Whatever a program sends, it is answered with what is wrong with it: never with a failure of the server. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { managementScopes } from '~/domain/resource-servers/management-api'
import type { ManagementEndpoint } from '~/management/endpoint'
import { API, createFirstPartyClient, grantToClient } from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld, resourceEndpoints } from './management-world'
import { createOwnClientToken } from './refusals'

const RUNS = 30

let world: ManagementWorld
let samples: [place: RegExp, id: () => string][]

beforeAll(async () => {
  world = await createManagementWorld()
  const { clientId } = await createFirstPartyClient(world.services)
  const { user } = await createEndUser(world.services)
  const byName = async (list: string) => JSON.parse((await world.call('GET', list)).text)[0]
  const connection = (await world.call('GET', '/connections')).status === 200 ? await byName('/connections') : undefined
  samples = [
    [/^\/clients\/\{client_id\}/, () => clientId],
    [/^\/users\/\{id\}/, () => user.userId],
    [/^\/resource-servers\/\{id\}/, () => API],
    [/^\/connections\/\{id\}/, () => connection?.id ?? 'unknown'],
  ]
})

type Schema = {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: Schema | boolean
}

/** What tears programs apart: other types, odd texts, depth. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', '<script>', '../..', "';--", 'javascript:alert(1)', '__proto__', '*'),
  fc.constantFrom(0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 1, null, true, [], {}),
  fc.string({ maxLength: 300, unit: 'binary' }),
)

/** Values that fit a schema more or less: mostly of its shape, here and there of another. */
function nearly(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: fitting(schema), weight: 6 }, { arbitrary: anything, weight: 1 })
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting))
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, nearly(inner)])
      const known = fc.record(Object.fromEntries(properties), { requiredKeys: [] })
      const inner = typeof schema.additionalProperties === 'object' ? nearly(schema.additionalProperties) : anything
      const more = fc.dictionary(fc.string({ maxLength: 20 }), inner, { maxKeys: schema.additionalProperties ? 4 : 1 })
      return fc.oneof(
        { arbitrary: known, weight: 4 },
        { arbitrary: fc.tuple(known, more).map(([a, b]) => ({ ...b, ...a })), weight: 1 },
      )
    }
    case 'array':
      return fc.array(nearly(schema.items ?? {}), { maxLength: 4 })
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.integer({ min: 0, max: 100 }))
    case 'boolean':
      return fc.boolean()
    case 'string':
      return fc.oneof(fc.string({ maxLength: 40 }), fc.webUrl(), fc.emailAddress(), fc.constant(API))
    default:
      return anything
  }
}

const addressOf = ({ declaration: { path } }: ManagementEndpoint): string => {
  const short = path.replace('/api/v2', '')
  const id = samples.find(([place]) => place.test(short))?.[1]() ?? 'unknown'
  return short.replace(/\{\w+\}/, encodeURIComponent(id)).replace(/\{\w+\}/g, 'unknown')
}

/** A program of its own for each endpoint: none runs into the limit of calls. */
async function openProgram(): Promise<string> {
  const program = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
  const scopes = managementScopes.map(({ value }) => value)
  await grantToClient(world.services, program, scopes, world.audience)
  return createOwnClientToken(world, program, world.audience)
}

const send = (token: string, endpoint: ManagementEndpoint, address: string, payload?: unknown) =>
  world.machine.app.inject({
    method: endpoint.method,
    url: `/api/v2${address}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    payload: payload === undefined ? undefined : JSON.stringify(payload),
  })

const isAnswered = ({ statusCode, body }: { statusCode: number; body: string }) => {
  expect(statusCode, body).toBeLessThan(500)
  // Not the limit of calls: it would hide what the endpoint says.
  expect(body).not.toContain('Global limit has been reached')
  if (statusCode >= 400) expect(JSON.parse(body)).toMatchObject({ statusCode, message: expect.stringMatching(/\S/) })
}

const nameOf = ({ declaration }: ManagementEndpoint) => `${declaration.method} ${declaration.path}`

const withBody = resourceEndpoints.filter(({ declaration }) => declaration.body)
describe.each(withBody.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', (_name, endpoint) => {
  test('answers any body', async () => {
    const schema = z.toJSONSchema(endpoint.declaration.body ?? z.object(), { io: 'input', unrepresentable: 'any' })
    const address = addressOf(endpoint)
    const token = await openProgram()
    await fc.assert(
      fc.asyncProperty(nearly(schema as Schema), async (body) =>
        isAnswered(await send(token, endpoint, address, body)),
      ),
      { numRuns: RUNS },
    )
  })
})

const withQuery = resourceEndpoints.filter(({ method, declaration }) => method === 'GET' && declaration.query)
describe.each(withQuery.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', (_name, endpoint) => {
  test('answers any query', async () => {
    const token = await openProgram()
    const names = Object.keys(endpoint.declaration.query?.shape ?? {})
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.integer().map(String),
      fc.constantFrom('true', 'a:b', 'x:[1 TO 2]', 'toString', 'constructor:1', '__proto__:x'),
    )
    const query = fc.array(fc.tuple(fc.constantFrom(...names), text), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(query, async (parameters) =>
        isAnswered(await send(token, endpoint, `${addressOf(endpoint)}?${new URLSearchParams(parameters)}`)),
      ),
      { numRuns: RUNS },
    )
  })
})

test('what every object has is no member, no field to search and no order', async () => {
  const token = await openProgram()
  const [, idOfClient = () => ''] = samples[0] ?? []
  for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
    const read = await world.call('GET', `/clients/${idOfClient()}?fields=${name}`, undefined, token)
    expect([read.status, read.text]).toEqual([200, '{"tenant":"localhost"}'])
    for (const query of [`sort=${name}:1`, `q=${name}:1&search_engine=v3`, `include_totals=${name}`])
      expect((await world.call('GET', `/users?${query}`, undefined, token)).status, query).toBe(400)
    // A member of that name is dropped where JSON is read.
    if (name === '__proto__') continue
    for (const texts of [{ consent: { [name]: 'x' } }, { [name]: { name: 'x' } }])
      expect((await world.call('PUT', '/prompts/consent/custom-text/en', texts, token)).status).toBe(400)
  }
})

const lists = resourceEndpoints.filter(
  ({ method, declaration: { query, path } }) => method === 'GET' && query?.shape.from && path !== '/api/v2/logs',
)
describe('a position to go on from', () => {
  test.each(lists.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    'that nobody was given leads nowhere: %s',
    async (_name, endpoint) => {
      const token = await openProgram()
      const forged = [[], [1], ['a'], [1, 'a'], ['a', 1], [1.5, 'a'], [1e300, 'a'], ['\u0000'], [1, 2, 3, 4, 5], null]
      for (const position of forged) {
        const from = Buffer.from(JSON.stringify(position)).toString('base64url')
        for (const text of [from, `${from}.`, `${from}.${from}`])
          isAnswered(await send(token, endpoint, `${addressOf(endpoint)}?take=2&from=${text}`))
      }
    },
  )

  test('is good for the list that it was given in, with the filters of then', async () => {
    world = await createManagementWorld()
    const token = await openProgram()
    await createEndUser(world.services)
    const read = async (path: string) => JSON.parse((await world.call('GET', path, undefined, token)).text)
    const { next } = await read('/users?take=1&sort=name:1')
    expect((await read(`/users?take=1&sort=name:1&fields=name&from=${next}`)).users).toHaveLength(1)
    for (const path of ['/users?take=1', '/users?take=1&sort=created_at:1', '/clients?take=1&sort=name:1'])
      expect(await read(`${path}&from=${next}`)).toMatchObject({ statusCode: 400 })
  })
})

test('a body is bounded in depth', async () => {
  world = await createManagementWorld()
  const token = await openProgram()
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const { user } = await createEndUser(world.services)
  const change = (depth: number) =>
    world.machine.app.inject({
      method: 'PATCH',
      url: `/api/v2/users/${encodeURIComponent(user.userId)}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      payload: `{"user_metadata":{"deep":${nested(depth)}}}`,
    })
  expect((await change(90)).statusCode).toBe(200)
  for (const depth of [200, 7000, 100_000]) expect((await change(depth)).statusCode).toBe(400)
})
