import { beforeAll, describe, expect, test } from 'vitest'
import { referenceOf } from '~/docs/api-reference'
import type { OpenApiDocument } from '~/management/openapi'
import * as index from '~/routes/docs.api._index'
import * as resource from '~/routes/docs.api.$tag'
import { openVisitor } from '~tests/support/visitor'
import { createManagementWorld, type ManagementWorld, resourceEndpoints } from './management-world'

let world: ManagementWorld
let document: OpenApiDocument
beforeAll(async () => {
  world = await createManagementWorld()
  document = JSON.parse((await world.machine.get('/api/v2/openapi.json')).text)
})

const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods))

describe('the description of the API', () => {
  test('is there for everybody, as OpenAPI 3.1', async () => {
    const answer = await world.machine.get('/api/v2/openapi.json', { headers: { origin: 'https://anybody.example' } })
    expect(answer.header('access-control-allow-origin')).toBe('*')
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://localhost:3000' }] })
  })

  test('has every endpoint, each under a name of its own', () => {
    expect(operations()).toHaveLength(resourceEndpoints.length)
    const names = operations().map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
  })

  test('names each parameter of each path', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(methods)) {
        const told = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
        expect(told.sort(), path).toEqual(inPath.sort())
      }
    }
  })

  test('says what a body may hold as the endpoint checks it', () => {
    const body = document.paths['/api/v2/clients']?.post?.requestBody?.content['application/json']?.schema
    expect(body).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { is_first_party: { type: 'boolean' } },
    })
  })

  test('has no change that says what was not sent', () => {
    for (const { declaration } of resourceEndpoints) {
      if (declaration.method !== 'PATCH' || !declaration.body) continue
      const read = declaration.body.safeParse({})
      if (read.success) expect(read.data, declaration.path).toEqual({})
    }
  })

  test('tells the scopes that let a user reach their own data from those of programs', () => {
    expect(document.paths['/api/v2/users/{id}']?.get).toMatchObject({
      security: [{ bearer: ['read:users'] }, { bearer: ['read:current_user'] }],
      'x-own-scopes': ['read:current_user'],
    })
  })
})

describe('the pages of the reference', () => {
  test('have every call, on the page of its resource', async () => {
    const visitor = openVisitor(world.services)
    const first = await visitor.load(index, '/docs/api')
    const { tags } = first.value as { tags: { slug: string; count: number }[] }
    expect(tags.reduce((sum, { count }) => sum + count, 0)).toBe(resourceEndpoints.length)
    for (const { slug, count } of tags) {
      const { tag } = (await visitor.load(resource, `/docs/api/${slug}`, { tag: slug })).value as {
        tag: { operations: unknown[] }
      }
      expect(tag.operations).toHaveLength(count)
    }
    expect((await visitor.load(resource, '/docs/api/nothing', { tag: 'nothing' })).status).toBe(404)
  })

  test('show members that lie deeper, and their bounds', () => {
    const [create] = referenceOf(document)
      .flatMap(({ operations: all }) => all)
      .filter(({ method, path }) => method === 'POST' && path === '/api/v2/clients')
    expect(create?.body).toContainEqual({ name: 'name', type: 'string', isRequired: true, description: undefined })
    expect(create?.body.map(({ name }) => name)).toContain('refresh_token.rotation_type')
    expect(create?.body.find(({ name }) => name === 'jwt_configuration.lifetime_in_seconds')?.type).toBe(
      'integer 1 to 2592000',
    )
  })
})
