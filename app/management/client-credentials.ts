import { z } from 'zod'
import type { AppContext } from '~/context'
import { CLIENT_KEY_ALGS } from '~/domain/clients/client-keys'
import { addClientKey, changeClientKey, removeClientKey } from '~/domain/clients/registered-keys'
import { requireOfTenant } from '~/domain/clients/update-client'
import { type ClientKey, findClientKey, listClientKeys } from '~db/queries/client-keys'
import { newCredential } from './client-schema'
import { readKey, requireClient } from './clients'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { withoutUnset } from './fields'

const tag = 'Clients'
const ofClient = z.object({ client_id: z.string() })
const ofCredential = z.object({ client_id: z.string(), credential_id: z.string() })

const credential = z.object({
  id: z.string(),
  name: z.string().optional(),
  kid: z.string(),
  alg: z.enum(CLIENT_KEY_ALGS),
  credential_type: z.literal('public_key'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  expires_at: z.iso.datetime().optional(),
})

const serialize = (key: ClientKey): z.input<typeof credential> =>
  withoutUnset({
    id: key.id,
    name: key.name || undefined,
    kid: key.kid,
    alg: key.alg,
    credential_type: 'public_key' as const,
    created_at: new Date(key.createdAt).toISOString(),
    updated_at: new Date(key.updatedAt).toISOString(),
    expires_at: key.expiresAt === null ? undefined : new Date(key.expiresAt).toISOString(),
  })

async function requireKey({ db }: AppContext, clientId: string, id: string): Promise<ClientKey> {
  const key = await findClientKey(db, clientId, id)
  if (key) return key
  throw new ManagementError(404, 'inexistent_credential', 'The credential does not exist.')
}

/** The keys that a client proves itself with; they are in use once `client_authentication_methods` names them. */
export const clientCredentialEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/clients/{client_id}/credentials',
    summary: 'Get client credentials',
    tag,
    scopes: ['read:client_credentials'],
    params: ofClient,
    answer: z.array(credential),
    async run(ctx, { params: { client_id } }) {
      const client = await requireClient(ctx, client_id)
      return (await listClientKeys(ctx.db, { clientId: client.clientId })).map(serialize)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/clients/{client_id}/credentials',
    summary: 'Create a client credential',
    tag,
    scopes: ['create:client_credentials'],
    params: ofClient,
    body: newCredential,
    answer: credential,
    status: 201,
    async run(ctx, { params: { client_id }, body }) {
      const client = await requireClient(ctx, client_id)
      requireOfTenant(client)
      return serialize(await addClientKey(ctx, client, readKey(body)))
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/clients/{client_id}/credentials/{credential_id}',
    summary: 'Get a client credential',
    tag,
    scopes: ['read:client_credentials'],
    params: ofCredential,
    answer: credential,
    run: async (ctx, { params }) => serialize(await requireKey(ctx, params.client_id, params.credential_id)),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/clients/{client_id}/credentials/{credential_id}',
    summary: 'Update a client credential',
    tag,
    scopes: ['update:client_credentials'],
    params: ofCredential,
    body: z.strictObject({ expires_at: z.iso.datetime({ offset: true }).nullable() }),
    answer: credential,
    async run(ctx, { params, body: { expires_at } }) {
      const client = await requireClient(ctx, params.client_id)
      requireOfTenant(client)
      const key = await requireKey(ctx, params.client_id, params.credential_id)
      return serialize(await changeClientKey(ctx, client, key, expires_at === null ? null : Date.parse(expires_at)))
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/clients/{client_id}/credentials/{credential_id}',
    summary: 'Delete a client credential',
    tag,
    scopes: ['delete:client_credentials'],
    params: ofCredential,
    async run(ctx, { params }) {
      const client = await requireClient(ctx, params.client_id)
      requireOfTenant(client)
      const key = await findClientKey(ctx.db, params.client_id, params.credential_id)
      if (key) await removeClientKey(ctx, client, key)
    },
  }),
]
