import type { AppContext } from '~/context'
import { userinfoAudience } from '~/domain/grants/scopes'
import { findLiveAccessToken } from '~/domain/tokens/inspect-token'
import { claimsByScope } from '~/domain/users/claims'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { errorAnswer, json, type OAuthEndpoint, readBody } from '../endpoint'
import { OAuthError } from '../errors'

/** Claims about the user, by the scopes of the access token (OpenID Connect Core §5.3). */
async function userinfo(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const found = await findLiveAccessToken(ctx, requireBearerToken(request))
  if (!found?.user || !found.audience.includes(userinfoAudience(ctx.config.issuer))) {
    throw challenge(
      'invalid_token',
      'The access token is unknown, has expired or was revoked, or is not for this endpoint.',
      401,
    )
  }
  if (!found.scope.includes('openid'))
    throw challenge('insufficient_scope', 'The access token needs the scope openid.', 403)
  return json(200, { sub: found.subject, ...claimsByScope(found.user, found.scope) })
}

/** RFC 6750 §2: in the header, or in the body of a POST; never in the URL, never in two places. */
export function requireBearerToken(request: HttpRequest): string {
  const header = request.headers.authorization
  const fromHeader = typeof header === 'string' ? /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1] : undefined
  const fromBody =
    request.method === 'POST' && request.body.length > 0 ? readBody(request).get('access_token') : undefined
  if (fromHeader !== undefined && fromBody !== undefined)
    throw challenge('invalid_request', 'Send the access token once.', 400)
  const token = fromHeader ?? fromBody
  if (token !== undefined) return token
  // No error code for a request that tried nothing (RFC 6750 §3.1).
  throw new OAuthError('invalid_token', 'Send an access token: Authorization: Bearer …', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="Users"' },
  })
}

function challenge(
  error: 'invalid_token' | 'insufficient_scope' | 'invalid_request',
  description: string,
  status: number,
): OAuthError {
  const header = `Bearer realm="Users", error="${error}", error_description="${description}"`
  return new OAuthError(error, description, { status, headers: { 'www-authenticate': header } })
}

export const userinfoEndpoints: OAuthEndpoint[] = (['GET', 'POST'] as const).map((method) => ({
  method,
  path: '/userinfo',
  interactive: false,
  run: (ctx, request) => userinfo(ctx, request).catch((error) => errorAnswer(ctx, error)),
}))
