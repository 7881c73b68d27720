import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { HOUR, MINUTE, toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'

/** What is counted, each under keys of its own: how many points, in how long, and for how long it is then closed. */
const LIMITS = {
  /** Wrong passwords for one account, and from one network. */
  'sign-in': { points: 10, duration: 15 * MINUTE, blockDuration: 15 * MINUTE },
  'one-time-code': { points: 5, duration: 15 * MINUTE, blockDuration: 15 * MINUTE },
  /** Wrong user codes, from one network: there are 25 billion codes, and a few that wait (RFC 8628 §5.1). */
  'user-code': { points: 10, duration: 15 * MINUTE, blockDuration: 15 * MINUTE },
  /** What anybody can ask for in the name of a public client, and is kept for a while; from one network. */
  'public-request': { points: 500, duration: 15 * MINUTE, blockDuration: 5 * MINUTE },
  /** Clients that are registered from one network. */
  registration: { points: 500, duration: HOUR, blockDuration: HOUR },
  /** Refused requests of one client that are kept for its makers. */
  refusal: { points: 60, duration: MINUTE, blockDuration: MINUTE },
  /** Closed accounts and networks that are told of in the audit log: once for each. */
  'sign-in-notice': { points: 1, duration: 15 * MINUTE, blockDuration: 0 },
  /** Refused calls of one client, or from one network, that stand in the audit log. */
  'management-refusal': { points: 20, duration: MINUTE, blockDuration: 0 },
  'sign-up': { points: 50, duration: HOUR, blockDuration: HOUR },
  mail: { points: 5, duration: HOUR, blockDuration: HOUR },
  'client-secret': { points: 100, duration: 15 * MINUTE, blockDuration: MINUTE },
  /** Calls of one client to the Management API. */
  management: { points: 3000, duration: MINUTE, blockDuration: 0 },
} as const

export type LimitName = keyof typeof LIMITS

export type Throttle = {
  /** @throws DomainError `throttled`, with the seconds to wait, when any of the keys has no points left. */
  requireFree(limit: LimitName, keys: string[]): Promise<void>
  /** Takes a point from each key: a failure, or an act that is counted as such. */
  count(limit: LimitName, keys: string[]): Promise<void>
  /**
   * Takes a point before the act that it is for, so that acts at the same moment cannot share one.
   * @throws DomainError `throttled` when there is none left
   */
  take(limit: LimitName, key: string): Promise<void>
  /** Takes a point and says what is left: less than 0 when there was none. */
  spend(limit: LimitName, key: string): Promise<{ limit: number; remaining: number; millisecondsLeft: number }>
  /** Gives back the point of an act that turned out to be no failure. */
  giveBack(limit: LimitName, key: string): Promise<void>
  /** Gives a key all of its points back, after a success. */
  reset(limit: LimitName, key: string): Promise<void>
}

/** Counts in this process. */
export function createThrottle(): Throttle {
  const limiters = Object.fromEntries(
    Object.entries(LIMITS).map(([name, { points, duration, blockDuration }]) => [
      name,
      new RateLimiterMemory({
        keyPrefix: name,
        points,
        duration: toSeconds(duration),
        blockDuration: toSeconds(blockDuration),
      }),
    ]),
  ) as { [name in LimitName]: RateLimiterMemory }
  return {
    async requireFree(limit, keys) {
      for (const key of keys) {
        const state = await limiters[limit].get(key)
        if (state && state.remainingPoints <= 0) throw throttled(state)
      }
    },
    async count(limit, keys) {
      for (const key of keys) {
        await limiters[limit].consume(key).catch((full) => {
          if (!(full instanceof RateLimiterRes)) throw full
        })
      }
    },
    async take(limit, key) {
      await limiters[limit].consume(key).catch((full) => {
        throw full instanceof RateLimiterRes ? throttled(full) : full
      })
    },
    async spend(limit, key) {
      const { points } = LIMITS[limit]
      const state = await limiters[limit].consume(key).catch((full) => {
        if (full instanceof RateLimiterRes) return full
        throw full
      })
      return { limit: points, remaining: points - state.consumedPoints, millisecondsLeft: state.msBeforeNext }
    },
    async giveBack(limit, key) {
      await limiters[limit].reward(key)
    },
    async reset(limit, key) {
      await limiters[limit].delete(key)
    },
  }
}

function throttled({ msBeforeNext }: RateLimiterRes): DomainError {
  const minutes = Math.max(1, Math.ceil(msBeforeNext / MINUTE))
  return new DomainError(
    'throttled',
    `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    {
      retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    },
  )
}
