import type { AppContext } from '~/context'
import { asClient } from '~/domain/audit/who'
import { isKept } from '~/domain/rate-limits/is-kept'
import { networkOf } from '~/platform/network'
import { actingAs, auditEvent } from './audit-event'

type RefusedCall = { method: string; path: string; status: number; message: string }

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Records a refused call of the Management API: a change that was not made, or a call without the right to it. Of many
 * by one client, or from one network, only some.
 * @param client who called, where the token told
 */
export async function recordRefusedCall(
  ctx: AppContext,
  client: { clientId: string; name: string } | undefined,
  { method, path, status, message }: RefusedCall,
): Promise<void> {
  const isTold = status === 401 || status === 403 || !READS.has(method)
  // A client that calls too often is told so in each answer.
  if (!isTold || status === 429 || status >= 500) return
  const actor = client ? asClient(client) : ctx.actor
  const target = client ? asClient(client) : undefined
  // What is wrong with a body can quote it, and with it a secret.
  const reason = status === 401 || status === 403 ? message.slice(0, 300) : undefined
  const event = auditEvent(actingAs(ctx, actor), 'management.refused', target, {
    clientId: client?.clientId,
    details: { method, path, status, reason },
  })
  if (await isKept(ctx, 'management-refusal', client?.clientId ?? networkOf(ctx.request.ip))) await ctx.db.run(event)
}
