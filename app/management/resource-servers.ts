import { z } from 'zod'
import type { AppContext } from '~/context'
import { createResourceServer } from '~/domain/resource-servers/create-resource-server'
import { deleteResourceServer } from '~/domain/resource-servers/delete-resource-server'
import {
  identifier,
  MAX_SCOPES,
  resourceServerDescription,
  resourceServerName,
  SIGNING_ALGS,
  scopeDescription,
  scopes,
  scopeValue,
  sensitivity,
} from '~/domain/resource-servers/resource-server-fields'
import { updateResourceServer } from '~/domain/resource-servers/update-resource-server'
import {
  countResourceServers,
  findResourceServer,
  findResourceServerById,
  listResourceServerSlice,
  listScopesOf,
  type ResourceServer,
  type ResourceServerScope,
} from '~db/queries/resource-servers'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, pickFields, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Resource servers'

/** What is so here for every API. Bodies may say it, as programs send back what they have read. */
const ALWAYS = {
  subject_type_authorization: { user: { policy: 'allow_all' }, client: { policy: 'require_client_grant' } },
  token_dialect: 'rfc9068_profile',
  enforce_policies: false,
} as const

const always = z.object({
  subject_type_authorization: z.strictObject({
    user: z.strictObject({ policy: z.literal('allow_all') }).optional(),
    client: z.strictObject({ policy: z.literal('require_client_grant') }).optional(),
  }),
  token_dialect: z.literal('rfc9068_profile'),
  enforce_policies: z.literal(false),
})

const lifetime = z.int().min(60).max(2_592_000).describe('Seconds.')

const scopeItem = z.strictObject({
  value: scopeValue,
  description: scopeDescription.optional().describe('What people read before they consent.'),
  sensitivity: sensitivity.optional().describe('Extension: how much an app is to justify it.'),
})

const settings = z.strictObject({
  name: resourceServerName.optional(),
  description: resourceServerDescription.unwrap().optional().describe('Extension: what partners read of the API.'),
  scopes: z.array(scopeItem).max(MAX_SCOPES).optional(),
  signing_alg: z.enum(SIGNING_ALGS).optional(),
  token_lifetime: lifetime.optional(),
  token_lifetime_for_web: lifetime.optional(),
  allow_offline_access: z.boolean().optional(),
  skip_consent_for_verifiable_first_party_clients: z.boolean().optional(),
  open_to_partners: z.boolean().optional().describe('Extension: whether partners may ask for its scopes.'),
  ...always.partial().shape,
})

const resourceServer = z.object({
  id: z.string(),
  name: z.string(),
  identifier: z.string().describe('The audience of its access tokens.'),
  description: z.string().optional(),
  is_system: z.boolean(),
  scopes: z.array(z.object({ value: z.string(), description: z.string(), sensitivity })).optional(),
  signing_alg: z.enum(SIGNING_ALGS),
  token_lifetime: z.int(),
  token_lifetime_for_web: z.int(),
  allow_offline_access: z.boolean(),
  skip_consent_for_verifiable_first_party_clients: z.boolean(),
  open_to_partners: z.boolean(),
  ...always.shape,
})

const params = z.object({ id: z.string().describe('The id, or the identifier.') })

function serialize(row: ResourceServer, rowScopes: ResourceServerScope[]): z.input<typeof resourceServer> {
  return withoutUnset({
    id: row.id,
    name: row.name,
    identifier: row.identifier,
    description: row.description ?? undefined,
    is_system: row.isSystem,
    scopes:
      rowScopes.length > 0
        ? rowScopes.map((scope) => ({
            value: scope.value,
            description: scope.description,
            sensitivity: scope.sensitivity,
          }))
        : undefined,
    signing_alg: row.signingAlg,
    token_lifetime: row.tokenLifetime,
    token_lifetime_for_web: row.tokenLifetimeForWeb,
    allow_offline_access: row.allowOfflineAccess,
    skip_consent_for_verifiable_first_party_clients: row.skipConsentForVerifiableFirstPartyClients,
    open_to_partners: row.openToPartners,
    ...ALWAYS,
  })
}

