import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { AppContext } from '~/context'
import { readSecrets, rotateClientSecret } from '~/domain/clients/client-secrets'
import { createClient } from '~/domain/clients/create-client'
import { deleteClient } from '~/domain/clients/delete-client'
import { authMethodFor, newClientRow } from '~/domain/clients/new-client'
import { requirePkceChoice } from '~/domain/clients/pkce'
import type { NewClientKey } from '~/domain/clients/registered-keys'
import { requireOfTenant, updateClient } from '~/domain/clients/update-client'
import { partyColumns } from '~/domain/policy/client-policy'
import { untilUnchanged } from '~/platform/changes'
import { newStrictClientId } from '~/platform/ids'
import { lookUp } from '~/platform/look-up'
import { listClientKeysOf } from '~db/queries/client-keys'
import {
  type Client,
  countClients,
  findClient,
  listClientSlice,
  type TokenEndpointAuthMethod,
} from '~db/queries/clients'
import { type Access, requireScope } from './access'
import {
  APP_TYPES,
  changeOf,
  clientAnswer,
  clientChangeBody,
  globalClient,
  newClientBody,
  type newCredential,
  serializeClient,
} from './client-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, pickFields } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Clients'
const params = z.object({ client_id: z.string() })
const READ = ['read:clients', 'read:client_keys', 'read:client_credentials', 'read:client_summary']

/** What a caller without read:clients is told. */
const SUMMARY = ['tenant', 'client_id', 'app_type', 'name', 'description']
/** Members that need a scope of their own. */
const HIDDEN = {
  client_secret: ['read:client_keys'],
  client_authentication_methods: ['read:client_credentials', 'read:client_keys'],
}

export async function requireClient({ db }: Pick<AppContext, 'db'>, clientId: string): Promise<Client> {
  const client = await findClient(db, clientId)
  if (client) return client
  if (clientId === globalClient.clientId)
    throw new ManagementError(
      403,
      'feature_not_enabled',
      'The login page is the program’s own: set its look at /api/v2/branding.',
    )
  throw new ManagementError(404, 'inexistent_client', 'The client does not exist')
}

/** Members that a caller may read of a client. */
function isVisible({ scope }: Access, name: string): boolean {
  const needed = lookUp<readonly string[]>(HIDDEN, name)
  if (needed) return needed.some((value) => scope.has(value))
  return SUMMARY.includes(name) || READ.some((value) => value !== 'read:client_summary' && scope.has(value))
}

/** @throws ManagementError 403 for a member that is asked for by its name and may not be read */
function requireVisible(
  access: Access,
  { fields, include_fields = true }: { fields?: string; include_fields?: boolean },
) {
  if (!fields || !include_fields) return
  const hidden = fields.split(',').filter((name) => !isVisible(access, name.trim()))
  if (hidden.length === 0) return
  const message = `Some fields cannot be read with the permissions granted by the bearer token scopes. Fields: [${hidden.join(',')}].`
  throw new ManagementError(403, 'insufficient_scope', message)
}

async function serializeFor(
  ctx: AppContext,
  clients: Client[],
  access: Access,
): Promise<z.input<typeof clientAnswer>[]> {
  const secrets = access.scope.has('read:client_keys') ? await readSecrets(ctx, clients) : new Map<string, string>()
  const signed = clients.filter((client) => client.tokenEndpointAuthMethod === 'private_key_jwt')
  const keys = await listClientKeysOf(
    ctx.db,
    signed.map(({ clientId }) => clientId),
  )
  return clients.map((client) => {
    const keyIds = keys.filter((key) => key.clientId === client.clientId && key.enabled).map(({ id }) => id)
    const whole = serializeClient(tenantName(ctx), client, { secret: secrets.get(client.clientId), keyIds })
    const visible = Object.entries(whole).filter(([name]) => isVisible(access, name))
    return Object.fromEntries(visible) as z.input<typeof clientAnswer>
  })
}

