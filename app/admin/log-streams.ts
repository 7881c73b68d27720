/** The page on servers that are sent the log as it comes. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { deleteReceiver } from '~/domain/webhooks/change-receiver'
import { createLogStream, updateLogStream } from '~/domain/webhooks/log-streams'
import { MAX_LOG_STREAMS } from '~/domain/webhooks/receiver-fields'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { findEventReceiver, listEventReceivers } from '~db/queries/event-receivers'
import { logStreamForm } from './forms'
import type { AdminForm, AdminVisit } from './guard'
import { addressFor } from './receiver-address'

const PAGE = '/admin/settings/log-streams'

export async function logStreamsPage({ ctx, member }: AdminVisit) {
  const rows = await listEventReceivers(ctx.db, 'log-stream', { skip: 0, limit: MAX_LOG_STREAMS })
  return {
    streams: rows.map(({ id, name, url, status, selection, lastDeliveryAt, lastProblem }) => ({
      id,
      name,
      address: addressFor(member, url),
      status,
      categories: selection,
      lastDeliveryAt,
      lastProblem,
    })),
  }
}

export type LogStreamsPage = Awaited<ReturnType<typeof logStreamsPage>>

export const logStreamActs = {
  create: { by: 'owner', fresh: true, run: create },
  pause: { by: 'owner', fresh: true, run: pause },
  resume: { by: 'owner', fresh: true, run: resume },
  delete: { by: 'owner', fresh: true, run: remove },
} satisfies Acts<AdminForm>

async function create({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: logStreamForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { name, url, format, authorization, categories } = parsed.value
  await createLogStream(ctx, { name, sink: { url, contentFormat: format, authorization }, categories })
  return redirect(`${PAGE}?notice=log-stream-created`)
}

async function pause({ ctx, form }: AdminForm) {
  await updateLogStream(ctx, await requireStream(ctx, form), { status: 'paused' })
  return redirect(`${PAGE}?notice=log-stream-paused`)
}

async function resume({ ctx, form }: AdminForm) {
  await updateLogStream(ctx, await requireStream(ctx, form), { status: 'active' })
  return redirect(`${PAGE}?notice=log-stream-resumed`)
}

async function remove({ ctx, form }: AdminForm) {
  await deleteReceiver(ctx, await requireStream(ctx, form))
  return redirect(`${PAGE}?notice=log-stream-deleted`)
}

async function requireStream({ db }: AppContext, form: FormData) {
  const found = await findEventReceiver(db, 'log-stream', String(form.get('id') ?? ''))
  if (found) return found
  throw new DomainError('not_found', 'There is no such log stream any more. Reload the page.')
}
