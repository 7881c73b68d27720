import type { AppContext } from '~/context'
import { SECOND } from '~/platform/durations'
import { firstIdAt } from '~/platform/ids'

/** How long after an event has its id its transaction may still be on its way, clocks of several nodes included. */
const SETTLING = 5 * SECOND

/**
 * The id before which nothing will appear any more. Who reads on from the last event they saw stops there: of two
 * events, the one with the greater id can be stored first.
 */
export const settledBefore = (ctx: Pick<AppContext, 'clock'>): string => firstIdAt(ctx.clock.now() - SETTLING)
