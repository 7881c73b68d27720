import { randomBytes } from 'node:crypto'
import { alphabet, generateRandomString } from 'oslo/crypto'

const alphanumeric = alphabet('a-z', 'A-Z', '0-9')

/** `length` random letters and digits behind a prefix that says what the id is of. */
export const newId = (prefix: string, length = 16): string => `${prefix}_${generateRandomString(length, alphanumeric)}`

/** 32 letters and digits, as Auth0's client ids are. */
export const newClientId = (): string => generateRandomString(32, alphanumeric)

/** 24 hexadecimal digits: the part of a subject behind its provider. */
export const newProviderUserId = (): string => randomBytes(12).toString('hex')

let sequence = 0

/** An id that sorts by the time at which it was made, and within a millisecond by the order in which this process made it. */
export function newSortableId(now: number): string {
  sequence = (sequence + 1) % 0x10000
  return now.toString(16).padStart(12, '0') + sequence.toString(16).padStart(4, '0') + randomBytes(8).toString('hex')
}
