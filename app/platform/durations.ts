/** Durations are in milliseconds: `10 * MINUTE`. */
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A time or a duration in whole seconds, as the wire wants it (RFC 7519 §2, NumericDate). */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / SECOND)
