import type { AppContext } from '~/context'
import { DomainError } from '~/platform/errors'
import { networkOf } from '~/platform/network'
import type { LimitName } from './throttle'

/**
 * Whether one more row is kept of what anybody can bring about at will: of many at a time only some, of one client and
 * from one network. A network that has caused its share spends nothing of the clients that it names.
 */
export async function isKept(
  ctx: Pick<AppContext, 'throttle' | 'request'>,
  limit: LimitName,
  key: string,
): Promise<boolean> {
  const network = networkOf(ctx.request.ip)
  try {
    // Without a write first: many refusals are not to cost one each.
    await ctx.throttle.requireFree('kept-failure', [network])
    await ctx.throttle.requireFree(limit, [key])
    await ctx.throttle.take('kept-failure', network)
    await ctx.throttle.take(limit, key)
    return true
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}
