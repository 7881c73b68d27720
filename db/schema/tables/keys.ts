import type { ColumnKit } from '../columns'
import type { SigningAlg } from './resource-servers'

export function keyTables(c: ColumnKit) {
  const signingKeys = c.table('signing_keys', {
    kid: c.text().primaryKey(),
    alg: c.text().$type<SigningAlg>().notNull(),
    publicJwk: c.json<Record<string, unknown>>().notNull(),
    encryptedPrivateJwk: c.ciphertext().notNull(),
    /** Self-signed, DER in base64: for who verifies with certificates. */
    certificate: c.text().notNull(),
    createdAt: c.time().notNull(),
    /** From when it signs; published before. */
    activatedAt: c.time(),
    /** From when it no longer signs; published until its last token has ended. */
    retiredAt: c.time(),
    revokedAt: c.time(),
  })
  return { signingKeys }
}
