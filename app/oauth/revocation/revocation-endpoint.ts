import { revokeToken } from '~/domain/tokens/revoke-token'
import { machineEndpoint, requireParameter } from '../endpoint'
import { authenticateClient } from '../token/client-authentication/authenticate-client'

/** RFC 7009: 200 whatever the token was. `token_type_hint` is not needed: a token shows what it is. */
export const revocationEndpoint = machineEndpoint(
  '/oauth/revoke',
  async (ctx, params, request) => {
    const client = await authenticateClient(ctx, params, request)
    await revokeToken(ctx, client, requireParameter(params, 'token'))
    return { status: 200, headers: { 'cache-control': 'no-store' } }
  },
  { cors: 'registered-origins' },
)
