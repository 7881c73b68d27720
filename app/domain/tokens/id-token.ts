import type { AppContext } from '~/context'
import { currentClientSecret } from '~/domain/clients/client-secrets'
import { idTokenAlgOf, policyFor } from '~/domain/policy/client-policy'
import { acrOf } from '~/domain/sessions/acr'
import { authTimeClaim } from '~/domain/sessions/auth-time'
import { claimsByScope } from '~/domain/users/claims'
import { toSeconds } from '~/platform/durations'
import { leftHalfHash, signJwt, signJwtWithSecret } from '~/platform/jwt'
import type { Client } from '~db/queries/clients'
import type { User } from '~db/queries/users'

export const ID_TOKEN_TYP = 'JWT'

export type IdTokenContent = {
  client: Client
  user: User
  scope: string[]
  sessionId: string | null
  /** Milliseconds. */
  authTime: number
  amr: string[]
  nonce?: string | null
  accessToken?: string
  /** The code that comes in the same answer. */
  code?: string
}

/**
 * An ID token (OpenID Connect Core §2). One for a third-party client says who signed in and nothing about them: the
 * profile is at `/userinfo`, by the scopes the person consented to.
 */
export async function createIdToken(ctx: AppContext, content: IdTokenContent): Promise<string | undefined> {
  const { client, user, scope } = content
  const policy = policyFor(client)
  if (!scope.includes('openid') || policy.idTokenClaims === 'none') return undefined
  const now = toSeconds(ctx.clock.now())
  const claims = {
    ...(policy.idTokenClaims === 'by-scope' ? claimsByScope(user, scope) : {}),
    iss: ctx.config.issuer,
    sub: user.userId,
    aud: client.clientId,
    iat: now,
    exp: now + client.idTokenLifetime,
    ...authTimeClaim(content.authTime),
    amr: content.amr,
    acr: acrOf(content.amr),
    ...(content.sessionId ? { sid: content.sessionId } : {}),
    ...(content.nonce ? { nonce: content.nonce } : {}),
    ...(content.accessToken ? { at_hash: leftHalfHash(content.accessToken) } : {}),
    ...(content.code ? { c_hash: leftHalfHash(content.code) } : {}),
  }
  const alg = idTokenAlgOf(client)
  if (alg === 'HS256') return signJwtWithSecret(await currentClientSecret(ctx, client.clientId), ID_TOKEN_TYP, claims)
  return signJwt(await ctx.keyring.signingKey(alg), ID_TOKEN_TYP, claims)
}
