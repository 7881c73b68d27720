/** An extension: programs that are told of moderation and consent as it happens. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { deleteReceiver } from '~/domain/webhooks/change-receiver'
import { MAX_WEBHOOKS, receiverName, receiverStatus, receiverUrl } from '~/domain/webhooks/receiver-fields'
import { webhookSecrets } from '~/domain/webhooks/receiver-secrets'
import { WEBHOOK_EVENTS } from '~/domain/webhooks/webhook-events'
import { createWebhook, pingWebhook, redeliver, rotateWebhookSecret, updateWebhook } from '~/domain/webhooks/webhooks'
import {
  countEventDeliveries,
  type EventDelivery,
  type EventReceiver,
  findEventDelivery,
  findEventReceiver,
  listEventDeliveries,
  listEventReceivers,
} from '~db/queries/event-receivers'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Webhooks'

const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1)
  .max(WEBHOOK_EVENTS.length)
  .transform((given) => [...new Set(given)])

const webhook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  status: z.enum(['active', 'paused', 'suspended']),
  failing_since: z.string().optional(),
  last_problem: z.string().optional(),
  last_delivery_at: z.string().optional(),
  previous_secret_until: z
    .string()
    .optional()
    .describe('Messages are signed with the secret before as well until then.'),
  created_at: z.string(),
  updated_at: z.string(),
})

const withSecret = webhook.extend({ secret: z.string().describe('Shown this once.') })

const delivery = z.object({
  id: z.string().describe('The `webhook-id` of the message.'),
  event_id: z.string(),
  type: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.array(
    z.object({
      at: z.string(),
      status: z.int().optional(),
      problem: z.string().optional(),
      milliseconds: z.int(),
    }),
  ),
  next_attempt_at: z.string().optional(),
  delivered_at: z.string().optional(),
  created_at: z.string(),
})

const params = z.object({ id: z.string() })
const deliveryParams = params.extend({ delivery_id: z.string() })

const iso = (at: number | null | undefined): string | undefined => (at ? new Date(at).toISOString() : undefined)

async function serialize(ctx: AppContext, row: EventReceiver): Promise<z.input<typeof webhook>> {
  const { previous } = await webhookSecrets(ctx, row)
  return withoutUnset({
    id: row.id,
    name: row.name,
    url: row.url,
    events: row.selection,
    status: row.status,
    failing_since: iso(row.failingSince),
    last_problem: row.lastProblem ?? undefined,
    last_delivery_at: iso(row.lastDeliveryAt),
    previous_secret_until: previous && previous.until > ctx.clock.now() ? iso(previous.until) : undefined,
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  })
}

function serializeDelivery(row: EventDelivery): z.input<typeof delivery> {
  return withoutUnset({
    id: row.id,
    event_id: row.eventId,
    type: row.type,
    state: stateOf(row),
    attempts: row.attempts.map(({ at, status, problem, milliseconds }) =>
      withoutUnset({
        at: new Date(at).toISOString(),
        status: status ?? undefined,
        problem: problem ?? undefined,
        milliseconds,
      }),
    ),
    next_attempt_at: iso(row.nextAttemptAt),
    delivered_at: iso(row.deliveredAt),
    created_at: new Date(row.createdAt).toISOString(),
  })
}

function stateOf({ deliveredAt, nextAttemptAt }: EventDelivery): 'pending' | 'delivered' | 'failed' {
  if (nextAttemptAt !== null) return 'pending'
  return deliveredAt === null ? 'failed' : 'delivered'
}

async function requireWebhook({ db }: AppContext, id: string): Promise<EventReceiver> {
  const found = await findEventReceiver(db, 'webhook', id)
  if (found) return found
  throw new ManagementError(404, 'inexistent_webhook', 'The webhook does not exist')
}

async function requireDelivery(ctx: AppContext, id: string, deliveryId: string): Promise<EventDelivery> {
  const found = await findEventDelivery(ctx.db, (await requireWebhook(ctx, id)).id, deliveryId)
  if (found) return found
  throw new ManagementError(404, 'inexistent_delivery', 'The delivery does not exist')
}

export const webhookEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/webhooks',
    summary: 'Get webhooks',
    tag,
    scopes: ['read:webhooks'],
    answer: z.array(webhook),
    async run(ctx) {
      const rows = await listEventReceivers(ctx.db, 'webhook', { skip: 0, limit: MAX_WEBHOOKS })
      return Promise.all(rows.map((row) => serialize(ctx, row)))
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/webhooks',
    summary: 'Create a webhook',
    tag,
    scopes: ['create:webhooks'],
    body: z.strictObject({ name: receiverName.optional(), url: receiverUrl, events }),
    answer: withSecret,
    status: 201,
    async run(ctx, { body: { name, url, events: given } }) {
      const made = await createWebhook(ctx, { name: name ?? new URL(url).host, url, events: given })
      return { ...(await serialize(ctx, made.webhook)), secret: made.secret }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/webhooks/{id}',
    summary: 'Get a webhook',
    tag,
    scopes: ['read:webhooks'],
    params,
    answer: webhook,
    run: async (ctx, { params: { id } }) => serialize(ctx, await requireWebhook(ctx, id)),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/webhooks/{id}',
    summary: 'Update a webhook; pause and resume it',
    tag,
    scopes: ['update:webhooks'],
    params,
    body: z.strictObject({
      name: receiverName.optional(),
      url: receiverUrl.optional(),
      events: events.optional(),
      status: receiverStatus.optional(),
    }),
    answer: webhook,
    run: async (ctx, { params: { id }, body }) =>
      serialize(ctx, await updateWebhook(ctx, await requireWebhook(ctx, id), body)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/webhooks/{id}',
    summary: 'Delete a webhook, with what it was still to be told',
    tag,
    scopes: ['delete:webhooks'],
    params,
    async run(ctx, { params: { id } }) {
      const found = await findEventReceiver(ctx.db, 'webhook', id)
      if (found) await deleteReceiver(ctx, found)
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/webhooks/{id}/rotate-secret',
    summary: 'Give a webhook a new secret',
    tag,
    scopes: ['update:webhooks'],
    params,
    body: z.strictObject({
      overlap_hours: z.int().min(0).max(168).optional().describe('The secret before signs as well for so long; 24.'),
    }),
    answer: withSecret,
    async run(ctx, { params: { id }, body: { overlap_hours = 24 } }) {
      const made = await rotateWebhookSecret(ctx, await requireWebhook(ctx, id), overlap_hours)
      return { ...(await serialize(ctx, made.webhook)), secret: made.secret }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/webhooks/{id}/ping',
    summary: 'Send a message to try a webhook with',
    tag,
    scopes: ['update:webhooks'],
    params,
    status: 202,
    run: async (ctx, { params: { id } }) => pingWebhook(ctx, await requireWebhook(ctx, id)),
  }),
  listEndpoint({
    path: '/api/v2/webhooks/{id}/deliveries',
    summary: 'Get what a webhook was told, the newest first',
    tag,
    scopes: ['read:webhooks'],
    params,
    key: 'deliveries',
    filters: {},
    item: delivery,
    list: async (ctx, slice, { params: { id } }) =>
      listEventDeliveries(ctx.db, (await requireWebhook(ctx, id)).id, slice),
    count: (ctx, { params: { id } }) => countEventDeliveries(ctx.db, id),
    positionOf: ({ id }) => [id],
    serialize: (_ctx, rows) => rows.map(serializeDelivery),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/webhooks/{id}/deliveries/{delivery_id}',
    summary: 'Get a delivery',
    tag,
    scopes: ['read:webhooks'],
    params: deliveryParams,
    answer: delivery,
    run: async (ctx, { params: { id, delivery_id } }) => serializeDelivery(await requireDelivery(ctx, id, delivery_id)),
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/webhooks/{id}/deliveries/{delivery_id}/redeliver',
    summary: 'Make a delivery again',
    tag,
    scopes: ['update:webhooks'],
    params: deliveryParams,
    answer: delivery,
    status: 202,
    async run(ctx, { params: { id, delivery_id } }) {
      await requireDelivery(ctx, id, delivery_id)
      await redeliver(ctx, await requireWebhook(ctx, id), delivery_id)
      return serializeDelivery(await requireDelivery(ctx, id, delivery_id))
    },
  }),
]
