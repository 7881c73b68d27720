import { z } from 'zod'
import type { AppContext } from '~/context'
import { createConnectionKeys, rotateConnectionKeys, stateOfConnectionKey } from '~/domain/connections/connection-keys'
import { CONNECTION_KEY_ALGS } from '~/domain/connections/options'
import { describeCertificate } from '~/platform/certificate'
import { type ConnectionKey, listConnectionKeys } from '~db/queries/connections'
import { requireConnection } from './connections'
import { endpoint } from './endpoint'
import { withoutUnset } from './fields'

const path = '/api/v2/connections/{id}/keys'
const tag = 'Connections'
const params = z.object({ id: z.string() })

const connectionKey = z.object({
  kid: z.string(),
  algorithm: z.string(),
  key_use: z.literal('signing'),
  cert: z.string().describe('A certificate of the key, signed by itself; PEM.'),
  pkcs: z.string().describe('The certificate in PKCS #7.'),
  current: z.boolean(),
  next: z.boolean(),
  previous: z.boolean(),
  current_since: z.string().optional(),
  fingerprint: z.string(),
  thumbprint: z.string(),
  subject_dn: z.string(),
})

async function serialize(ctx: AppContext, key: ConnectionKey): Promise<z.input<typeof connectionKey>> {
  const { pkcs7: pkcs, ...certificate } = await describeCertificate(key.certificate)
  const state = stateOfConnectionKey(key, ctx.clock.now())
  return withoutUnset({
    kid: key.kid,
    algorithm: key.alg,
    key_use: 'signing' as const,
    ...certificate,
    pkcs,
    current: state === 'current',
    next: state === 'next',
    previous: state === 'previous',
    current_since: key.activatedAt === null ? undefined : new Date(key.activatedAt).toISOString(),
    subject_dn: `/CN=${new URL(ctx.config.issuer).hostname}`,
  })
}

const serializeAll = (ctx: AppContext, keys: ConnectionKey[]) => Promise.all(keys.map((key) => serialize(ctx, key)))

export const connectionKeyEndpoints = [
  endpoint({
    method: 'GET',
    path,
    summary: 'Get the keys that prove this server to the provider of a connection',
    tag,
    scopes: ['read:connections_keys'],
    params,
    answer: z.array(connectionKey),
    async run(ctx, { params: { id } }) {
      await requireConnection(ctx, id)
      return serializeAll(ctx, await listConnectionKeys(ctx.db, { connectionId: id }))
    },
  }),
  endpoint({
    method: 'POST',
    path,
    summary: 'Create the first keys of a connection',
    tag,
    scopes: ['create:connections_keys'],
    params,
    answer: z.array(connectionKey),
    status: 201,
    run: async (ctx, { params: { id } }) =>
      serializeAll(ctx, await createConnectionKeys(ctx, await requireConnection(ctx, id))),
  }),
  endpoint({
    method: 'POST',
    path: `${path}/rotate`,
    summary: 'Rotate the keys of a connection',
    tag,
    scopes: ['update:connections_keys'],
    params,
    body: z.strictObject({ signing_alg: z.enum(CONNECTION_KEY_ALGS).optional() }),
    answer: connectionKey,
    run: async (ctx, { params: { id }, body }) =>
      serialize(ctx, await rotateConnectionKeys(ctx, await requireConnection(ctx, id), body.signing_alg)),
  }),
]
