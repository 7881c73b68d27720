/** JSON that programs keep with a thing, and change member by member. */
import { DomainError } from './errors'

export type Metadata<Value = unknown> = Record<string, Value>

/** What all members together may come to. */
export type MetadataBounds = { field: string; characters?: number; members?: number }

const MOST_CHARACTERS = 16_000

/**
 * Metadata after a change. Members are merged at the first level, and null removes one; null in place of the change
 * removes all, and `{}` leaves an empty object. The result is bounded, so that many small changes come to no more than
 * one large change.
 * @param bounds.field the member of the request that the refusal names
 * @throws DomainError `invalid` for a result beyond the bounds
 */
export function mergedMetadata<Value>(
  before: Metadata<Value> | null | undefined,
  given: Metadata<Value | null> | null,
  bounds: MetadataBounds,
): Metadata<Value> | null {
  if (given === null) return null
  const base = Object.keys(given).length === 0 ? {} : before
  const members = Object.entries({ ...base, ...given }).filter(
    (member): member is [string, Value] => member[1] !== null && member[1] !== undefined,
  )
  const after = Object.fromEntries(members)
  requireBounded(after, bounds)
  return after
}

function requireBounded(
  after: Metadata,
  { field, characters = MOST_CHARACTERS, members = Number.POSITIVE_INFINITY }: MetadataBounds,
): void {
  const refuse = (message: string) => new DomainError('invalid', message, { field })
  if (Object.keys(after).length > members)
    throw refuse(`Use at most ${members} keys; those that are stored already count. Remove some with null.`)
  if (JSON.stringify(after).length > characters)
    throw refuse(`Use at most ${characters} characters; what is stored already counts. Remove members with null.`)
}
