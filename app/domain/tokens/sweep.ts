import type { AppContext } from '~/context'
import { dateOf } from '~/platform/dates'
import { DAY } from '~/platform/durations'
import { also } from '~db/database'
import { deleteEmptyPartner, listUnprovenSignUps } from '~db/queries/partners'
import { deleteExpiredAttempts } from '~db/queries/rate-limits'
import { deleteUnusedRegistrations } from '~db/queries/registrations'
import { deleteClientUsageBefore } from '~db/queries/statistics'
import {
  AT_ONCE,
  deleteDeadFamilies,
  deleteEnded,
  deleteReplacedTokens,
  type Ending,
  findEndOfFamilies,
} from '~db/queries/sweep'
import { deleteUnprovenUser } from '~db/queries/users'

/**
 * How long each is kept after its end. A replay of a code ends what it bought, for a day; a link that no longer works
 * says so, for a month.
 */
const KEPT: Record<Ending, number> = {
  accessTokens: 1 * DAY,
  authorizationCodes: 1 * DAY,
  authorizationRequests: 1 * DAY,
  deviceCodes: 1 * DAY,
  identityChanges: 1 * DAY,
  loginTickets: 1 * DAY,
  mfaTokens: 1 * DAY,
  pushedRequests: 1 * DAY,
  /** What an `error_uri` leads to. */
  refusals: 7 * DAY,
  sessions: 30 * DAY,
  tickets: 30 * DAY,
  upstreamLogins: 1 * DAY,
  usedTokenIds: 0,
}

/** Longer than any access token lives: what is forgotten of its family ends no token that would have worked. */
const FAMILIES_KEPT = 31 * DAY
/** A client that registered itself and has no users by then is taken for one that nobody needs. */
const UNUSED_REGISTRATION = 30 * DAY
/** Who signs up an organization has proved their address by then, or keeps it from nobody. */
const UNPROVEN_SIGN_UP = 14 * DAY
/** A year, and some days of the one before. */
const USAGE_KEPT = 400 * DAY

/** Deletes what has expired and can have no effect any more. */
export async function sweepExpired(ctx: Pick<AppContext, 'db' | 'clock'>): Promise<void> {
  const now = ctx.clock.now()
  for (const what of Object.keys(KEPT) as Ending[]) {
    while ((await ctx.db.run(deleteEnded(what, now - KEPT[what]))) === AT_ONCE);
  }
  await sweepFamilies(ctx)
  await ctx.db.run(deleteClientUsageBefore(dateOf(now - USAGE_KEPT)))
  await ctx.db.run(deleteUnusedRegistrations(now - UNUSED_REGISTRATION))
  await ctx.db.run(deleteExpiredAttempts(now))
  await sweepSignUps(ctx)
}

async function sweepSignUps({ db, clock }: Pick<AppContext, 'db' | 'clock'>): Promise<void> {
  const signUps = await listUnprovenSignUps(db, clock.now() - UNPROVEN_SIGN_UP, AT_ONCE)
  for (const { userId, partnerId } of signUps)
    await db.atomically([also(deleteUnprovenUser(userId)), also(deleteEmptyPartner(partnerId))])
}

/**
 * Walks through all token families: a refresh token that is rotated leaves a row each time, which is needed to know a
 * replay by (RFC 9700 §4.14.2), but not for ever.
 */
async function sweepFamilies(ctx: Pick<AppContext, 'db' | 'clock'>): Promise<void> {
  const now = ctx.clock.now()
  const before = now - FAMILIES_KEPT
  let after = ''
  for (;;) {
    const upTo = await findEndOfFamilies(ctx.db, after)
    await ctx.db.run(deleteReplacedTokens({ after, upTo }, before))
    await ctx.db.run(deleteDeadFamilies({ after, upTo }, before, now))
    if (upTo === undefined) return
    after = upTo
  }
}
