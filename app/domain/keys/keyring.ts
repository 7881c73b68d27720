import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import type { Clock } from '~/platform/clock'
import { DAY, SECOND } from '~/platform/durations'
import type { Encryption } from '~/platform/encryption'
import { readOwnJson } from '~/platform/json'
import type { AsymmetricAlg, PublicKey, SigningKey } from '~/platform/jwt'
import type { Database } from '~db/database'
import { OperatorError } from '~db/database'
import { listSigningKeys, type SigningKeyRow } from '~db/queries/keys'
import { stateOfKey } from './signing-keys'

/** The signing keys of the tenant, imported once and read again now and then, so that every node sees a rotation. */
export type Keyring = {
  /** The key that signs now. @throws if the tenant has none of that algorithm. */
  signingKey(alg: AsymmetricAlg): Promise<SigningKey>
  /** All keys that a token of ours can be signed with. */
  verificationKeys(): Promise<PublicKey[]>
  /** The JWK Set document, ready to send (RFC 7517 §5). */
  jwks(): Promise<Buffer>
  /** Forgets what was read, after a change of the keys. */
  forget(): void
}

/** A key that was revoked at one node is dead at every other one after this time. */
const REREAD_AFTER = 1 * SECOND
/** The longest lifetime that an API can give its tokens. */
const PUBLISHED_AFTER_USE = 30 * DAY

type Loaded = { at: number; signing: Map<string, SigningKey>; verification: PublicKey[]; jwks: Buffer }

/** A key as others see it, with its certificate (RFC 7517 §4.7, §4.8). */
function publishedKey({ publicJwk, certificate }: SigningKeyRow) {
  const x5t = createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url')
  return { ...publicJwk, x5c: [certificate], x5t }
}

export function createKeyring({
  db,
  encryption,
  clock,
}: {
  db: Database
  encryption: Encryption
  clock: Clock
}): Keyring {
  let loaded: Promise<Loaded> | undefined
  let loadedAt = 0

  async function load(now: number): Promise<Loaded> {
    const rows = (await listSigningKeys(db, {})).filter((row) => (row.retiredAt ?? now) + PUBLISHED_AFTER_USE > now)
    const signing = new Map<string, SigningKey>()
    for (const row of rows.filter((row) => stateOfKey(row, now) === 'current')) {
      const jwk = readOwnJson(await encryption.decrypt(row.encryptedPrivateJwk)) as JWK
      signing.set(row.alg, {
        kid: row.kid,
        alg: row.alg,
        privateKey: createPrivateKey({ key: jwk as never, format: 'jwk' }),
      })
    }
    const verification = rows.map((row) => ({
      kid: row.kid,
      alg: row.alg,
      publicKey: createPublicKey({ key: row.publicJwk as never, format: 'jwk' }),
    }))
    return {
      at: now,
      signing,
      verification,
      jwks: Buffer.from(JSON.stringify({ keys: rows.map(publishedKey) })),
    }
  }

  function current(): Promise<Loaded> {
    const now = clock.now()
    if (!loaded || now - loadedAt >= REREAD_AFTER) {
      loadedAt = now
      loaded = load(now)
      loaded.catch(() => {
        loaded = undefined
      })
    }
    return loaded
  }

  return {
    async signingKey(alg) {
      let key = (await current()).signing.get(alg)
      if (!key) {
        // Another node has made the first one since this one looked.
        loaded = undefined
        key = (await current()).signing.get(alg)
      }
      if (!key)
        throw new OperatorError(
          `There is no ${alg} key that signs; make one: npm run portal -- keys rotate --alg ${alg}`,
        )
      return key
    },
    verificationKeys: async () => (await current()).verification,
    jwks: async () => (await current()).jwks,
    forget: () => {
      loaded = undefined
    },
  }
}
