import type { AppContext } from '~/context'
import { verifyDpopProof } from '~/domain/tokens/dpop'
import type { HttpRequest } from '~/platform/http'
import { OAuthError } from './errors'

/**
 * The thumbprint of the key that a request proves with its DPoP header (RFC 9449 §5); `undefined` without the header.
 * @throws OAuthError `invalid_dpop_proof`
 */
export async function readDpopHeader(ctx: AppContext, request: HttpRequest): Promise<string | undefined> {
  const proof = request.headers.dpop
  if (proof === undefined) return undefined
  const { method, path } = request
  const verified = await verifyDpopProof(ctx, String(proof), { method, path })
  if ('jkt' in verified) return verified.jkt
  throw new OAuthError('invalid_dpop_proof', `The DPoP proof was refused: ${verified.problem}.`)
}
