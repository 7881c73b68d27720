import { customAlphabet } from 'nanoid'

const DIGITS = '0123456789'
const alphanumeric = customAlphabet(`abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ${DIGITS}`)
const hexadecimal = customAlphabet(`${DIGITS}abcdef`)

/** `length` random letters and digits behind a prefix that says what the id is of. */
export const newId = (prefix: string, length = 16): string => `${prefix}_${alphanumeric(length)}`

/** 32 letters and digits, as Auth0's client ids are. */
export const newClientId = (): string => alphanumeric(32)

/** The id of a third-party client of the strict profile, which people can tell by it. */
export const newStrictClientId = (): string => `tpc_${alphanumeric(22)}`

/** 24 hexadecimal digits: the part of a subject behind its provider. */
export const newProviderUserId = (): string => hexadecimal(24)

let sequence = 0

/** An id that sorts by the time at which it was made, and within a millisecond by the order in which this process made it. */
export function newSortableId(now: number): string {
  sequence = (sequence + 1) % 0x10000
  return now.toString(16).padStart(12, '0') + sequence.toString(16).padStart(4, '0') + hexadecimal(16)
}

/** Sortable ids of an earlier time are smaller, those of this time and later ones are not. */
export const firstIdAt = (time: number): string => Math.max(0, time).toString(16).padStart(12, '0')
