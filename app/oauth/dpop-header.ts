import type { AppContext } from '~/context'
import { type DpopProof, USED_BEFORE, verifyDpopProof } from '~/domain/tokens/dpop'
import type { HttpRequest } from '~/platform/http'
import { OAuthError } from './errors'

/**
 * The key that a request proves with its DPoP header (RFC 9449 §5); `undefined` without the header.
 * @throws OAuthError `invalid_dpop_proof`, also by the step that takes the proof
 */
export async function readDpopHeader(ctx: AppContext, request: HttpRequest): Promise<DpopProof | undefined> {
  const proof = request.headers.dpop
  if (proof === undefined) return undefined
  const { method, path } = request
  const verified = await verifyDpopProof(ctx, String(proof), { method, path })
  if ('problem' in verified) throw refused(verified.problem)
  return { jkt: verified.jkt, taken: { write: verified.taking, otherwise: () => refused(USED_BEFORE) } }
}

const refused = (problem: string) => new OAuthError('invalid_dpop_proof', `The DPoP proof was refused: ${problem}.`)
