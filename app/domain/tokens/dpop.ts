import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, errors, importJWK, type JWK, type JWTPayload } from 'jose'
import type { AppContext } from '~/context'
import { isKeyOrTokenProblem, publicJwk } from '~/domain/clients/client-keys'
import { isTaken, takingOf } from '~/domain/clients/used-token-ids'
import { MINUTE, SECOND } from '~/platform/durations'
import type { HttpRequest } from '~/platform/http'
import { readHeader, verifySignedJwt } from '~/platform/jwt'
import { isAddress } from '~/platform/web-address'
import type { Step, Write } from '~db/database'

export const DPOP_ALGS = ['ES256', 'RS256', 'PS256', 'EdDSA']

/** How far `iat` may be from now, either way: clocks differ. */
const WINDOW = 1 * MINUTE

/** What a proof has to be for: this request, and with a token, this token. */
export type DpopRequest = { method: string; path: string; accessToken?: string }

/**
 * A proof that a request came with: the thumbprint of its key, and the step that takes it. The step belongs into the
 * transaction of what the proof is accepted for: nothing is stored of the others, which anybody can make.
 */
export type DpopProof = { jkt: string; taken: Step }

/** The step that takes a proof, where there is one. */
export const takenSteps = (proof: DpopProof | undefined): Step[] => (proof ? [proof.taken] : [])

export const USED_BEFORE = 'it was used before'

/**
 * Verifies a DPoP proof (RFC 9449 §4.3): signed by the key that stands in it, for this request, made just now, and never
 * accepted before on any node.
 * @returns the thumbprint of the key, and the write that takes the proof, which touches no row where another request came
 *   first; or a sentence on what is wrong with the proof
 */
export async function verifyDpopProof(
  ctx: AppContext,
  proof: string,
  { method, path, accessToken }: DpopRequest,
): Promise<{ jkt: string; taking: Write } | { problem: string }> {
  const header = readHeader(proof)
  if (!header || String(header.typ).toLowerCase() !== 'dpop+jwt')
    return { problem: 'it is no JWT of the type dpop+jwt' }
  const { alg } = header
  if (typeof alg !== 'string' || !DPOP_ALGS.includes(alg))
    return { problem: `its alg is none of ${DPOP_ALGS.join(', ')}` }
  const jwk = publicJwk.safeParse(header.jwk)
  if (!jwk.success) return { problem: 'its header has no public key that can be used' }
  const claims = await verifySignature(ctx, proof, jwk.data as JWK, alg)
  if (typeof claims === 'string') return { problem: claims }
  const { iat, jti, htm, htu, ath } = claims
  if (htm !== method) return { problem: `its htm is not ${method}` }
  if (!isSameAddress(htu, `${ctx.config.issuer}${path.slice(1)}`))
    return { problem: 'its htu is not the address of this request' }
  if (iat === undefined) return { problem: 'it has no iat' }
  if (Math.abs(ctx.clock.now() - iat * SECOND) > WINDOW) return { problem: 'it was not made within the last minute' }
  if (jti === undefined) return { problem: 'it has no jti' }
  if (typeof jti !== 'string' || jti === '')
    return { problem: 'its jti is empty or no text: make a new one, at random, for each proof' }
  if (accessToken !== undefined && ath !== createHash('sha256').update(accessToken).digest('base64url'))
    return { problem: 'its ath is not the hash of the access token' }
  const jkt = await calculateJwkThumbprint(jwk.data as JWK)
  const token = { kind: 'dpop' as const, owner: jkt, jti, expiresAt: iat * SECOND + 2 * WINDOW }
  return (await isTaken(ctx, token)) ? { problem: USED_BEFORE } : { jkt, taking: takingOf(token) }
}

type ProofClaims = JWTPayload & { htm?: unknown; htu?: unknown; ath?: unknown }

/** @returns what the proof says, or a sentence on what is wrong with it */
async function verifySignature(ctx: AppContext, proof: string, jwk: JWK, alg: string): Promise<ProofClaims | string> {
  try {
    return await verifySignedJwt(proof, await importJWK(jwk, alg), {
      algorithms: [alg],
      currentDate: new Date(ctx.clock.now()),
      clockTolerance: WINDOW / SECOND,
    })
  } catch (error) {
    if (!isKeyOrTokenProblem(error)) throw error
    return claimProblem(error) ?? 'its signature is not of the key in its header'
  }
}

/** The times of a JWT are looked at once its signature holds (RFC 7519 §4.1). */
function claimProblem(error: Error): string | undefined {
  if (error instanceof errors.JWTExpired) return 'its exp is in the past'
  if (!(error instanceof errors.JWTClaimValidationFailed)) return undefined
  const { claim, reason } = error
  return reason === 'invalid' ? `its ${claim} is no number, as seconds since 1970 are` : `its ${claim} is in the future`
}

/** Compares after syntax-based normalization, without query and fragment (RFC 9449 §4.3 step 9). */
function isSameAddress(given: unknown, own: string): boolean {
  if (typeof given !== 'string' || !isAddress(given)) return false
  const { origin, pathname } = new URL(given)
  return `${origin}${pathname}` === own
}

/** An access token as it came: with which scheme of the `Authorization` header. */
export type PresentedToken = { scheme: 'Bearer' | 'DPoP'; token: string }

/**
 * What is wrong with how a token was presented: one that is bound to a key comes with a proof of that key, and no other
 * token does (RFC 9449 §7.1, §7.2). `undefined` when nothing is.
 */
export async function possessionProblem(
  ctx: AppContext,
  { headers, method, path }: Pick<HttpRequest, 'headers' | 'method' | 'path'>,
  { scheme, token }: PresentedToken,
  { dpopJkt }: { dpopJkt?: string },
): Promise<{ error: 'invalid_token' | 'invalid_dpop_proof'; description: string } | undefined> {
  const invalid = (description: string) => ({ error: 'invalid_token' as const, description })
  if (dpopJkt === undefined) {
    return scheme === 'Bearer' ? undefined : invalid('The access token is bound to no key; send it as a Bearer token.')
  }
  if (scheme === 'Bearer')
    return invalid('The access token is bound to a key; send it with the scheme DPoP and a proof.')
  const verified = await verifyDpopProof(ctx, String(headers.dpop ?? ''), { method, path, accessToken: token })
  const refused = (problem: string) =>
    ({ error: 'invalid_dpop_proof', description: `The DPoP proof was refused: ${problem}.` }) as const
  if ('problem' in verified) return refused(verified.problem)
  if (verified.jkt !== dpopJkt) return invalid('The proof is of another key than the access token is bound to.')
  return (await ctx.db.run(verified.taking)) > 0 ? undefined : refused(USED_BEFORE)
}
