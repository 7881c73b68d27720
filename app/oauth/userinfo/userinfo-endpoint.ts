import type { AppContext, MachineEndpoint } from '~/context'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { DPOP_ALGS, type PresentedToken, possessionProblem } from '~/domain/tokens/dpop'
import { findLiveAccessToken } from '~/domain/tokens/inspect-token'
import { claimsByScope } from '~/domain/users/claims'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { errorAnswer, json, readBody } from '../endpoint'
import { OAuthError, type OAuthErrorCode } from '../errors'

/** Claims about the user, by the scopes of the access token (OpenID Connect Core §5.3). */
async function userinfo(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const presented = readAccessToken(request)
  const found = await findLiveAccessToken(ctx, presented.token)
  if (!found?.user || !found.audience.includes(userinfoAudience(ctx.config.issuer))) {
    throw challenge(
      presented.scheme,
      'invalid_token',
      'The access token is unknown, has expired or was revoked, or is not for this endpoint.',
    )
  }
  const refused = await possessionProblem(ctx, request, presented, found)
  if (refused) throw challenge(presented.scheme, refused.error, refused.description)
  if (!found.scope.includes('openid'))
    throw challenge(presented.scheme, 'insufficient_scope', 'The access token needs the scope openid.', 403)
  return json(200, { sub: found.subject, ...claimsByScope(found.user, found.scope) })
}

/**
 * RFC 6750 §2: in the header, or in the body of a POST, and never in two places. In the URL (§2.3) it is taken of one
 * library alone, which has no other way.
 */
function readAccessToken(request: HttpRequest): PresentedToken {
  const header = request.headers.authorization
  const [, scheme = '', fromHeader] =
    (typeof header === 'string' && /^(bearer|dpop) +([A-Za-z0-9._~+/=-]+)$/i.exec(header)) || []
  const fromBody =
    request.method === 'POST' && request.body.length > 0
      ? readBody(request).get('access_token')
      : readFromPassport(request)
  if (fromHeader !== undefined && fromBody !== undefined)
    throw challenge('Bearer', 'invalid_request', 'Send the access token once.', 400)
  if (fromHeader !== undefined)
    return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token: fromHeader }
  if (fromBody !== undefined) return { scheme: 'Bearer', token: fromBody }
  // No error code for a request that tried nothing (RFC 6750 §3.1).
  throw new OAuthError('invalid_token', 'Send an access token: Authorization: Bearer …', {
    status: 401,
    headers: { 'www-authenticate': `Bearer realm="Users", DPoP algs="${DPOP_ALGS.join(' ')}"` },
  })
}

/**
 * Auth0's passport strategy sends the token in the query. It is a back end: the URL gets into no history and no referrer,
 * and our log holds no query.
 */
function readFromPassport({ headers, queryString }: HttpRequest): string | undefined {
  const telemetry = Buffer.from(String(headers['auth0-client'] ?? ''), 'base64').toString('utf8')
  if (!telemetry.startsWith('{"name":"passport-auth0"')) return undefined
  return new URLSearchParams(queryString).get('access_token') ?? undefined
}

function challenge(
  scheme: PresentedToken['scheme'],
  error: OAuthErrorCode,
  description: string,
  status = 401,
): OAuthError {
  const algs = scheme === 'DPoP' ? `, algs="${DPOP_ALGS.join(' ')}"` : ''
  const header = `${scheme} realm="Users", error="${error}", error_description="${description}"${algs}`
  return new OAuthError(error, description, { status, headers: { 'www-authenticate': header } })
}

export const userinfoEndpoints: MachineEndpoint[] = (['GET', 'POST'] as const).map((method) => ({
  method,
  path: '/userinfo',
  interactive: false,
  cors: 'registered-origins',
  run: (ctx, request) => userinfo(ctx, request).catch((error) => errorAnswer(ctx, error, { endpoint: '/userinfo' })),
}))
