import { z } from 'zod'
import type { AppContext } from '~/context'
import { isRotating } from '~/domain/tokens/refresh-token'
import { setRefreshTokenMetadata } from '~/domain/tokens/refresh-token-metadata'
import { revokeRefreshToken, revokeRefreshTokens } from '~/domain/tokens/revoke-refresh-tokens'
import {
  countRefreshTokens,
  findRefreshTokenFamily,
  type LiveRefreshToken,
  listRefreshTokenSlice,
} from '~db/queries/refresh-tokens'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { hasMembers, isoTime, notes, withoutUnset } from './fields'
import { listEndpoint } from './pagination'
import { requireUser } from './users'

const tag = 'Refresh tokens'

const refreshToken = z.object({
  id: z.string().describe('Stays the same when the token is rotated.'),
  user_id: z.string(),
  client_id: z.string(),
  session_id: z.string().optional(),
  created_at: z.string(),
  last_exchanged_at: z.string(),
  idle_expires_at: z.string().optional(),
  expires_at: z.string().optional(),
  rotating: z.boolean(),
  resource_servers: z.array(z.object({ audience: z.string(), scopes: z.string() })),
  device: z.object({ initial_ip: z.string().optional(), initial_user_agent: z.string().optional() }),
  refresh_token_metadata: z.record(z.string(), z.string()).optional(),
})

const params = z.object({ id: z.string() })
const userParams = z.object({ id: z.string().describe("The user's id.") })

const serialize = (
  { config }: AppContext,
  { family, client, session, token }: LiveRefreshToken,
): z.input<typeof refreshToken> =>
  withoutUnset({
    id: family.id,
    user_id: family.userId,
    client_id: family.clientId,
    session_id: family.sessionId ?? undefined,
    created_at: isoTime(family.createdAt),
    last_exchanged_at: isoTime(family.lastUsedAt),
    idle_expires_at: token.idleExpiresAt === null ? undefined : isoTime(token.idleExpiresAt),
    expires_at: token.expiresAt === null ? undefined : isoTime(token.expiresAt),
    rotating: isRotating(client),
    resource_servers: [{ audience: family.audience ?? `${config.issuer}userinfo`, scopes: family.scope.join(' ') }],
    device: withoutUnset({
      initial_ip: session?.ip ?? undefined,
      initial_user_agent: session?.userAgent ?? undefined,
    }),
    refresh_token_metadata: hasMembers(family.metadata) ? family.metadata : undefined,
  })

async function requireRefreshToken(ctx: AppContext, id: string): Promise<LiveRefreshToken> {
  const found = await findRefreshTokenFamily(ctx.db, id, ctx.clock.now())
  if (found) return found
  throw new ManagementError(404, 'inexistent_refresh_token', 'The refresh token does not exist.')
}

export const refreshTokenEndpoints = [
  listEndpoint({
    path: '/api/v2/users/{id}/refresh-tokens',
    summary: "Get a user's refresh tokens",
    tag,
    scopes: ['read:refresh_tokens'],
    params: userParams,
    key: 'tokens',
    goesOn: true,
    filters: {},
    item: refreshToken,
    async list(ctx, slice, { params: { id } }) {
      const { userId } = await requireUser(ctx, id)
      return listRefreshTokenSlice(ctx.db, { userId, now: ctx.clock.now() }, slice)
    },
    count: ({ db, clock }, { params: { id } }) => countRefreshTokens(db, { userId: id, now: clock.now() }),
    positionOf: ({ family }) => [family.id],
    serialize: (ctx, rows) => rows.map((row) => serialize(ctx, row)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/users/{id}/refresh-tokens',
    summary: "Revoke a user's refresh tokens",
    tag,
    scopes: ['delete:refresh_tokens'],
    params: userParams,
    status: 202,
    async run(ctx, { params: { id } }) {
      await revokeRefreshTokens(ctx, await requireUser(ctx, id))
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/refresh-tokens/{id}',
    summary: 'Get a refresh token',
    tag,
    scopes: ['read:refresh_tokens'],
    params,
    answer: refreshToken,
    run: async (ctx, { params: { id } }) => serialize(ctx, await requireRefreshToken(ctx, id)),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/refresh-tokens/{id}',
    summary: 'Note something of a refresh token',
    tag,
    scopes: ['update:refresh_tokens'],
    params,
    body: z.strictObject({ refresh_token_metadata: notes.optional() }),
    answer: refreshToken,
    async run(ctx, { params: { id }, body: { refresh_token_metadata: metadata } }) {
      const found = await requireRefreshToken(ctx, id)
      if (metadata !== undefined) await setRefreshTokenMetadata(ctx, found, metadata ?? {})
      return serialize(ctx, await requireRefreshToken(ctx, id))
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/refresh-tokens/{id}',
    summary: 'Revoke a refresh token',
    tag,
    scopes: ['delete:refresh_tokens'],
    params,
    status: 202,
    async run(ctx, { params: { id } }) {
      await revokeRefreshToken(ctx, await requireRefreshToken(ctx, id))
    },
  }),
]
