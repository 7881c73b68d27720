import { randomBytes, timingSafeEqual } from 'node:crypto'
import { TimeSpan } from 'oslo'
import { base32, decodeHex, encodeHex } from 'oslo/encoding'
import { createTOTPKeyURI, generateHOTP } from 'oslo/otp'

const PERIOD = 30_000
/** One step before and one after: for clocks that differ (RFC 6238 §5.2). */
const WINDOW = [0, -1, 1]

/** A new seed of 160 bits, as hexadecimal for storage and as base32 for people. */
export function newTotpSecret(): { hex: string; base32: string } {
  const bytes = new Uint8Array(randomBytes(20))
  return { hex: encodeHex(bytes), base32: base32.encode(bytes, { includePadding: false }) }
}

export const totpBase32 = (hex: string): string => base32.encode(decodeHex(hex), { includePadding: false })

/** The seed that somebody else has made, as hexadecimal; `undefined` for what is no base32, or too short to be a secret. */
export function totpHex(given: string): string | undefined {
  const text = given.replace(/[\s=]/g, '').toUpperCase()
  return /^[A-Z2-7]{16,128}$/.test(text) ? encodeHex(base32.decode(text, { strict: false })) : undefined
}

/** The `otpauth:` URI that authenticator apps read from a QR code. */
export const totpUri = (hex: string, issuer: string, account: string): string =>
  createTOTPKeyURI(issuer, account, decodeHex(hex), { period: new TimeSpan(30, 's') })

/**
 * The time step whose code this is, or `undefined`. The caller stores the step and accepts only later ones: a code
 * works once (RFC 6238 §5.2).
 */
export async function findTotpStep(hex: string, code: string, now: number): Promise<number | undefined> {
  const current = Math.floor(now / PERIOD)
  if (!/^\d{6}$/.test(code)) return undefined
  const given = Buffer.from(code)
  let found: number | undefined
  for (const offset of WINDOW) {
    const expected = Buffer.from(await generateHOTP(decodeHex(hex), current + offset, 6))
    if (timingSafeEqual(expected, given)) found ??= current + offset
  }
  return found
}

/** The code of a moment: for tests and for programs that act as an authenticator. */
export const totpCode = (hex: string, now: number): Promise<string> =>
  generateHOTP(decodeHex(hex), Math.floor(now / PERIOD), 6)