async function serializeAll({ db }: Pick<AppContext, 'db'>, rows: ResourceServer[]) {
  const all = await listScopesOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) =>
    serialize(
      row,
      all.filter(({ resourceServerId }) => resourceServerId === row.id),
    ),
  )
}

async function findByEither({ db }: Pick<AppContext, 'db'>, id: string): Promise<ResourceServer | undefined> {
  return (await findResourceServerById(db, id)) ?? (await findResourceServer(db, id))
}

async function requireResourceServer(ctx: Pick<AppContext, 'db'>, id: string): Promise<ResourceServer> {
  const found = await findByEither(ctx, id)
  if (found) return found
  throw new ManagementError(404, 'inexistent_resource_server', 'The resource server does not exist')
}

async function answerOf(ctx: Pick<AppContext, 'db'>, id: string) {
  const [answer] = await serializeAll(ctx, [await requireResourceServer(ctx, id)])
  if (!answer) throw new Error('an API was read and not written')
  return answer
}

/** What a body says, as the domain names it; what it does not say is left out. */
function changeOf(body: z.output<typeof settings>) {
  const given = {
    name: body.name,
    description: body.description === undefined ? undefined : body.description || null,
    signingAlg: body.signing_alg,
    tokenLifetime: body.token_lifetime,
    tokenLifetimeForWeb: body.token_lifetime_for_web,
    allowOfflineAccess: body.allow_offline_access,
    skipConsentForVerifiableFirstPartyClients: body.skip_consent_for_verifiable_first_party_clients,
    openToPartners: body.open_to_partners,
    scopes: body.scopes && readScopes(body.scopes),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<typeof given>
}

function readScopes(given: z.output<typeof scopeItem>[]): z.output<typeof scopes> {
  const complete = given.map((item) => ({
    value: item.value,
    description: item.description ?? item.value,
    sensitivity: item.sensitivity ?? ('sensitive' as const),
  }))
  const parsed = scopes.safeParse(complete)
  if (parsed.success) return parsed.data
  const message = parsed.error.issues[0]?.message ?? ''
  throw new ManagementError(400, 'invalid_body', `Payload validation error: '${message}' on property scopes.`)
}

export const resourceServerEndpoints = [
  listEndpoint({
    path: '/api/v2/resource-servers',
    summary: 'Get resource servers',
    tag,
    scopes: ['read:resource_servers'],
    key: 'resource_servers',
    filters: { identifiers: z.array(z.string()).max(100).optional().describe('Only those of these identifiers.') },
    item: resourceServer,
    list: ({ db }, slice, { query }) => listResourceServerSlice(db, query, slice),
    count: ({ db }, { query }) => countResourceServers(db, query),
    positionOf: ({ createdAt, id }) => [createdAt, id],
    serialize: serializeAll,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/resource-servers',
    summary: 'Create a resource server',
    tag,
    scopes: ['create:resource_servers'],
    body: settings.extend({ identifier }),
    answer: resourceServer,
    status: 201,
    async run(ctx, { body }) {
      const change = changeOf(body)
      const made = await createResourceServer(ctx, {
        ...change,
        name: body.name ?? body.identifier,
        identifier: body.identifier,
      })
      return answerOf(ctx, made.id)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/resource-servers/{id}',
    summary: 'Get a resource server',
    tag,
    scopes: ['read:resource_servers'],
    params,
    query: z.object(fieldsQuery),
    answer: resourceServer.partial(),
    run: async (ctx, { params: { id }, query }) => pickFields(await answerOf(ctx, id), query),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/resource-servers/{id}',
    summary: 'Update a resource server',
    tag,
    scopes: ['update:resource_servers'],
    params,
    body: settings,
    answer: resourceServer,
    async run(ctx, { params: { id }, body }) {
      const found = await requireResourceServer(ctx, id)
      await updateResourceServer(ctx, found, changeOf(body))
      return answerOf(ctx, found.id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/resource-servers/{id}',
    summary: 'Delete a resource server',
    tag,
    scopes: ['delete:resource_servers'],
    params,
    async run(ctx, { params: { id } }) {
      const found = await findByEither(ctx, id)
      if (found) await deleteResourceServer(ctx, found)
    },
  }),
]
