import { hash, timingSafeEqual } from 'node:crypto'
import { nanoid } from 'nanoid'

/** Six bits each. */
const CHARACTERS_OF_256_BITS = 43

/**
 * What a bearer of something may hold: a prefix that tells people and secret scanners what it is, and 256 random bits.
 * Only its hash is stored.
 */
export const newSecret = (prefix: string): string => `${prefix}_${nanoid(CHARACTERS_OF_256_BITS)}`

/** A value that nobody has seen before and that is no secret: the `jti` of a token, the nonce of a page. 132 random bits. */
export const newNonce = (): string => nanoid(22)

/** SHA-256, base64url. Enough for values of 256 random bits: there is nothing to guess that a slower hash would protect. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url')

/** Compares without telling by its duration how much was equal. */
export function constantTimeEqual(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
