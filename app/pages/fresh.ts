import { redirect } from '@remix-run/node'
import { isFresh } from '~/domain/sessions/fresh'
import type { Clock } from '~/platform/clock'

/**
 * For secrets, keys, deletions and who has access: somebody who has just signed in.
 * @param signIn the page at which one does
 * @param page where the act is to be asked for again
 * @throws a redirect to the sign-in page, which leads back there
 */
export function requireFresh(
  { ctx, session }: { ctx: { clock: Clock }; session: { authenticatedAt: number } },
  signIn: string,
  page: string,
): void {
  if (isFresh(ctx, { session })) return
  throw redirect(`${signIn}?notice=confirm&continue=${encodeURIComponent(page)}`, { status: 303 })
}
