/** The pages on programs that are told of moderation and consent. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { deleteReceiver } from '~/domain/webhooks/change-receiver'
import { MAX_WEBHOOKS } from '~/domain/webhooks/receiver-fields'
import { createWebhook, pingWebhook, redeliver, rotateWebhookSecret, updateWebhook } from '~/domain/webhooks/webhooks'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import {
  type EventDelivery,
  type EventReceiver,
  findEventReceiver,
  listEventDeliveries,
  listEventReceivers,
} from '~db/queries/event-receivers'
import type { TenantMember } from '~db/queries/teams'
import { webhookForm } from './forms'
import type { AdminForm, AdminVisit } from './guard'
import { addressFor } from './receiver-address'
import { requireFound } from './require-found'

/** How long the secret before signs as well after a rotation on the page. */
const OVERLAP_HOURS = 24
const RECENT = 20

export async function webhooksPage({ ctx, member }: AdminVisit) {
  const rows = await listEventReceivers(ctx.db, 'webhook', { skip: 0, limit: MAX_WEBHOOKS })
  return { webhooks: rows.map((row) => summary(member, row)) }
}

function summary(member: TenantMember, { url, selection, ...receiver }: EventReceiver) {
  const { id, name, status, lastDeliveryAt, failingSince, lastProblem } = receiver
  const address = addressFor(member, url)
  return { id, name, address, status, events: selection, lastDeliveryAt, failingSince, lastProblem }
}

export type WebhooksPage = Awaited<ReturnType<typeof webhooksPage>>

export async function webhookPage({ ctx, member }: AdminVisit, id: string) {
  const webhook = await requireWebhook(ctx, id)
  const deliveries = await listEventDeliveries(ctx.db, id, { skip: 0, limit: RECENT })
  const shown = summary(member, webhook)
  return {
    webhook: { ...shown, url: member.role === 'owner' ? webhook.url : shown.address },
    deliveries: deliveries.map(deliveryRow),
  }
}

export type WebhookPage = Awaited<ReturnType<typeof webhookPage>>

function deliveryRow({ id, type, attempts, nextAttemptAt, deliveredAt, createdAt }: EventDelivery) {
  const last = attempts.at(-1)
  return {
    id,
    type,
    createdAt,
    attempts: attempts.length,
    lastAnswer: last ? (last.problem ?? `it answered ${last.status}`) : null,
    nextAttemptAt,
    state: stateOf({ nextAttemptAt, deliveredAt }),
  }
}

function stateOf({ nextAttemptAt, deliveredAt }: Pick<EventDelivery, 'nextAttemptAt' | 'deliveredAt'>) {
  if (nextAttemptAt !== null) return 'pending' as const
  return deliveredAt === null ? ('failed' as const) : ('delivered' as const)
}

export const webhooksActs = { create: { by: 'owner', fresh: true, run: create } } satisfies Acts<AdminForm>

/** A form of the page of a webhook. */
type WebhookForm = AdminForm & { webhook: EventReceiver }

export const webhookActs = {
  save: { by: 'owner', fresh: true, run: save },
  pause: { by: 'owner', fresh: true, run: pause },
  resume: { by: 'owner', fresh: true, run: resume },
  ping: { by: 'owner', fresh: false, run: ping },
  redeliver: { by: 'owner', fresh: false, run: sendAgain },
  'rotate-secret': { by: 'owner', fresh: true, run: rotateSecret },
  delete: { by: 'owner', fresh: true, run: remove },
} satisfies Acts<WebhookForm>

/** @throws a 404 `Response` */
export const requireWebhook = async (ctx: AppContext, id: string) =>
  requireFound(await findEventReceiver(ctx.db, 'webhook', id), 'webhook')

const back = ({ webhook }: WebhookForm, notice: string) =>
  redirect(`/admin/settings/webhooks/${encodeURIComponent(webhook.id)}?notice=${notice}`)

async function create({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: webhookForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  return data({ webhookSecret: (await createWebhook(ctx, parsed.value)).secret })
}

async function save(visit: WebhookForm) {
  const parsed = parseWithZod(visit.form, { schema: webhookForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await updateWebhook(visit.ctx, visit.webhook, parsed.value)
  return back(visit, 'webhook-saved')
}

async function pause(visit: WebhookForm) {
  await updateWebhook(visit.ctx, visit.webhook, { status: 'paused' })
  return back(visit, 'webhook-paused')
}

async function resume(visit: WebhookForm) {
  await updateWebhook(visit.ctx, visit.webhook, { status: 'active' })
  return back(visit, 'webhook-resumed')
}

async function ping(visit: WebhookForm) {
  await pingWebhook(visit.ctx, visit.webhook)
  return back(visit, 'webhook-pinged')
}

async function sendAgain(visit: WebhookForm) {
  await redeliver(visit.ctx, visit.webhook, String(visit.form.get('delivery')))
  return back(visit, 'webhook-redelivered')
}

async function rotateSecret({ ctx, webhook }: WebhookForm) {
  return data({ webhookSecret: (await rotateWebhookSecret(ctx, webhook, OVERLAP_HOURS)).secret })
}

async function remove({ ctx, webhook }: WebhookForm) {
  await deleteReceiver(ctx, webhook)
  return redirect('/admin/settings/webhooks?notice=webhook-deleted')
}
