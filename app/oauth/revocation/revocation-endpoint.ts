import { revokeToken } from '~/domain/tokens/revoke-token'
import { machineEndpoint, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { authenticateClient } from '../token/client-authentication/authenticate-client'

/** RFC 7009: 200 whatever the token was. `token_type_hint` is not needed: a token shows what it is. */
export const revocationEndpoint = machineEndpoint(
  '/oauth/revoke',
  async (ctx, params, request) => {
    const client = await authenticateClient(ctx, params, request)
    const outcome = await revokeToken(ctx, client, requireParameter(params, 'token'))
    if (outcome === 'unsupported')
      throw new OAuthError(
        'unsupported_token_type',
        'An access token that a client got in its own name cannot be revoked: it ends at its exp. Rotate the secret to keep others from getting one.',
      )
    return { status: 200, headers: { 'cache-control': 'no-store' } }
  },
  { cors: 'registered-origins' },
)
