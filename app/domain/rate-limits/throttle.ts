import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { AppContext } from '~/context'
import { DAY, HOUR, MINUTE, toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { createStoredLimit, type Limit, type ThrottleKey } from './stored-limit'

/** What is counted, each under keys of its own: how many points, in how long, and for how long it is then closed. */
const LIMITS = {
  /** Wrong passwords for one account; from one network the tenant, or `sign-in-limits.ts`, says how many. */
  'sign-in': { points: 10, duration: 15 * MINUTE, blockDuration: 15 * MINUTE },
  'one-time-code': { points: 5, duration: 15 * MINUTE, blockDuration: 15 * MINUTE },
  /** Wrong user codes, from one network: there are 25 billion codes, and a few that wait (RFC 8628 §5.1). */
  'user-code': { points: 10, duration: 15 * MINUTE, blockDuration: 15 * MINUTE },
  /** What is kept for a while of clients that anybody can be; from one network. */
  'request-of-anybody': { points: 1000, duration: 15 * MINUTE, blockDuration: 5 * MINUTE },
  /** Authorization requests that wait for somebody, from one network, behind which there may be many people. */
  'authorization-request': { points: 3000, duration: 15 * MINUTE, blockDuration: 0 },
  /** Clients that are registered from one network. */
  registration: { points: 500, duration: HOUR, blockDuration: HOUR },
  /** Documents of clients that nobody knows yet, which one network has us read. */
  'unknown-document': { points: 300, duration: 15 * MINUTE, blockDuration: 0 },
  /** Refused requests of one client that are kept for its makers. */
  refusal: { points: 60, duration: MINUTE, blockDuration: MINUTE },
  /** Refused requests and failed authentications of all clients that are kept, from one network. */
  'kept-failure': { points: 600, duration: 15 * MINUTE, blockDuration: 0 },
  /** Closed accounts and networks that are told of in the audit log: once for each. */
  'sign-in-notice': { points: 1, duration: 15 * MINUTE, blockDuration: 0 },
  /** Refused calls of one client, or from one network, that stand in the audit log. */
  'management-refusal': { points: 20, duration: MINUTE, blockDuration: 0 },
  'sign-up': { points: 50, duration: HOUR, blockDuration: HOUR },
  /** Mails with which one team invites people. */
  invitation: { points: 30, duration: HOUR, blockDuration: 0 },
  /** Mails with which one organization asks people to test its apps. */
  tester: { points: 200, duration: HOUR, blockDuration: 0 },
  /** Mails that one network causes to one person; behind it, from one network, and to one person from anywhere. */
  mail: { points: 5, duration: HOUR, blockDuration: HOUR },
  'mail-network': { points: 100, duration: HOUR, blockDuration: 0 },
  'mail-person': { points: 30, duration: HOUR, blockDuration: 0 },
  /** How often one app, and all apps of one partner, are put up for review. */
  submission: { points: 6, duration: HOUR, blockDuration: 0 },
  'submission-day': { points: 20, duration: DAY, blockDuration: 0 },
  'partner-submission': { points: 20, duration: HOUR, blockDuration: 0 },
  /** Mails to the owners on submissions of one partner; without them, the queue of reviews has what was submitted. */
  'submission-mail': { points: 10, duration: DAY, blockDuration: 0 },
  /** Other mails that a partner's acts cause its own team. */
  'team-mail': { points: 30, duration: HOUR, blockDuration: 0 },
  /** What one organization changes of itself, its people, its apps and its programs: each change is a line of the log. */
  'partner-change': { points: 600, duration: HOUR, blockDuration: 0 },
  /** New passwords of one account: each costs two hashes, and a mail. */
  'password-change': { points: 20, duration: HOUR, blockDuration: 0 },
  /** Ways to sign in that are added to one account: each is mailed. */
  'identity-link': { points: 20, duration: HOUR, blockDuration: 0 },
  /** Sign-ins at providers that are begun from one network. */
  'provider-login': { points: 1000, duration: 15 * MINUTE, blockDuration: 0 },
  /** Failed authentications of one client that stand in the audit log. */
  'client-problem': { points: 60, duration: MINUTE, blockDuration: 0 },
  /** Secrets and assertions of one client, from one network, that were wrong. */
  'client-secret': { points: 100, duration: 15 * MINUTE, blockDuration: MINUTE },
  /** Calls to the Management API: of a program, of one user of an app, and of all users of an app. */
  management: { points: 3000, duration: MINUTE, blockDuration: 0 },
  'management-user': { points: 600, duration: MINUTE, blockDuration: 0 },
  'management-users': { points: 30_000, duration: MINUTE, blockDuration: 0 },
} as const

export type LimitName = keyof typeof LIMITS

/**
 * Counted in each process, which they keep from being flooded: to count them in the database would cost each good request
 * a write. Everything else is counted there, for all nodes at once, and to be lifted by owners.
 */
const IN_PROCESS = ['authorization-request', 'management', 'management-user', 'management-users'] as const
type MemoryName = (typeof IN_PROCESS)[number]
type StoredName = Exclude<LimitName, MemoryName>

/** Keys that are remembered as having failed in this process. */
const MAX_FAILED_HERE = 10_000

/** Whose attempts: of some limits for each network that they come from. */
export type KeyOf<Name extends LimitName> = Name extends StoredName ? ThrottleKey : string

export type Throttle = {
  /** @throws DomainError `throttled`, with the seconds to wait, when any of the keys has no points left. */
  requireFree<Name extends LimitName>(limit: Name, keys: KeyOf<Name>[]): Promise<void>
  /** Takes a point from each key: a failure, or an act that is counted as such. */
  count<Name extends LimitName>(limit: Name, keys: KeyOf<Name>[]): Promise<void>
  /**
   * Takes a point before the act that it is for, so that acts at the same moment cannot share one.
   * @param within what holds in place of the usual limit
   * @throws DomainError `throttled` when there is none left
   */
  take<Name extends LimitName>(
    limit: Name,
    key: KeyOf<Name>,
    within?: Name extends StoredName ? Limit : never,
  ): Promise<void>
  /** Takes a point and says what is left: less than 0 when there was none. */
  spend(limit: MemoryName, key: string): Promise<{ limit: number; remaining: number; millisecondsLeft: number }>
  /** Gives back the point of an act that turned out to be no failure. */
  giveBack<Name extends LimitName>(limit: Name, key: KeyOf<Name>): Promise<void>
  /** Gives a key all of its points back, after a success. */
  reset<Name extends LimitName>(limit: Name, key: KeyOf<Name>): Promise<void>
}

type Limiter<Key> = {
  get(key: Key): Promise<RateLimiterRes | null>
  consume(key: Key, within?: Limit): Promise<unknown>
  reward(key: Key): Promise<unknown>
  delete(key: Key): Promise<unknown>
}

export function createThrottle(ctx: Pick<AppContext, 'db' | 'clock'>): Throttle {
  const made = {
    ...Object.fromEntries(
      Object.entries(LIMITS).map(([name, limit]) => [
        name,
        IN_PROCESS.some((counted) => counted === name) ? inMemory(name, limit) : createStoredLimit(ctx, name, limit),
      ]),
    ),
    'client-secret': askedAfterFailure(createStoredLimit(ctx, 'client-secret', LIMITS['client-secret'])),
  }
  const limiters = made as unknown as { [Name in LimitName]: Limiter<ThrottleKey> }
  const memory = made as unknown as { [Name in MemoryName]: RateLimiterMemory }
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
    async take(limit, key, within) {
      await limiters[limit].consume(key, within).catch((full) => {
        throw full instanceof RateLimiterRes ? throttled(full) : full
      })
    },
    async spend(limit, key) {
      const { points } = LIMITS[limit]
      const state = await memory[limit].consume(key).catch((full) => {
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

/**
 * A stored count that is asked for before each request of a client, and nearly always in vain: where nothing has failed
 * in this process, the database is not asked. Who guesses has one more try at each node.
 */
function askedAfterFailure(stored: ReturnType<typeof createStoredLimit>): typeof stored {
  const failed = new LRUCache<string, true>({ max: MAX_FAILED_HERE })
  const nameOf = (key: ThrottleKey) => JSON.stringify(key)
  return {
    ...stored,
    async get(key) {
      if (!failed.has(nameOf(key))) return null
      const state = await stored.get(key)
      if (!state) failed.delete(nameOf(key))
      return state
    },
    consume(key, within) {
      failed.set(nameOf(key), true)
      return stored.consume(key, within)
    },
  }
}

const inMemory = (name: string, { points, duration, blockDuration }: (typeof LIMITS)[LimitName]) =>
  new RateLimiterMemory({
    keyPrefix: name,
    points,
    duration: toSeconds(duration),
    blockDuration: toSeconds(blockDuration),
  })

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
