import type { AppContext } from '~/context'
import { isConfidential } from '~/domain/policy/client-policy'
import { findLiveAccessToken, findLiveRefreshToken, type LiveToken } from '~/domain/tokens/inspect-token'
import type { Client } from '~db/queries/clients'
import { json, machineEndpoint, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { authenticateClient } from '../token/client-authentication/authenticate-client'

/** RFC 7662. A token that is dead, unknown or none of the caller's business looks the same (§2.2). */
export const introspectionEndpoint = machineEndpoint('/oauth/introspect', async (ctx, params, request) => {
  const caller = await authenticateClient(ctx, params, request)
  if (!isConfidential(caller))
    throw new OAuthError('unauthorized_client', 'Only a confidential client may introspect.', { status: 403 })
  const found = await findToken(ctx, requireParameter(params, 'token'))
  return json(200, found && mayKnow(caller, found) ? description(ctx, found) : { active: false })
})

const findToken = (ctx: AppContext, token: string): Promise<LiveToken | undefined> =>
  token.startsWith('rt_') ? findLiveRefreshToken(ctx, token) : findLiveAccessToken(ctx, token)

/** A client may know about its own tokens, and an API that is bound to a client about the access tokens for it. */
const mayKnow = (caller: Client, { client, kind, audience }: LiveToken): boolean =>
  caller.clientId === client.clientId ||
  (kind === 'access_token' &&
    caller.resourceServerIdentifier !== null &&
    audience.includes(caller.resourceServerIdentifier))

const description = (ctx: AppContext, token: LiveToken): object => ({
  active: true,
  iss: ctx.config.issuer,
  client_id: token.client.clientId,
  sub: token.subject,
  aud: token.audience.length === 1 ? token.audience[0] : token.audience,
  scope: token.scope.join(' '),
  iat: token.issuedAt,
  ...(token.expiresAt === undefined ? {} : { exp: token.expiresAt }),
  ...(token.tokenId === undefined ? {} : { jti: token.tokenId }),
  ...(token.kind === 'access_token' ? { token_type: token.dpopJkt === undefined ? 'Bearer' : 'DPoP' } : {}),
  ...(token.dpopJkt === undefined ? {} : { cnf: { jkt: token.dpopJkt } }),
})
