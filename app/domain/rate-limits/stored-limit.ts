import { RateLimiterRes } from 'rate-limiter-flexible'
import type { AppContext } from '~/context'
import { deleteAttempts, findAttempts, givePointBack, takePoint } from '~db/queries/rate-limits'

/** Whose attempts are counted, and which network of theirs where each has a count of its own. */
export type ThrottleKey = string | { of: string; from: string }

/** How many points, in how long, and for how long it is then closed; in milliseconds. */
export type Limit = { points: number; duration: number; blockDuration: number }

/**
 * Counts in the database, so that a count holds over all nodes and can be looked at and forgiven. It answers as the
 * limiters of rate-limiter-flexible do, which count in one process.
 */
export function createStoredLimit({ db, clock }: Pick<AppContext, 'db' | 'clock'>, name: string, usual: Limit) {
  const rowOf = (key: ThrottleKey) => ({ name, ...partsOf(key) })
  const get = async (key: ThrottleKey): Promise<RateLimiterRes | null> => {
    const row = await findAttempts(db, rowOf(key))
    const left = (row?.expiresAt ?? 0) - clock.now()
    if (!row || left <= 0) return null
    const remaining = row.isBlocked ? 0 : Math.max(usual.points - row.points, 1)
    return new RateLimiterRes(remaining, left, row.points, row.points === 1)
  }
  return {
    get,
    /** Takes a point by one write, so that attempts at the same moment cannot share one. Throws what is left of the block. */
    async consume(key: ThrottleKey, { points, duration, blockDuration } = usual): Promise<void> {
      const now = clock.now()
      const isOnly = points <= 1
      // Without a time of its own it is closed for as long as points are counted.
      const blockEnd = now + (blockDuration || duration)
      const expiresAt = isOnly ? blockEnd : now + duration
      const taken = takePoint({ ...rowOf(key), points, now, isBlocked: isOnly, expiresAt, blockEnd })
      if ((await db.run(taken)) === 0) throw (await get(key)) ?? new RateLimiterRes(0, blockDuration, points, false)
    },
    reward: (key: ThrottleKey) => db.run(givePointBack(rowOf(key))),
    delete: (key: ThrottleKey) => db.run(deleteAttempts(rowOf(key))),
  }
}

const partsOf = (key: ThrottleKey) =>
  typeof key === 'string' ? { subject: key, origin: '' } : { subject: key.of, origin: key.from }
