import type { AppContext } from '~/context'
import { verifyClientJwt } from '~/domain/clients/client-keys'
import { findLivePushedRequest, isPushedRequestUri } from '~/domain/grants/pushed-request'
import { policyFor } from '~/domain/policy/client-policy'
import { HOUR } from '~/platform/durations'
import { readHeader } from '~/platform/jwt'
import type { Client } from '~db/queries/clients'
import { type Parameters, requireText } from '../endpoint'
import { OAuthError } from '../errors'

/** The parameters that count, and the hash of the pushed request that they come from. */
export type ResolvedRequest = { params: Parameters; pushedRequest?: string }

/**
 * Where the parameters of an authorization request stand: in the URL, in a request that was pushed (RFC 9126 §4), or in
 * an object that the client has signed (RFC 9101 §5, §6.3). In the latter two the URL's own count for nothing.
 * @throws OAuthError for the client's developer
 */
export async function resolveRequest(ctx: AppContext, client: Client, params: Parameters): Promise<ResolvedRequest> {
  const requestUri = params.get('request_uri')
  if (requestUri !== undefined && isPushedRequestUri(requestUri)) {
    // What was pushed has passed the rules of the client's row.
    const pushed = await findLivePushedRequest(ctx, client, requestUri)
    if (!pushed)
      throw new OAuthError(
        'invalid_request_uri',
        'The request_uri is unknown, has expired or was used; push the request anew.',
      )
    return { params: new Map(Object.entries(pushed.params)), pushedRequest: pushed.hash }
  }
  if (requestUri !== undefined)
    throw new OAuthError(
      'request_uri_not_supported',
      'Only a request_uri from the pushed authorization request endpoint is supported.',
    )
  if (client.requirePushedAuthorizationRequests)
    throw new OAuthError(
      'invalid_request',
      'This app has to push its requests: send them to the endpoint /oauth/par first.',
    )
  return { params: await openRequestObject(ctx, client, params) }
}

/**
 * The parameters of a signed request object, where there is one (RFC 9101 §4, §6).
 * @throws OAuthError `invalid_request_object`, or where the client has to send one and did not
 */
export async function openRequestObject(ctx: AppContext, client: Client, params: Parameters): Promise<Parameters> {
  const object = params.get('request')
  if (object === undefined) {
    if (client.requireSignedRequestObject)
      throw new OAuthError('invalid_request', 'This app has to sign its requests: send them in the parameter request.')
    return params
  }
  requireAllowed(client, 'request')
  if (readHeader(object)?.alg === 'none')
    throw new OAuthError('request_not_supported', 'Request objects without a signature are not supported.')
  const claims = await verifyClientJwt(ctx, client, object, {
    types: [undefined, 'jwt', 'oauth-authz-req+jwt'],
    audiences: [ctx.config.issuer],
    maxLifetime: 1 * HOUR,
  })
  const refused = (why: string) => new OAuthError('invalid_request_object', `The request object was refused: ${why}.`)
  if (typeof claims === 'string') throw refused(claims)
  if (claims.iss !== client.clientId || claims.client_id !== client.clientId)
    throw refused('its iss and client_id have to be the client id')
  // With it the object, which stands in URLs, would be good as a client assertion too (RFC 9101 §10.8).
  if (claims.sub === client.clientId) throw refused('it names the client as sub; leave sub out')
  if ('request' in claims || 'request_uri' in claims) throw refused('it holds another request object')
  return new Map(
    Object.entries(claims)
      .filter(([name, value]) => !JWT_CLAIMS.has(name) && value !== null && value !== undefined && value !== '')
      .map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : requireText(name, String(value)),
      ]),
  )
}

/** What the object says of itself, and not of the request. */
const JWT_CLAIMS = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sub'])

function requireAllowed(client: Client, name: string): void {
  const allowed = policyFor(client).authorizeParameters
  if (allowed !== 'all' && !allowed.has(name))
    throw new OAuthError('invalid_request', `The parameter ${name} is not allowed for this kind of app; leave it out.`)
}
