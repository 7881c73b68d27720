import { redeemPolledCode } from '~/domain/tokens/redeem-device-code'
import { requireParameter } from '../../endpoint'
import { OAuthError } from '../../errors'
import type { Grant } from '../token-endpoint'

/** RFC 8628 §3.4, §3.5; the statuses and texts are Auth0's. */
export const deviceCodeGrant: Grant = async (ctx, { client, params, proof }) => {
  const poll = await redeemPolledCode(ctx, client, { deviceCode: requireParameter(params, 'device_code'), proof })
  switch (poll.state) {
    case 'allowed':
      return poll.tokens
    case 'pending':
      throw new OAuthError('authorization_pending', 'User has yet to authorize device code.', { status: 403 })
    case 'denied':
      throw new OAuthError('access_denied', 'User cancelled the confirmation prompt.', { status: 403 })
    case 'expired':
      throw new OAuthError('expired_token', 'The device code has expired; ask for a new one.', { status: 403 })
    case 'too-fast':
      throw new OAuthError(
        'slow_down',
        `You are polling faster than the specified interval; wait ${poll.interval} seconds.`,
        { status: 429, headers: { 'retry-after': String(poll.interval) } },
      )
  }
}