/** What a change or a creation answers: the whole client. */
const answerOf = async (ctx: AppContext, client: Client, secret?: string) =>
  serializeClient(tenantName(ctx), client, { secret, keyIds: await enabledKeyIds(ctx, client) })

async function enabledKeyIds({ db }: AppContext, { clientId }: Client): Promise<string[]> {
  const keys = await listClientKeysOf(db, [clientId])
  return keys.filter(({ enabled }) => enabled).map(({ id }) => id)
}

/**
 * Whether a change leaves a client as it is shown. Programs send back what they have read, also of clients that they may
 * not change.
 */
async function changesNothing(
  ctx: AppContext,
  client: Client,
  change: Partial<Client>,
  { secret, keyIds }: { secret?: string; keyIds?: string[] },
): Promise<boolean> {
  if (secret !== undefined) return false
  const enabled = await enabledKeyIds(ctx, client)
  const before = serializeClient(tenantName(ctx), client, { keyIds: enabled })
  const after = serializeClient(tenantName(ctx), { ...client, ...change }, { keyIds: keyIds ?? enabled })
  return isDeepStrictEqual(before, after)
}

/** Auth0's tenants have a name; this one goes by the host of its issuer. */
export const tenantName = ({ config }: Pick<AppContext, 'config'>): string => new URL(config.issuer).hostname

/** What Auth0 gives a client that does not say. */
function grantTypesFor(body: z.output<typeof newClientBody>, method: TokenEndpointAuthMethod | null): string[] {
  if (body.third_party_security_mode === 'strict' && body.is_first_party === false) return ['authorization_code']
  if (body.app_type === 'non_interactive') return ['client_credentials']
  const everybody = ['authorization_code', 'implicit', 'refresh_token']
  return method === 'none' ? everybody : [...everybody, 'client_credentials']
}

/** Members by which a client proves itself: who can set them can act as the client. */
const PROOFS = {
  client_secret: 'update:client_keys',
  client_authentication_methods: 'update:client_credentials',
  jwks_uri: 'update:client_credentials',
}

/** @throws ManagementError 403 for members that need a scope beside update:clients */
function requireScopesOf(access: Access, body: z.output<typeof clientChangeBody>): void {
  for (const [member, value] of Object.entries(PROOFS)) {
    if (body[member as keyof typeof PROOFS] !== undefined) requireScope(access, value)
  }
}

