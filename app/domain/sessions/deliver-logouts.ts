import type { AppContext } from '~/context'
import { logFailure } from '~/domain/audit/log-failure'
import { policyFor } from '~/domain/policy/client-policy'
import { DAY, HOUR, MINUTE, SECOND } from '~/platform/durations'
import { newSortableId } from '~/platform/ids'
import { OutboundFailure } from '~/platform/outbound'
import { also, must, type Step } from '~db/database'
import { findClient } from '~db/queries/clients'
import {
  deleteOldLogoutDeliveries,
  insertLogoutDelivery,
  type LogoutDelivery,
  listClientsToTell,
  listDueLogoutDeliveries,
  listUntoldSessions,
  markLogoutQueued,
  type Session,
  takeLogoutDelivery,
  updateLogoutDelivery,
} from '~db/queries/sessions'
import { createLogoutToken } from './logout-token'

/** How long to wait before the next attempt, by how many were made. After the last one the client is given up. */
const WAITS = [10 * SECOND, 1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]
const AT_ONCE = 20
/** Of one client. */
const AT_ONCE_EACH = 4
const TIMEOUT = 5 * SECOND
const KEPT = 7 * DAY

/**
 * Tells clients that sessions have ended in which they got tokens (OpenID Connect Back-Channel Logout §2.5): whoever
 * ended them, once for each, and again after a while where the client did not answer. What waits is in the database:
 * it outlives the process, and every node may take its part.
 * A client that does not answer keeps no other waiting: of each some are begun at a time, and nobody waits for their end.
 * @returns the attempts that are under way; they do not reject
 */
export async function beginLogouts(ctx: AppContext): Promise<Promise<void>[]> {
  for (const session of await listUntoldSessions(ctx.db, { limit: AT_ONCE })) await queueDeliveries(ctx, session)
  const due = await listDueLogoutDeliveries(ctx.db, { now: ctx.clock.now(), limit: AT_ONCE, each: AT_ONCE_EACH })
  return due.map((delivery) =>
    deliver(ctx, delivery).catch((error) => logFailure(ctx.log, error, 'a logout token was not delivered')),
  )
}

/** Forgets what was delivered, or given up, a week ago. */
export const sweepLogouts = (ctx: Pick<AppContext, 'db' | 'clock'>): Promise<number> =>
  ctx.db.run(deleteOldLogoutDeliveries(ctx.clock.now() - KEPT))

class TakenElsewhere extends Error {}

type EndedSession = Pick<Session, 'id' | 'userId'>

async function queueDeliveries(ctx: AppContext, session: EndedSession): Promise<void> {
  const taken = must(markLogoutQueued(session.id, ctx.clock.now()), () => new TakenElsewhere())
  await ctx.db.atomically([taken, ...(await logoutDeliverySteps(ctx, session))]).catch((error) => {
    if (!(error instanceof TakenElsewhere)) throw error
  })
}

/**
 * The steps that put down whom to tell of a session's end. They stand in the transaction where the session's row, and its
 * tokens with it, go away with their person; otherwise `beginLogouts` comes to it by itself.
 */
export async function logoutDeliverySteps(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  { id, userId }: EndedSession,
): Promise<Step[]> {
  const now = ctx.clock.now()
  const clients = await listClientsToTell(ctx.db, id)
  return clients.flatMap(({ clientId, backchannelLogoutUris }) =>
    backchannelLogoutUris.map((uri) =>
      also(
        insertLogoutDelivery({
          id: newSortableId(now),
          clientId,
          sessionId: id,
          userId,
          uri,
          attempts: 0,
          nextAttemptAt: now,
          lastError: null,
          createdAt: now,
          deliveredAt: null,
        }),
      ),
    ),
  )
}

async function deliver(ctx: AppContext, delivery: LogoutDelivery): Promise<void> {
  const wait = WAITS[delivery.attempts]
  const next = wait === undefined ? Number.MAX_SAFE_INTEGER : ctx.clock.now() + wait
  // The next attempt is set before this one is made: a process that dies here leaves it to be made again.
  if ((await ctx.db.run(takeLogoutDelivery(delivery, next))) === 0) return
  const problem = await send(ctx, delivery)
  if (problem === undefined) {
    await ctx.db.run(updateLogoutDelivery(delivery.id, { deliveredAt: ctx.clock.now(), lastError: null }))
    return
  }
  ctx.log.warn({ clientId: delivery.clientId, attempt: delivery.attempts + 1, problem }, 'a logout token was not taken')
  await ctx.db.run(updateLogoutDelivery(delivery.id, { lastError: problem.slice(0, 500) }))
}

/** @returns what went wrong, if something did */
async function send(
  ctx: AppContext,
  { clientId, sessionId, userId, uri }: LogoutDelivery,
): Promise<string | undefined> {
  const client = await findClient(ctx.db, clientId)
  // A suspended app is told nothing of anybody.
  if (!client || client.suspendedAt !== null) return undefined
  const logoutToken = await createLogoutToken(ctx, client, { sessionId, userId })
  try {
    const { status } = await ctx.outbound(new URL(uri), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: logoutToken }).toString(),
      maxBytes: 64 * 1024,
      timeout: TIMEOUT,
      mayBePrivate: policyFor(client).privateDestinations,
    })
    return status >= 200 && status < 300 ? undefined : `it answered ${status}`
  } catch (error) {
    if (error instanceof OutboundFailure) return error.message
    throw error
  }
}
