import { DAY } from './durations'

/** The day of a time in UTC: `2030-01-31`. */
export const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Days one after the other, the first and the last among them; none when the last is before the first. */
export function datesBetween({ from, to }: { from: string; to: string }): string[] {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1
  return Array.from({ length: Math.max(0, days) }, (_, n) => dateOf(Date.parse(from) + n * DAY))
}
