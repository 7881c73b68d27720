/** The pages on programs that are told of moderation and consent. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { deleteReceiver } from '~/domain/webhooks/change-receiver'
import { MAX_WEBHOOKS } from '~/domain/webhooks/receiver-fields'
import { createWebhook, pingWebhook, redeliver, rotateWebhookSecret, updateWebhook } from '~/domain/webhooks/webhooks'
import { refusal, refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import {
  type EventDelivery,
  type EventReceiver,
  findEventReceiver,
  listEventDeliveries,
  listEventReceivers,
} from '~db/queries/event-receivers'
import { webhookForm } from './forms'
import type { AdminVisit } from './guard'
import { requireFound } from './require-found'

/** How long the secret before signs as well after a rotation on the page. */
const OVERLAP_HOURS = 24
const RECENT = 20

export async function webhooksPage(ctx: AppContext) {
  const rows = await listEventReceivers(ctx.db, 'webhook', { skip: 0, limit: MAX_WEBHOOKS })
  return { webhooks: rows.map(summary) }
}

/** The query of an address may hold a secret: it is for owners alone. */
function summary({ id, name, url, status, selection, lastDeliveryAt, failingSince, lastProblem }: EventReceiver) {
  const { origin, pathname } = new URL(url)
  const address = `${origin}${pathname}`
  return { id, name, address, status, events: selection, lastDeliveryAt, failingSince, lastProblem }
}

export type WebhooksPage = Awaited<ReturnType<typeof webhooksPage>>

export async function webhookPage({ ctx, member }: AdminVisit, id: string) {
  const webhook = requireFound(await findEventReceiver(ctx.db, 'webhook', id), 'webhook')
  const deliveries = await listEventDeliveries(ctx.db, id, { skip: 0, limit: RECENT })
  const shown = summary(webhook)
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

export async function actOnWebhooks({ ctx, form }: Pick<AdminVisit, 'ctx'> & { form: FormData }) {
  try {
    if (form.get('intent') !== 'create') throw unknownIntent()
    const parsed = parseWithZod(form, { schema: webhookForm })
    if (parsed.status !== 'success') return refusedForm(parsed)
    return data({ webhookSecret: (await createWebhook(ctx, parsed.value)).secret })
  } catch (error) {
    return refusal(error, form)
  }
}

/** Carries out the act that the button of a form names. @throws a 404 `Response` */
export async function actOnWebhook({ ctx, form }: Pick<AdminVisit, 'ctx'> & { form: FormData }, id: string) {
  const webhook = requireFound(await findEventReceiver(ctx.db, 'webhook', id), 'webhook')
  const back = (notice: string) => redirect(`/admin/settings/webhooks/${encodeURIComponent(id)}?notice=${notice}`)
  try {
    switch (form.get('intent')) {
      case 'save': {
        const parsed = parseWithZod(form, { schema: webhookForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await updateWebhook(ctx, webhook, parsed.value)
        return back('webhook-saved')
      }
      case 'pause':
        await updateWebhook(ctx, webhook, { status: 'paused' })
        return back('webhook-paused')
      case 'resume':
        await updateWebhook(ctx, webhook, { status: 'active' })
        return back('webhook-resumed')
      case 'ping':
        await pingWebhook(ctx, webhook)
        return back('webhook-pinged')
      case 'redeliver':
        await redeliver(ctx, webhook, String(form.get('delivery')))
        return back('webhook-redelivered')
      case 'rotate-secret':
        return data({ webhookSecret: (await rotateWebhookSecret(ctx, webhook, OVERLAP_HOURS)).secret })
      case 'delete':
        await deleteReceiver(ctx, webhook)
        return redirect('/admin/settings/webhooks?notice=webhook-deleted')
      default:
        throw unknownIntent()
    }
  } catch (error) {
    return refusal(error, form)
  }
}

const unknownIntent = () =>
  new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
