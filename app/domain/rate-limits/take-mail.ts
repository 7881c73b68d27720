import type { AppContext } from '~/context'
import { networkOf } from '~/platform/network'

/**
 * Counts a mail that somebody at this network causes. Who asks for mails to another person closes that for the own
 * network, and not for the person.
 * @param of to whom, or what for
 * @throws DomainError `throttled`
 */
export async function takeMail(ctx: Pick<AppContext, 'throttle' | 'request'>, of: string): Promise<void> {
  const from = networkOf(ctx.request.ip)
  // Without a write first: a network that is closed adds no counts of people whom it thinks up.
  await ctx.throttle.requireFree('mail-network', [from])
  await ctx.throttle.take('mail', { of, from })
  await ctx.throttle.take('mail-network', from)
  await ctx.throttle.take('mail-person', of)
}
