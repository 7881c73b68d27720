import { refreshTokens } from '~/domain/tokens/refresh-tokens'
import { requireParameter } from '../../endpoint'
import { readResource } from '../../requested-access'
import { readScope } from '../../scope-parameter'
import type { Grant } from '../token-endpoint'

/** RFC 6749 §6. */
export const refreshTokenGrant: Grant = async (ctx, { client, params, proof }) => {
  const scope = params.get('scope')
  return refreshTokens(ctx, client, {
    refreshToken: requireParameter(params, 'refresh_token'),
    requested: scope === undefined ? undefined : readScope(scope),
    resource: await readResource(ctx, params),
    proof,
  })
}
