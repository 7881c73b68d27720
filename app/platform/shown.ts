/** What somebody was shown before a decision, so that it counts for that alone. */
import { hashSecret } from './secrets'

/** The parts of what is shown, by the words in which a person reads that one of them has changed. */
export type ShownParts = Record<string, unknown>

/** What the form of a decision holds: one digest for each part, of the whole of it, as others choose what stands there. */
export const digestShown = (parts: ShownParts): string =>
  Object.values(parts)
    .map((part) => hashSecret(JSON.stringify(part) ?? ''))
    .join('.')

/** The words for the parts that differ from those that a form was shown with. @param given what the form holds */
export function changedSince(given: unknown, parts: ShownParts): string[] {
  const before = String(given).split('.')
  const now = digestShown(parts).split('.')
  return Object.keys(parts).filter((_, index) => before[index] !== now[index])
}

/** The sentence for them, which the page says when it is shown again. */
export const readAgain = (changed: string[]): string =>
  `While this page was open this has changed: ${changed.join('; ')}. Read it again, and decide.`
