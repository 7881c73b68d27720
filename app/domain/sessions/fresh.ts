import type { Clock } from '~/platform/clock'
import { MINUTE } from '~/platform/durations'

/** For how long a sign-in counts as new, in milliseconds. */
export const FRESH = 15 * MINUTE

/**
 * Whether somebody has signed in just now. How one signs in, and what programs prove themselves with, is changed by such
 * a person alone: who finds an open browser can neither lock its owner out nor take a secret away.
 */
export const isFresh = ({ clock }: { clock: Clock }, { session }: { session: { authenticatedAt: number } }): boolean =>
  session.authenticatedAt + FRESH > clock.now()
