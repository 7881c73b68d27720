/** The page on servers that are sent the log as it comes. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { deleteReceiver } from '~/domain/webhooks/change-receiver'
import { createLogStream, updateLogStream } from '~/domain/webhooks/log-streams'
import { MAX_LOG_STREAMS } from '~/domain/webhooks/receiver-fields'
import { refusal, refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { findEventReceiver, listEventReceivers } from '~db/queries/event-receivers'
import { logStreamForm } from './forms'
import type { AdminVisit } from './guard'

const PAGE = '/admin/settings/log-streams'

export async function logStreamsPage(ctx: AppContext) {
  const rows = await listEventReceivers(ctx.db, 'log-stream', { skip: 0, limit: MAX_LOG_STREAMS })
  return {
    streams: rows.map(({ id, name, url, status, selection, lastDeliveryAt, lastProblem }) => {
      // The query of an address may hold a secret.
      const { origin, pathname } = new URL(url)
      return { id, name, address: `${origin}${pathname}`, status, categories: selection, lastDeliveryAt, lastProblem }
    }),
  }
}

export type LogStreamsPage = Awaited<ReturnType<typeof logStreamsPage>>

/** Carries out the act that the button of a form names. */
export async function actOnLogStreams({ ctx, form }: Pick<AdminVisit, 'ctx'> & { form: FormData }) {
  try {
    switch (form.get('intent')) {
      case 'create': {
        const parsed = parseWithZod(form, { schema: logStreamForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        const { name, url, format, authorization, categories } = parsed.value
        await createLogStream(ctx, { name, sink: { url, contentFormat: format, authorization }, categories })
        return redirect(`${PAGE}?notice=log-stream-created`)
      }
      case 'pause':
        await updateLogStream(ctx, await requireStream(ctx, form), { status: 'paused' })
        return redirect(`${PAGE}?notice=log-stream-paused`)
      case 'resume':
        await updateLogStream(ctx, await requireStream(ctx, form), { status: 'active' })
        return redirect(`${PAGE}?notice=log-stream-resumed`)
      case 'delete':
        await deleteReceiver(ctx, await requireStream(ctx, form))
        return redirect(`${PAGE}?notice=log-stream-deleted`)
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}

async function requireStream({ db }: AppContext, form: FormData) {
  const found = await findEventReceiver(db, 'log-stream', String(form.get('id') ?? ''))
  if (found) return found
  throw new DomainError('not_found', 'There is no such log stream any more. Reload the page.')
}
