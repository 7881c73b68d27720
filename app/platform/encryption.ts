import { createHash, createHmac } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'

/** A text of which only the columns that are encrypted again with a new key take (`ciphertext` of the column kit). */
type Ciphertext = string & { readonly isCiphertext: true }

/** Encrypts what has to be readable again: a client secret that keys HS256, a TOTP seed, a private key. */
export type Encryption = {
  /** Returns a compact JWE (`dir`, `A256GCM`) that names its key. */
  encrypt(plaintext: string): Promise<Ciphertext>
  /** Throws if no key of the configuration made it, or if it was changed. */
  decrypt(ciphertext: Ciphertext): Promise<string>
  /** What every text begins with that the first key has encrypted, and no other; equally long for all keys. */
  readonly mark: string
  /** Authenticates a short text for one purpose: form tokens. base64url. */
  authenticate(purpose: string, text: string): string
}

/** The operator has to give a key; the message says which. */
export class MissingEncryptionKey extends Error {}

/** @param keys 32 bytes each: the first encrypts, all decrypt. */
export function createEncryption(keys: Uint8Array[]): Encryption {
  const byKid = new Map(keys.map((key) => [kidOf(key), key]))
  const [first] = keys
  if (!first) throw new Error('ENCRYPTION_KEYS holds no key; give at least one')
  const header = { alg: 'dir', enc: 'A256GCM', kid: kidOf(first) }
  const macKey = createHash('sha256').update('form tokens').update(first).digest()
  return {
    mark: `${Buffer.from(JSON.stringify(header)).toString('base64url')}.`,
    encrypt: (plaintext) =>
      new CompactEncrypt(new TextEncoder().encode(plaintext))
        .setProtectedHeader(header)
        .encrypt(first) as Promise<Ciphertext>,
    async decrypt(ciphertext) {
      const { plaintext } = await compactDecrypt(ciphertext, ({ kid }) => {
        const key = byKid.get(kid ?? '')
        if (!key)
          throw new MissingEncryptionKey(
            `what is stored was encrypted with another key, of the id ${kid}: add it to ENCRYPTION_KEYS, or put back the encryption-key file that belongs to this database`,
          )
        return key
      })
      return new TextDecoder().decode(plaintext)
    },
    authenticate: (purpose, text) => createHmac('sha256', macKey).update(`${purpose}\n${text}`).digest('base64url'),
  }
}

const kidOf = (key: Uint8Array): string => createHash('sha256').update(key).digest('base64url').slice(0, 12)
