import type { AppContext } from '~/context'
import { currentClientSecret } from '~/domain/clients/client-secrets'
import { idTokenAlgOf } from '~/domain/policy/client-policy'
import { toSeconds } from '~/platform/durations'
import { signJwt, signJwtWithSecret } from '~/platform/jwt'
import { newNonce } from '~/platform/secrets'
import type { Client } from '~db/queries/clients'

export const LOGOUT_TOKEN_TYP = 'logout+jwt'
/** Seconds; long enough for clocks that differ. */
const LIFETIME = 120

/** A logout token (OpenID Connect Back-Channel Logout §2.4), signed as the client's ID tokens are. */
export async function createLogoutToken(
  ctx: AppContext,
  client: Client,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<string> {
  const now = toSeconds(ctx.clock.now())
  const claims = {
    iss: ctx.config.issuer,
    sub: userId,
    aud: client.clientId,
    iat: now,
    exp: now + LIFETIME,
    jti: newNonce(),
    sid: sessionId,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  }
  const alg = idTokenAlgOf(client)
  if (alg === 'HS256')
    return signJwtWithSecret(await currentClientSecret(ctx, client.clientId), LOGOUT_TOKEN_TYP, claims)
  return signJwt(await ctx.keyring.signingKey(alg), LOGOUT_TOKEN_TYP, claims)
}
