import { setTimeout as sleep } from 'node:timers/promises'

/** The only source of time; tests put their own in its place. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves when so many milliseconds have passed. It keeps no process alive. */
  wait(milliseconds: number): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds) => sleep(milliseconds, undefined, { ref: false }),
}
