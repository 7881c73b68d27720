/** The OpenAPI 3.1 description of the Management API, made of the declarations that its endpoints validate with. */
import { z } from 'zod'
import type { MachineEndpoint } from '~/context'
import type { ManagementEndpoint } from './endpoint'
import { JSON_TYPE } from './errors'

export type OpenApiOperation = {
  summary: string
  tags: string[]
  operationId: string
  security: { bearer: string[] }[]
  'x-own-scopes'?: string[]
  'x-partner-scopes'?: string[]
  parameters: { name: string; in: 'path' | 'query'; required: boolean; description?: string; schema: object }[]
  requestBody?: { required: boolean; content: Record<string, { schema: object }> }
  responses: Record<string, object>
}

export type OpenApiDocument = {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components: object
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })
  return rest
}

type Properties = { properties?: Record<string, { description?: string }>; required?: string[] }

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): OpenApiOperation['parameters'] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as Properties
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))
}

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
})

function operationOf({ declaration }: ManagementEndpoint): OpenApiOperation {
  const {
    summary,
    tag,
    method,
    path,
    scopes,
    ownScopes,
    partnerScopes,
    stepUp,
    params,
    query,
    body,
    bodyType = 'application/json',
    answer,
    status,
  } = declaration
  const success = String(status ?? (answer ? 200 : 204))
  return {
    summary,
    tags: [tag],
    operationId: `${method.toLowerCase()}${path.replace('/api/v2', '').replace(/[^a-z]+([a-z])?/gi, (_, letter = '') => letter.toUpperCase())}`,
    // Any one of the scopes is enough, so each is an alternative.
    security: [...scopes, ...(ownScopes ?? [])].map((scope) => ({ bearer: [scope] })),
    ...(ownScopes ? { 'x-own-scopes': [...ownScopes] } : {}),
    ...(partnerScopes ? { 'x-partner-scopes': [...partnerScopes] } : {}),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body ? { requestBody: { required: true, content: { [bodyType]: { schema: schemaOf(body, 'input') } } } } : {}),
    responses: {
      [success]: answer
        ? { description: 'Done.', content: { 'application/json': { schema: schemaOf(answer, 'input') } } }
        : { description: 'Done; there is nothing to say.' },
      400: refusal('The request is not valid; the message names the member.'),
      401: refusal('The token is missing, has ended, or is not for this API.'),
      403: refusal(
        stepUp
          ? 'The token does not have a scope that is needed, does not reach this far, or, of an app of a third party, does not come from a sign-in with a second factor of the last 15 minutes (insufficient_user_authentication).'
          : 'The token does not have a scope that is needed, or does not reach this far.',
      ),
      404: refusal('There is no such thing.'),
      ...(method === 'GET'
        ? {}
        : { 409: refusal('There is one already, or it was changed meanwhile; read it again.') }),
      ...(body ? { 413: refusal('The body is too long.'), 415: refusal(`The body is not ${bodyType}.`) } : {}),
      429: refusal('Too many calls; Retry-After says when to go on.'),
    },
  }
}

export function openApiDocument(issuer: string, endpoints: ManagementEndpoint[]): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const endpoint of endpoints) {
    const { path, method } = endpoint.declaration
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Management API',
      version: '2',
      description: `Send an access token with the audience ${issuer}api/v2/ as a bearer token.`,
    },
    servers: [{ url: issuer.replace(/\/$/, '') }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Refusal: {
          type: 'object',
          required: ['statusCode', 'error', 'message'],
          properties: {
            statusCode: { type: 'integer' },
            error: { type: 'string' },
            message: { type: 'string' },
            errorCode: { type: 'string' },
            acr_values: { type: 'string', description: 'With insufficient_user_authentication: what to ask for.' },
            max_age: { type: 'integer', description: 'With acr_values: how old the sign-in may be, in seconds.' },
            page: {
              type: 'string',
              description:
                'Of an app of others that links or unlinks: where the user has to allow it. Call again once they have.',
            },
            expires_at: {
              type: 'string',
              format: 'date-time',
              description: 'With page: until when it can be allowed and done.',
            },
          },
        },
      },
    },
  }
}

/** The document at its address; anybody may read it. */
export const openApiEndpoint = (endpoints: ManagementEndpoint[]): MachineEndpoint => ({
  method: 'GET',
  path: '/api/v2/openapi.json',
  interactive: false,
  cors: 'public',
  run: async ({ config }) => ({
    status: 200,
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'public, max-age=300' },
    body: JSON.stringify(openApiDocument(config.issuer, endpoints)),
  }),
})
