/** An extension: the tokens with which programs register clients (RFC 7591 §3). */
import { z } from 'zod'
import type { AppContext } from '~/context'
import {
  createInitialAccess,
  MAX_DAYS,
  MAX_REGISTRATIONS,
  revokeInitialAccessToken,
} from '~/domain/clients/initial-access'
import { displayText } from '~/domain/users/user-fields'
import { DAY } from '~/platform/durations'
import {
  countInitialAccessTokens,
  findInitialAccessToken,
  type InitialAccessToken,
  listInitialAccessTokens,
} from '~db/queries/registrations'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Initial access tokens'

const item = z.object({
  id: z.string(),
  label: z.string(),
  quota: z.int().describe('How many clients it may register.'),
  used: z.int().describe('How many it has registered.'),
  created_at: z.string(),
  expires_at: z.string(),
  revoked_at: z.string().optional(),
})

const serialize = (row: InitialAccessToken): z.input<typeof item> =>
  withoutUnset({
    id: row.id,
    label: row.label,
    quota: row.quota,
    used: row.used,
    created_at: isoTime(row.createdAt),
    expires_at: isoTime(row.expiresAt),
    revoked_at: row.revokedAt === null ? undefined : isoTime(row.revokedAt),
  })

/** @throws ManagementError 404 */
async function requireToken({ db }: Pick<AppContext, 'db'>, id: string): Promise<InitialAccessToken> {
  const found = await findInitialAccessToken(db, id)
  if (found) return found
  throw new ManagementError(404, 'inexistent_initial_access_token', 'The initial access token does not exist.')
}

export const initialAccessTokenEndpoints = [
  listEndpoint({
    path: '/api/v2/initial-access-tokens',
    summary: 'Get initial access tokens, the newest first; never their values',
    tag,
    scopes: ['read:initial_access_tokens'],
    key: 'initial_access_tokens',
    filters: {},
    item,
    list: ({ db }, slice) => listInitialAccessTokens(db, slice),
    count: ({ db }) => countInitialAccessTokens(db),
    positionOf: ({ createdAt, id }) => [createdAt, id],
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/initial-access-tokens',
    summary: 'Create an initial access token',
    tag,
    scopes: ['create:initial_access_tokens'],
    body: z.strictObject({
      label: displayText('whom the token is for', 100),
      quota: z.int().min(1).max(MAX_REGISTRATIONS).describe('How many clients it may register.'),
      lifetime_in_seconds: z
        .int()
        .min(60)
        .max((MAX_DAYS * DAY) / 1000)
        .describe('How long it may.'),
    }),
    answer: item.extend({ token: z.string().describe('Shown this once.') }),
    status: 201,
    async run(ctx, { body: { label, quota, lifetime_in_seconds } }) {
      const { id, token } = await createInitialAccess(ctx, { label, quota, lifetime: lifetime_in_seconds * 1000 })
      return { ...serialize(await requireToken(ctx, id)), token }
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/initial-access-tokens/{id}',
    summary: 'End an initial access token; what was registered with it stays',
    tag,
    scopes: ['delete:initial_access_tokens'],
    params: z.object({ id: z.string() }),
    async run(ctx, { params: { id } }) {
      const found = await requireToken(ctx, id)
      if (found.revokedAt === null) await revokeInitialAccessToken(ctx, id)
    },
  }),
]
