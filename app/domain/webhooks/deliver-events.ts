import type { AppContext } from '~/context'
import { logFailure } from '~/domain/audit/log-failure'
import { settledBefore } from '~/domain/audit/settled'
import { DAY } from '~/platform/durations'
import { listAuditEventsAfter } from '~db/queries/audit'
import {
  deleteOldEventDeliveries,
  type EventReceiver,
  listDueEventDeliveries,
  listReceiversInTurn,
} from '~db/queries/event-receivers'
import { MAX_LOG_STREAMS, MAX_WEBHOOKS } from './receiver-fields'
import { isForLogStream, PAGE, tellLogStream } from './tell-log-stream'
import { tellWebhook } from './tell-webhook'
import { Turn, TurnLost } from './turn'
import { isForWebhook } from './webhook-events'

/** Deliveries are listed for so long. */
const KEPT = 30 * DAY

/**
 * Begins to tell log streams and webhooks what happened, where there is something to tell. How far each has come is in
 * the database: it outlives the process, and every node may take its part, one node a receiver at a time. Each is told
 * at its own pace, with one page of events in memory, so a slow one holds up no other.
 * @param ending aborted when the process ends: turns then end with the request that they are at
 * @returns the turns that are under way; they do not reject
 */
export async function beginTurns(ctx: AppContext, ending?: AbortSignal): Promise<Promise<void>[]> {
  const limit = MAX_LOG_STREAMS + MAX_WEBHOOKS
  const receivers = await listReceiversInTurn(ctx.db, { now: ctx.clock.now(), limit })
  return receivers.map((receiver) =>
    giveTurn(ctx, receiver, ending).catch((error) => {
      if (error instanceof TurnLost) return
      logFailure(ctx.log, error, 'events were not delivered', { receiver: receiver.id })
    }),
  )
}

/** Forgets deliveries of a month ago. */
export const sweepEventDeliveries = (ctx: Pick<AppContext, 'db' | 'clock'>): Promise<number> =>
  ctx.db.run(deleteOldEventDeliveries(ctx.clock.now() - KEPT))

async function giveTurn(ctx: AppContext, receiver: EventReceiver, ending?: AbortSignal): Promise<void> {
  if (!(await hasSomethingToTell(ctx, receiver))) return
  const turn = await Turn.take(ctx, receiver, ending)
  if (!turn) return
  if (receiver.kind === 'webhook') {
    await tellWebhook(turn)
    // Each of its messages knows when it is to be sent again.
    return turn.end({ afterFailure: false })
  }
  return turn.end({ afterFailure: !(await tellLogStream(turn)) })
}

/** Looked up before anything is written: most of the time there is nothing. */
async function hasSomethingToTell(ctx: AppContext, receiver: EventReceiver): Promise<boolean> {
  const { cursor: after, kind, id: receiverId } = receiver
  if (kind === 'webhook') {
    const due = await listDueEventDeliveries(ctx.db, { receiverId, now: ctx.clock.now(), limit: 1 })
    if (due.length > 0) return true
  }
  const events = await listAuditEventsAfter(ctx.db, { after, before: settledBefore(ctx), limit: PAGE })
  const isFor = kind === 'webhook' ? isForWebhook : isForLogStream
  // Many that are not for it are passed over, so that they are not read again and again.
  return events.length === PAGE || events.some((event) => isFor(receiver, event))
}
