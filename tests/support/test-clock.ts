import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '~/platform/clock'

/** When tests begin: a Tuesday noon, far from the time of the machine, so that a stray `Date.now()` is noticed. */
export const TEST_START = Date.UTC(2030, 0, 1, 12)

/** A clock that does not run until it is moved. Who waits by it waits a fortieth, so that the suite is quick. */
export type TestClock = Clock & {
  /** Moves it on, by milliseconds: `clock.advance(10 * MINUTE)`. */
  advance(milliseconds: number): void
  /** Sets it, to milliseconds since the epoch. */
  set(time: number): void
}

export function createTestClock(start = TEST_START): TestClock {
  let now = start
  return {
    now: () => now,
    wait: (milliseconds) => sleep(milliseconds / 40, undefined, { ref: false }),
    advance(milliseconds) {
      now += milliseconds
    },
    set(time) {
      now = time
    },
  }
}
