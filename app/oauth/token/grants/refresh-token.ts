import { refreshTokens } from '~/domain/tokens/refresh-tokens'
import { readScope } from '../../authorize/authorization-request'
import { requireParameter } from '../../endpoint'
import type { Grant } from '../token-endpoint'

/** RFC 6749 §6. */
export const refreshTokenGrant: Grant = (ctx, client, params) => {
  const scope = params.get('scope')
  return refreshTokens(
    ctx,
    client,
    requireParameter(params, 'refresh_token'),
    scope === undefined ? undefined : readScope(scope),
  )
}
