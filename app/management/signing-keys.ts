import { z } from 'zod'
import type { AppContext } from '~/context'
import { revokeSigningKey, rotateSigningKey, stateOfKey } from '~/domain/keys/signing-keys'
import { describeCertificate } from '~/platform/certificate'
import { listAllSigningKeys, type SigningKeyRow } from '~db/queries/keys'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { withoutUnset } from './fields'

const path = '/api/v2/keys/signing'
const tag = 'Signing keys'
const params = z.object({ kid: z.string() })

const signingKey = z.object({
  kid: z.string(),
  alg: z.string().describe('Extension: what is signed with it. ID tokens are signed with RS256.'),
  cert: z.string().describe('A certificate of the key, signed by itself; PEM.'),
  pkcs7: z.string().describe('The certificate in PKCS #7.'),
  current: z.boolean(),
  next: z.boolean(),
  previous: z.boolean(),
  current_since: z.string().optional(),
  current_until: z.string().optional(),
  fingerprint: z.string(),
  thumbprint: z.string(),
  revoked: z.boolean(),
  revoked_at: z.string().optional(),
})

const issued = z.object({ kid: z.string(), cert: z.string() })

const isoTime = (at: number | null) => (at === null ? undefined : new Date(at).toISOString())

async function serialize(ctx: AppContext, row: SigningKeyRow): Promise<z.input<typeof signingKey>> {
  const state = row.revokedAt === null ? stateOfKey(row, ctx.clock.now()) : undefined
  return withoutUnset({
    kid: row.kid,
    alg: row.alg,
    ...(await describeCertificate(row.certificate)),
    current: state === 'current',
    next: state === 'next',
    previous: state === 'previous',
    current_since: isoTime(row.activatedAt),
    current_until: isoTime(row.retiredAt),
    revoked: row.revokedAt !== null,
    revoked_at: isoTime(row.revokedAt),
  })
}

async function requireKey({ db }: AppContext, kid: string): Promise<SigningKeyRow> {
  const row = (await listAllSigningKeys(db, {})).find((key) => key.kid === kid)
  if (!row) throw new ManagementError(404, 'inexistent_signing_key', 'The signing key does not exist.')
  return row
}

async function certificateOf(ctx: AppContext, kid: string): Promise<z.input<typeof issued>> {
  const { certificate } = await requireKey(ctx, kid)
  return { kid, cert: (await describeCertificate(certificate)).cert }
}

export const signingKeyEndpoints = [
  endpoint({
    method: 'GET',
    path,
    summary: 'Get all signing keys',
    tag,
    scopes: ['read:signing_keys'],
    answer: z.array(signingKey),
    run: async (ctx) => Promise.all((await listAllSigningKeys(ctx.db, {})).map((row) => serialize(ctx, row))),
  }),
  endpoint({
    method: 'GET',
    path: `${path}/{kid}`,
    summary: 'Get a signing key',
    tag,
    scopes: ['read:signing_keys'],
    params,
    answer: signingKey,
    run: async (ctx, { params: { kid } }) => serialize(ctx, await requireKey(ctx, kid)),
  }),
  endpoint({
    method: 'POST',
    path: `${path}/rotate`,
    summary: 'Rotate the signing key',
    tag,
    // Auth0 asks for both scopes; a program that may make keys is one that may rotate.
    scopes: ['create:signing_keys'],
    answer: issued,
    status: 201,
    run: async (ctx) => certificateOf(ctx, (await rotateSigningKey(ctx, 'RS256')).kid),
  }),
  endpoint({
    method: 'PUT',
    path: `${path}/{kid}/revoke`,
    summary: 'Revoke a signing key that no longer signs',
    tag,
    scopes: ['update:signing_keys'],
    params,
    answer: issued,
    async run(ctx, { params: { kid } }) {
      const answer = await certificateOf(ctx, kid)
      await revokeSigningKey(ctx, kid)
      return answer
    },
  }),
]
