import type { AppContext } from '~/context'
import { isConfidential } from '~/domain/policy/client-policy'
import { networkOf } from '~/platform/network'
import type { Client } from '~db/queries/clients'

/**
 * Bounds what is stored for a client that anybody can be: a public one, in whose name anybody can ask, and one that
 * registered itself, whose secret or key proves nothing.
 * @throws DomainError `throttled`
 */
export async function countRequestOfAnybody(ctx: Pick<AppContext, 'throttle' | 'request'>, client: Client) {
  const isMadeByItself = client.source === 'registration' || client.source === 'metadata-document'
  if (isConfidential(client) && !isMadeByItself) return
  await ctx.throttle.take('request-of-anybody', networkOf(ctx.request.ip))
}
