import type { AppContext } from '~/context'
import { dateOf } from '~/platform/dates'
import { DAY } from '~/platform/durations'
import { deleteOldMfaTokens } from '~db/queries/authenticators'
import { deleteExpiredUsedTokenIds } from '~db/queries/client-keys'
import { deleteExpiredUpstreamLogins } from '~db/queries/connections'
import {
  deleteExpiredAuthorizationCodes,
  deleteExpiredAuthorizationRequests,
  deleteExpiredDeviceCodes,
  deleteExpiredPushedRequests,
} from '~db/queries/grants'
import { deleteExpiredAttempts } from '~db/queries/rate-limits'
import { deleteOldRefusals } from '~db/queries/refusals'
import { deleteUnusedRegistrations } from '~db/queries/registrations'
import { deleteOldLoginTickets } from '~db/queries/sessions'
import { deleteClientUsageBefore } from '~db/queries/statistics'
import { deleteExpiredAccessTokens } from '~db/queries/tokens'

/** Redeemed and expired codes are kept for so long: a replay of one still ends what it bought. */
const KEEP = 1 * DAY
/** A client that registered itself and has no users by then is taken for one that nobody needs. */
const UNUSED_REGISTRATION = 30 * DAY
/** What an `error_uri` leads to is kept for so long. */
const REFUSALS_KEPT = 7 * DAY
/** A year, and some days of the one before. */
const USAGE_KEPT = 400 * DAY

/** Deletes what has expired and can have no effect any more. */
export async function sweepExpired(ctx: Pick<AppContext, 'db' | 'clock'>): Promise<void> {
  const before = ctx.clock.now() - KEEP
  await ctx.db.run(deleteExpiredAuthorizationRequests(before))
  await ctx.db.run(deleteExpiredAuthorizationCodes(before))
  await ctx.db.run(deleteExpiredPushedRequests(before))
  await ctx.db.run(deleteExpiredDeviceCodes(before))
  await ctx.db.run(deleteOldMfaTokens(before))
  await ctx.db.run(deleteOldLoginTickets(before))
  await ctx.db.run(deleteExpiredUpstreamLogins(before))
  await ctx.db.run(deleteExpiredAccessTokens(before))
  await ctx.db.run(deleteOldRefusals(ctx.clock.now() - REFUSALS_KEPT))
  await ctx.db.run(deleteClientUsageBefore(dateOf(ctx.clock.now() - USAGE_KEPT)))
  await ctx.db.run(deleteUnusedRegistrations(ctx.clock.now() - UNUSED_REGISTRATION))
  await ctx.db.run(deleteExpiredAttempts(ctx.clock.now()))
  await ctx.db.run(deleteExpiredUsedTokenIds(ctx.clock.now()))
}
