/**
 * Text of strangers in one form of Unicode. Both bounds come first: to normalize a run of combining marks costs the
 * square of its length.
 */

/** No writing has more of them in a row (Stream-Safe Text Format, UAX #15 §13). */
const LONG_RUN_OF_MARKS = /\p{M}{31}/u

/** One character can be written as a few code units: a raw text may be longer than the limit by this factor. */
const RAW_FACTOR = 4

export type ReadText = { text: string; problem?: undefined } | { text?: undefined; problem: string }

/**
 * The only place that normalizes.
 * @param max characters that the caller takes; what a text has after it is normalized, the caller looks at
 * @returns the text, or what is wrong with it as a sentence
 */
export function readText(raw: string, { form, max }: { form: 'NFC' | 'NFKC'; max: number }): ReadText {
  if (raw.length > RAW_FACTOR * max) return { problem: `Use at most ${max} characters.` }
  if (LONG_RUN_OF_MARKS.test(raw)) return { problem: 'Use at most 30 accents on one letter.' }
  return { text: raw.normalize(form) }
}
