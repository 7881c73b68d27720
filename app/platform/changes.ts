/** Changes of what somebody else may change at the same moment: one wins, and the other begins anew. */
import { DomainError } from './errors'

/** So many others may be faster, one after the other. */
const MAX_ATTEMPTS = 20

/** The time of a change, by which the next one knows that there was one: later than that of the change before. */
export const changedAt = (now: number, before: { updatedAt: number }): number => Math.max(now, before.updatedAt + 1)

/** What a change is refused with whose reader has not seen the newest state. */
export const changedMeanwhile = (what: string): DomainError =>
  new DomainError('changed', `${what} was changed or deleted meanwhile. Look at it again and repeat.`)

/** Does it, from its first read on, until nobody else is faster. */
export async function untilUnchanged<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (let left = MAX_ATTEMPTS; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 1 || !(error instanceof DomainError) || error.code !== 'changed') throw error
    }
  }
}
