/** A key of a client's, and the proofs that it makes (RFC 9449). */
import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Services } from '~/context'

export type GivenProof = {
  method?: string
  accessToken?: string
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
}

export type DpopKey = { jkt: string; publicJwk: JWK; proof(path: string, given?: GivenProof): Promise<string> }

export async function newDpopKey(
  { config, clock }: Pick<Services, 'config' | 'clock'>,
  alg = 'ES256',
): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  return {
    jkt: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    proof(path, { method = 'POST', accessToken, claims = {}, header = {} } = {}) {
      const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
      const own = {
        htm: method,
        htu: `${config.issuer}${path.slice(1)}`,
        iat: Math.floor(clock.now() / 1000),
        jti: randomUUID(),
        ...(ath ? { ath } : {}),
      }
      return new SignJWT({ ...own, ...claims })
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: publicJwk, ...header })
        .sign(privateKey)
    },
  }
}
