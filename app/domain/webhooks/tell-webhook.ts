import { Webhook } from 'standardwebhooks'
import { settledBefore } from '~/domain/audit/settled'
import { DAY, HOUR, MINUTE, SECOND, toSeconds } from '~/platform/durations'
import { newSortableId } from '~/platform/ids'
import { also } from '~db/database'
import { findAuditEvent, listAuditEventsAfter } from '~db/queries/audit'
import {
  type EventDelivery,
  insertEventDelivery,
  listDueEventDeliveries,
  updateEventDelivery,
} from '~db/queries/event-receivers'
import { type WebhookSecrets, webhookSecrets } from './receiver-secrets'
import { PAGE } from './tell-log-stream'
import type { Turn } from './turn'
import { isForWebhook, webhookMessage } from './webhook-events'

/** How long to wait before a message is sent again, by how often that was done. After the last one it is given up. */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 1 * DAY]
const KEPT_ATTEMPTS = 20

/**
 * Puts down a message for each event that came since, and sends those that are due. Each is tried again by itself: one
 * that the receiver does not take holds up no other.
 */
export async function tellWebhook(turn: Turn): Promise<void> {
  let hasMore = true
  while (hasMore && turn.hasTime()) {
    hasMore = await queueMessages(turn)
    await sendDueMessages(turn)
  }
}

/** @returns whether there may be more */
async function queueMessages(turn: Turn): Promise<boolean> {
  const { ctx, receiver } = turn
  const now = ctx.clock.now()
  const events = await listAuditEventsAfter(ctx.db, {
    after: receiver.cursor,
    before: settledBefore(ctx),
    limit: PAGE,
  })
  const last = events.at(-1)
  if (!last) return false
  const messages = events
    .filter((event) => isForWebhook(receiver, event))
    .map(({ id, action }) =>
      insertEventDelivery({
        id: `msg_${newSortableId(now)}`,
        receiverId: receiver.id,
        eventId: id,
        type: action,
        attempts: [],
        waits: 0,
        nextAttemptAt: now,
        deliveredAt: null,
        createdAt: now,
      }),
    )
  await turn.note({ cursor: last.id }, messages.map(also))
  return events.length === PAGE
}

async function sendDueMessages(turn: Turn): Promise<void> {
  const { ctx } = turn
  const secrets = await webhookSecrets(ctx, turn.receiver)
  while (turn.hasTime()) {
    const now = ctx.clock.now()
    const due = await listDueEventDeliveries(ctx.db, { receiverId: turn.receiver.id, now, limit: PAGE })
    if (due.length === 0) return
    for (const delivery of due) {
      if (!turn.hasTime()) return
      await send(turn, secrets, delivery)
    }
  }
}

async function send(turn: Turn, secrets: WebhookSecrets, delivery: EventDelivery): Promise<void> {
  const { ctx } = turn
  const event = await findAuditEvent(ctx.db, delivery.eventId)
  if (!event)
    return turn.note({ cursor: turn.receiver.cursor }, [also(updateEventDelivery(delivery, { nextAttemptAt: null }))])
  const begun = ctx.clock.now()
  const body = webhookMessage(event)
  const outcome = await turn.post(body, signedHeaders(secrets, { id: delivery.id, at: begun, body }))
  const at = ctx.clock.now()
  const { change, steps } = turn.changeBy(outcome)
  const attempt = {
    at: begun,
    status: outcome.status,
    problem: outcome.problem ?? null,
    milliseconds: at - begun,
  }
  const wait = WAITS[delivery.waits]
  const noted = {
    attempts: [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS),
    waits: delivery.waits + 1,
    ...(outcome.problem === undefined
      ? { deliveredAt: at, nextAttemptAt: null }
      : { nextAttemptAt: wait === undefined ? null : at + wait }),
  }
  await turn.note(change, [also(updateEventDelivery(delivery, noted)), ...steps])
}

/** The headers of Standard Webhooks: one signature for each secret that is in use. */
function signedHeaders({ secret, previous }: WebhookSecrets, message: { id: string; at: number; body: string }) {
  const { id, at, body } = message
  const isOverlapping = previous !== undefined && at < previous.until
  const signatures = [secret, ...(isOverlapping ? [previous.secret] : [])].map((key) =>
    new Webhook(key).sign(id, new Date(at), body),
  )
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(toSeconds(at)),
    'webhook-signature': signatures.join(' '),
  }
}
