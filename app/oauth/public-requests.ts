import type { AppContext } from '~/context'
import { isConfidential } from '~/domain/policy/client-policy'
import { networkOf } from '~/platform/network'
import type { Client } from '~db/queries/clients'

/**
 * Bounds what is stored for a public client, in whose name anybody can ask.
 * @throws DomainError `throttled`
 */
export async function countPublicRequest(ctx: AppContext, client: Client): Promise<void> {
  if (isConfidential(client)) return
  await ctx.throttle.take('public-request', `${client.clientId}:${networkOf(ctx.request.ip)}`)
}
