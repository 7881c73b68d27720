/** An extension: how an app is used, and which of its requests were refused. */
import { z } from 'zod'
import { appUsage, MAX_USAGE_DAYS } from '~/domain/apps/app-usage'
import { USAGE_COUNTS } from '~/domain/audit/count-events'
import { countRefusals, listRefusalSlice } from '~db/queries/app-list'
import { findRefusal, type Refusal } from '~db/queries/refusals'
import type { UsageCount } from '~db/queries/statistics'
import { appParams, requireApp } from './app-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'App usage'

const counts = Object.fromEntries(USAGE_COUNTS.map((name) => [name, z.int()])) as Record<UsageCount, z.ZodInt>

const refusal = z.object({
  id: z.string(),
  at: z.string(),
  endpoint: z.string(),
  error: z.string(),
  description: z.string(),
  detail: z.string().optional().describe('What the answer did not tell, as it could have gone to somebody else.'),
  sent: z.record(z.string(), z.string()).describe('What of the request is kept; no secret is.'),
  registered: z.record(z.string(), z.array(z.string())).describe('What it was compared with.'),
})

const serialize = (row: Refusal): z.input<typeof refusal> =>
  withoutUnset({
    id: row.id,
    at: isoTime(row.at),
    endpoint: row.endpoint,
    error: row.error,
    description: row.description,
    detail: row.detail ?? undefined,
    sent: row.sent,
    registered: row.registered,
  })

export const appUsageEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/apps/{client_id}/usage',
    summary: 'Get how an app was used, day by day of UTC',
    tag,
    scopes: ['read:app_usage'],
    partnerScopes: ['read:app_usage'],
    params: appParams,
    query: z.object({
      days: z.int().min(1).max(MAX_USAGE_DAYS).optional().describe('How many days, up to today; 7 unless given.'),
    }),
    answer: z.array(z.object({ date: z.string(), ...counts })),
    run: async (ctx, { params: { client_id }, query, access }) =>
      appUsage(ctx, (await requireApp(ctx, access, client_id)).app.clientId, query.days ?? 7),
  }),
  listEndpoint({
    path: '/api/v2/apps/{client_id}/refusals',
    summary: 'Get the refused requests of an app, the newest first; they are kept for seven days',
    tag,
    scopes: ['read:app_usage'],
    partnerScopes: ['read:app_usage'],
    params: appParams,
    key: 'refusals',
    filters: {},
    item: refusal,
    list: async (ctx, slice, { params: { client_id }, access }) =>
      listRefusalSlice(ctx.db, (await requireApp(ctx, access, client_id)).app.clientId, slice),
    count: ({ db }, { params: { client_id } }) => countRefusals(db, client_id),
    positionOf: ({ at, id }) => [at, id],
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/apps/{client_id}/refusals/{refusal_id}',
    summary: 'Get a refused request of an app',
    tag,
    scopes: ['read:app_usage'],
    partnerScopes: ['read:app_usage'],
    params: appParams.extend({ refusal_id: z.string() }),
    answer: refusal,
    async run(ctx, { params: { client_id, refusal_id }, access }) {
      const { clientId } = (await requireApp(ctx, access, client_id)).app
      const found = await findRefusal(ctx.db, clientId, refusal_id)
      if (found) return serialize(found)
      throw new ManagementError(404, 'inexistent_refusal', 'The refusal does not exist.')
    },
  }),
]
