import type { AppContext } from '~/context'
import { HOUR } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import { type EventReceiver, requeueEventDelivery } from '~db/queries/event-receivers'
import { createReceiver, type ReceiverChange, receiverEvent, updateReceiver } from './change-receiver'
import { newWebhookSecret, sealSecrets, webhookSecrets } from './receiver-secrets'
import type { WebhookEvent } from './webhook-events'

export type NewWebhook = { name: string; url: string; events: WebhookEvent[] }

/**
 * Makes a webhook: a server that is sent a signed message for each event of some kinds, from now on.
 * @returns with the secret that signs the messages, which is shown once
 * @throws DomainError `conflict` when there are as many as there may be
 */
export async function createWebhook(
  ctx: AppContext,
  { name, url, events }: NewWebhook,
): Promise<{ webhook: EventReceiver; secret: string }> {
  const secret = newWebhookSecret()
  const encryptedSecrets = await sealSecrets(ctx, { secret })
  const given = { id: newId('whk'), kind: 'webhook', name, url, selection: events, encryptedSecrets } as const
  return { webhook: await createReceiver(ctx, given), secret }
}

export type WebhookChange = Pick<ReceiverChange, 'name' | 'url' | 'status'> & { events?: WebhookEvent[] }

/** Changes what is given of a webhook. @throws DomainError `conflict` */
export function updateWebhook(
  ctx: AppContext,
  webhook: EventReceiver,
  { events, ...rest }: WebhookChange,
): Promise<EventReceiver> {
  const change = { ...rest, selection: events }
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as ReceiverChange
  return updateReceiver(ctx, webhook, given)
}

/**
 * Gives a webhook a new secret. Messages are signed with the one before as well for `overlapHours`, so that none is
 * refused while the receiver changes over.
 * @returns the new secret, which is shown once
 * @throws DomainError `conflict`
 */
export async function rotateWebhookSecret(
  ctx: AppContext,
  webhook: EventReceiver,
  overlapHours: number,
): Promise<{ webhook: EventReceiver; secret: string }> {
  const before = await webhookSecrets(ctx, webhook)
  const secret = newWebhookSecret()
  const previous = { secret: before.secret, until: ctx.clock.now() + overlapHours * HOUR }
  const encryptedSecrets = await sealSecrets(ctx, overlapHours > 0 ? { secret, previous } : { secret })
  return { webhook: await updateReceiver(ctx, webhook, { encryptedSecrets }, 'webhook.secret-rotated'), secret }
}

/** Sends a webhook a message to try it with. @throws DomainError `conflict` for one that is not active */
export async function pingWebhook(ctx: AppContext, webhook: EventReceiver): Promise<void> {
  if (webhook.status !== 'active') throw new DomainError('conflict', 'This webhook is not active. Resume it first.')
  await ctx.db.run(receiverEvent(ctx, 'webhook.ping', webhook, {}))
}

/** Makes a delivery again, under the same id. @throws DomainError `not_found` */
export async function redeliver(ctx: AppContext, webhook: EventReceiver, deliveryId: string): Promise<void> {
  await ctx.db.atomically([
    must(
      requeueEventDelivery(webhook.id, deliveryId, ctx.clock.now()),
      () => new DomainError('not_found', 'The delivery does not exist.'),
    ),
    also(receiverEvent(ctx, 'webhook.redelivered', webhook, { delivery: deliveryId })),
  ])
}
