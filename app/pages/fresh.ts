import { redirect } from '@remix-run/node'
import type { Clock } from '~/platform/clock'
import { MINUTE } from '~/platform/durations'

/** For how long a sign-in counts as new. */
export const FRESH = 15 * MINUTE

/**
 * Whether somebody has signed in just now. How one signs in, and what programs prove themselves with, is changed by such
 * a person alone: who finds an open browser can neither lock its owner out nor take a secret away.
 */
export const isFresh = ({ clock }: { clock: Clock }, { session }: { session: { authenticatedAt: number } }): boolean =>
  session.authenticatedAt + FRESH > clock.now()

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