export const clientEndpoints = [
  listEndpoint({
    path: '/api/v2/clients',
    summary: 'Get clients',
    tag,
    scopes: READ,
    key: 'clients',
    filters: {
      is_global: z.boolean().optional(),
      is_first_party: z.boolean().optional(),
      app_type: z.array(z.enum(APP_TYPES)).optional(),
      external_client_id: z.string().optional(),
    },
    item: clientAnswer,
    alwaysGiven: ['tenant'],
    async list({ db }, slice, { query: { is_global, ...query }, access }) {
      requireVisible(access, query as z.output<z.ZodObject<typeof fieldsQuery>>)
      if (is_global) return slice.after || slice.skip > 0 ? [] : [globalClient]
      return listClientSlice(db, query, slice)
    },
    count: async ({ db }, { query: { is_global, ...query } }) => (is_global ? 1 : countClients(db, query)),
    positionOf: ({ createdAt, clientId }) => [createdAt, clientId],
    serialize: serializeFor,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/clients',
    summary: 'Create a client',
    tag,
    scopes: ['create:clients'],
    body: newClientBody,
    answer: clientAnswer,
    status: 201,
    async run(ctx, { body }) {
      const { client_authentication_methods: methods, ...rest } = body
      // Without a word on it a client of a browser or a device is public, as what Auth0's SDKs for those send is.
      const method = methods ? null : (body.token_endpoint_auth_method ?? authMethodFor(body.app_type ?? null))
      const isFirstParty = body.is_first_party ?? true
      const party = partyColumns({ isFirstParty, thirdPartySecurityMode: body.third_party_security_mode })
      const isStrict = party.thirdPartySecurityMode === 'strict'
      const given = newClientRow(ctx.clock.now(), {
        ...party,
        ...(isStrict ? { clientId: newStrictClientId() } : {}),
        name: body.name,
        appType: body.app_type ?? null,
        grantTypes: grantTypesFor(body, method),
        tokenEndpointAuthMethod: method,
      })
      const row: Client = { ...given, idTokenLifetime: isStrict ? 3_600 : given.idTokenLifetime }
      const client: Client = {
        ...row,
        ...changeOf(rest, row),
        ...(methods ? { tokenEndpointAuthMethod: 'private_key_jwt' as const } : {}),
      }
      const { secret } = await createClient(ctx, client, methods?.private_key_jwt.credentials.map(readKey))
      return answerOf(ctx, client, secret)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/clients/{client_id}',
    summary: 'Get a client',
    tag,
    scopes: READ,
    params,
    query: z.object(fieldsQuery),
    answer: clientAnswer.partial(),
    async run(ctx, { params: { client_id }, query, access }) {
      requireVisible(access, query)
      const client = client_id === globalClient.clientId ? globalClient : await requireClient(ctx, client_id)
      const [answer = {}] = await serializeFor(ctx, [client], access)
      return pickFields(answer, query, ['tenant'])
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/clients/{client_id}',
    summary: 'Update a client',
    tag,
    scopes: ['update:clients', 'update:client_keys', 'update:client_credentials'],
    params,
    body: clientChangeBody,
    answer: clientAnswer,
    async run(ctx, { params: { client_id }, body, access }) {
      requireScopesOf(access, body)
      const { client_secret: secret, client_authentication_methods: methods, ...rest } = body
      if (Object.keys(body).some((member) => !(member in PROOFS))) requireScope(access, 'update:clients')
      const keyIds = methods?.private_key_jwt.credentials.map(({ id }) => id)
      const changed = await untilUnchanged(async () => {
        const client = await requireClient(ctx, client_id)
        const change = changeOf(rest, client)
        if (keyIds) change.tokenEndpointAuthMethod = 'private_key_jwt'
        else if (methods === null && client.tokenEndpointAuthMethod === 'private_key_jwt')
          change.tokenEndpointAuthMethod ??= 'client_secret_post'
        requirePkceChoice({ ...client, ...change }, change.pkce)
        if (await changesNothing(ctx, client, change, { secret, keyIds })) return client
        return updateClient(ctx, client, change, { secret, keyIds })
      })
      return answerOf(ctx, changed, secret)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/clients/{client_id}',
    summary: 'Delete a client',
    tag,
    scopes: ['delete:clients'],
    params,
    async run(ctx, { params: { client_id } }) {
      const client = await findClient(ctx.db, client_id)
      if (!client) return
      requireOfTenant(client)
      await deleteClient(ctx, client)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/clients/{client_id}/rotate-secret',
    summary: 'Rotate a client secret',
    tag,
    scopes: ['update:client_keys'],
    params,
    body: z.strictObject({
      overlap_hours: z
        .int()
        .min(0)
        .max(168)
        .optional()
        .describe('Extension: how long the secret before works on; 0 unless given.'),
    }),
    answer: clientAnswer,
    async run(ctx, { params: { client_id }, body }) {
      const client = await requireClient(ctx, client_id)
      requireOfTenant(client)
      const { secret } = await rotateClientSecret(ctx, client, { overlapHours: body.overlap_hours ?? 0 })
      return answerOf(ctx, client, secret)
    },
  }),
]

/** A credential of a body, as the domain takes it. */
export const readKey = (given: z.output<typeof newCredential>): NewClientKey => ({
  name: given.name,
  pem: given.pem,
  kid: given.kid,
  alg: given.alg,
  expiresAt: given.expires_at === undefined ? undefined : Date.parse(given.expires_at),
  expiresWithCertificate: given.parse_expiry_from_cert,
})
