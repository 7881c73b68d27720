/** The only source of time; tests put their own in its place. */
export type Clock = { /** Milliseconds since the epoch. */ now(): number }

export const systemClock: Clock = { now: () => Date.now() }
