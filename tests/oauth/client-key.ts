/** A client that signs: its key, registered, and what it signs with it. */
import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { ClientKey } from '~db/queries/client-keys'
import { insertClientKey } from '~db/queries/client-keys'
import type { TestClient } from '~tests/support/fixtures'
import type { TestServices } from '~tests/support/services'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type ClientSigner = {
  kid: string
  privateKey: CryptoKey
  publicJwk: Record<string, unknown>
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
}

export async function newSigner(alg: ClientKey['alg'] = 'RS256'): Promise<ClientSigner> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const kid = randomUUID()
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  const sign: ClientSigner['sign'] = (claims, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
  return { kid, privateKey, publicJwk, sign }
}

/** A key of the client's, as the tenant has registered it. */
export async function registerSigner(
  services: TestServices,
  { clientId }: Pick<TestClient, 'clientId'>,
  alg: ClientKey['alg'] = 'RS256',
  /** In place of what the key has. */
  members: Record<string, unknown> = {},
): Promise<ClientSigner> {
  const signer = await newSigner(alg)
  const now = services.clock.now()
  await services.db.run(
    insertClientKey({
      id: `cred_${signer.kid}`,
      clientId,
      name: 'A key',
      kid: signer.kid,
      alg,
      publicJwk: { ...signer.publicJwk, ...members },
      enabled: true,
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
      expiresAt: null,
    }),
  )
  return signer
}

/** The claims of a right assertion (RFC 7523 §3). */
export function assertionClaims(services: TestServices, clientId: string): JWTPayload {
  const now = Math.floor(services.clock.now() / 1000)
  return { iss: clientId, sub: clientId, aud: services.config.issuer, iat: now, exp: now + 60, jti: randomUUID() }
}
