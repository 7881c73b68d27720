import { redeemCode } from '~/domain/tokens/redeem-code'
import { requireParameter } from '../../endpoint'
import { readResource } from '../../requested-access'
import type { Grant } from '../token-endpoint'

/** RFC 6749 §4.1.3, with the verifier of RFC 7636 §4.5. */
export const authorizationCodeGrant: Grant = async (ctx, { client, params, proof }) =>
  redeemCode(ctx, client, {
    code: requireParameter(params, 'code'),
    redirectUri: params.get('redirect_uri'),
    codeVerifier: params.get('code_verifier'),
    resource: await readResource(ctx, params),
    proof,
  })
