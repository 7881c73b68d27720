import { createPublicKey } from 'node:crypto'
import { errors, importJWK, type JWK, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { MINUTE, SECOND } from '~/platform/durations'
import { readHeader, verifySignedJwt } from '~/platform/jwt'
import { listClientKeys, touchClientKey } from '~db/queries/client-keys'
import type { Client } from '~db/queries/clients'

/** What clients may sign with: nothing that a shared secret or no key at all would do. */
export const CLIENT_KEY_ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'EdDSA'] as const
type ClientKeyAlg = (typeof CLIENT_KEY_ALGS)[number]

const isClientKeyAlg = (alg: unknown): alg is ClientKeyAlg => CLIENT_KEY_ALGS.some((known) => known === alg)

const CLOCK_SKEW = 30 * SECOND
const TOUCH_EVERY = 1 * MINUTE
/** A key with a chain of certificates fits. */
const MAX_LENGTH = 10_000
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** A public key that a client registers: of a kind and size that is worth something, and nothing of the private one. */
export const publicJwk = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP'], 'The kty has to be RSA, EC or OKP.') })
  .refine(
    (jwk) => !PRIVATE_MEMBERS.some((name) => name in jwk),
    'Register the public key only: leave out the private members.',
  )
  .refine((jwk) => jwk.kty !== 'RSA' || modulusBits(jwk.n) >= 2048, 'An RSA key needs at least 2048 bits.')
  .refine((jwk) => jwk.kty !== 'EC' || jwk.crv === 'P-256', 'An EC key has to be on the curve P-256.')
  .refine((jwk) => jwk.kty !== 'OKP' || jwk.crv === 'Ed25519', 'An OKP key has to be on the curve Ed25519.')
  .refine((jwk) => JSON.stringify(jwk).length <= MAX_LENGTH, `Use at most ${MAX_LENGTH} characters for a key.`)
  .refine(isKey, 'This is no key: compare its members with RFC 7518, section 6.')

function isKey(jwk: Record<string, unknown>): boolean {
  try {
    createPublicKey({ key: jwk as JWK, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

const modulusBits = (n: unknown): number => (typeof n === 'string' ? Buffer.from(n, 'base64url').length * 8 : 0)

/** The algorithm that a key of this kind signs with, where it does not say it itself. */
export function algOf(jwk: JWK): ClientKeyAlg {
  if (isClientKeyAlg(jwk.alg)) return jwk.alg
  return jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' ? 'ES256' : 'EdDSA'
}

export type ExpectedClientJwt = {
  /** Accepted `typ` headers; `undefined` for a token without one. */
  types: (string | undefined)[]
  audiences: string[]
  /** Milliseconds from `iat`, or from now, to `exp` at most. */
  maxLifetime: number
}

/**
 * Verifies a JWT that a client has signed with one of the keys it registered or publishes (OpenID Connect Core §9, RFC
 * 9101 §6.2). Nothing that the token says of keys, but for `kid`, is looked at.
 * @returns its payload, or a sentence on what is wrong with it, for the client's makers
 */
export async function verifyClientJwt(
  ctx: AppContext,
  client: Client,
  token: string,
  { types, audiences, maxLifetime }: ExpectedClientJwt,
): Promise<JWTPayload | string> {
  const header = readHeader(token)
  if (!header) return 'it is not a JWT'
  const { alg } = header
  if (!isClientKeyAlg(alg)) return `its alg ${String(alg)} is none of ${CLIENT_KEY_ALGS.join(', ')}`
  if (!types.includes(header.typ === undefined ? undefined : String(header.typ).toLowerCase()))
    return `its typ ${String(header.typ)} says that it is for something else`
  const kid = typeof header.kid === 'string' ? header.kid : undefined
  const candidates = await verificationKeys(ctx, client, { kid, alg })
  if (candidates.length === 0) return 'the client has no key of that kid and alg'
  const now = ctx.clock.now()
  let problem = 'its signature is not of a key of the client'
  for (const { jwk, id } of candidates) {
    try {
      const payload = await verifySignedJwt(token, await importJWK(jwk, alg), {
        algorithms: [alg],
        audience: audiences,
        currentDate: new Date(now),
        clockTolerance: CLOCK_SKEW / SECOND,
        requiredClaims: ['exp', 'aud'],
      })
      if (Array.isArray(payload.aud) && payload.aud.length > 1) return 'it names more than one audience'
      if ((payload.exp ?? 0) * SECOND > now + maxLifetime + CLOCK_SKEW) return 'it lives too long'
      if ((payload.iat ?? 0) * SECOND > now + CLOCK_SKEW) return 'it was made in the future'
      if (id) await ctx.db.run(touchClientKey({ id, at: now, notSince: now - TOUCH_EVERY + 1 }))
      return payload
    } catch (error) {
      if (!isKeyOrTokenProblem(error)) throw error
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) problem = error.message
    }
  }
  return problem
}

/** What jose, or the platform that it asks, says of a token or key that somebody else has made: no failure of ours. */
export const isKeyOrTokenProblem = (error: unknown): error is Error =>
  error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException

/** The keys that a token of this header may be signed with; few, so that many keys do not cost many verifications. */
async function verificationKeys(
  ctx: AppContext,
  client: Client,
  { kid, alg }: { kid: string | undefined; alg: ClientKeyAlg },
): Promise<{ jwk: JWK; id?: string }[]> {
  const now = ctx.clock.now()
  const registered = (await listClientKeys(ctx.db, { clientId: client.clientId }))
    .filter((key) => key.enabled && (key.expiresAt === null || key.expiresAt > now) && key.alg === alg)
    .map((key) => ({ jwk: key.publicJwk as JWK, kid: key.kid, id: key.id }))
  const mayBePrivate = policyFor(client).privateDestinations
  const published = client.jwksUri
    ? (await ctx.remoteKeys.find(client.jwksUri, kid, { mayBePrivate }))
        .filter(
          (jwk) =>
            publicJwk.safeParse(jwk).success && jwk.use !== 'enc' && algOf({ ...jwk, alg: jwk.alg ?? alg }) === alg,
        )
        .map((jwk) => ({ jwk, kid: jwk.kid }))
    : []
  return [...registered, ...published].filter((key) => kid === undefined || key.kid === kid).slice(0, 5)
}
