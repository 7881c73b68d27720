import type { AppContext } from '~/context'
import { isRegisteredRedirectUri } from '~/domain/clients/redirect-uri'
import { findTarget, grantableScopes } from '~/domain/grants/scopes'
import { type ClientPolicy, policyFor } from '~/domain/policy/client-policy'
import type { HttpAnswer } from '~/platform/http'
import { type Client, findClient } from '~db/queries/clients'
import type { Parameters } from '../endpoint'
import { OAuthError, repeated } from '../errors'
import { answerAtRedirectUri, type Destination } from './answer-at-redirect-uri'
import {
  normalizeResponseType,
  type ResponseMode,
  readMaxAge,
  readPrompt,
  readResponseMode,
  readScope,
  requireBounded,
} from './authorization-request'
import { continueAuthorization } from './continue-authorization'
import { AuthorizationRefused } from './error-page'

/** The parameters of the request, and the names of those that stand more than once. */
export type GivenAuthorization = { params: Parameters; repeatedNames: string[] }

/**
 * The order of the checks of an authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.2). Nothing is sent
 * to `redirect_uri` before it is proven to be the client's.
 */
export async function startAuthorization(
  ctx: AppContext,
  { params, repeatedNames }: GivenAuthorization,
): Promise<HttpAnswer> {
  requireUnambiguousClient(repeatedNames)
  const client = await requireClient(ctx, params.get('client_id'))
  const redirectUri = requireRegisteredRedirectUri(client, params.get('redirect_uri'))
  requireNotSuspended(client)
  const policy = policyFor(client)
  const destination: Destination = { redirectUri, responseMode: fallbackMode(params), state: params.get('state') }
  // From here on refusals go back to the client.
  return answerAtRedirectUri(ctx, client, destination, async () => {
    const [twice] = repeatedNames
    if (twice) throw repeated(twice)
    requireKnownParameters(policy, params)
    const responseType = requireResponseType(policy, client, params.get('response_type'))
    destination.responseMode = readResponseMode(params.get('response_mode'), responseType)
    requireNoRequestObject(params)
    const codeChallenge = requirePkce(policy, params)
    const target = await requireTarget(ctx, policy, params)
    const scope = grantableScopes(client, target, readScope(params.get('scope')))
    return continueAuthorization(ctx, {
      client,
      target,
      params: {
        response_type: responseType,
        response_mode: destination.responseMode,
        redirect_uri: redirectUri,
        state: requireBounded('state', destination.state),
        nonce: requireBounded('nonce', params.get('nonce')),
        audience: target.api?.identifier,
        scope,
        code_challenge: codeChallenge,
        prompt: readPrompt(params.get('prompt')),
        max_age: readMaxAge(params.get('max_age')),
        login_hint: requireBounded('login_hint', params.get('login_hint')),
        screen_hint: params.get('screen_hint'),
        connection: requireBounded('connection', params.get('connection')),
        ui_locales: requireBounded('ui_locales', params.get('ui_locales')),
      },
    })
  })
}

/** Which of two values another party would look at cannot be known, so neither is used (RFC 6749 §3.1). */
function requireUnambiguousClient(repeatedNames: string[]): void {
  const twice = repeatedNames.find((name) => name === 'client_id' || name === 'redirect_uri')
  if (twice)
    throw new AuthorizationRefused(
      400,
      'invalid_request',
      'This link is not right',
      `The app sent the parameter ${twice} more than once. Go back to the app and tell its makers.`,
    )
}

export async function requireClient(ctx: AppContext, clientId: string | undefined): Promise<Client> {
  const client = clientId === undefined ? undefined : await findClient(ctx.db, clientId)
  if (client) return client
  const error =
    clientId === undefined
      ? 'invalid_request: Missing required parameter: client_id'
      : `invalid_request: Unknown client: ${clientId.slice(0, 100)}`
  throw new AuthorizationRefused(
    400,
    error,
    'This app is not known here',
    'Go back to the app and tell its makers. They find the right client id in the developer portal.',
  )
}

/** Compares byte for byte with the registered callbacks (RFC 9700 §2.1); the one of an app that has one may be left out. */
export function requireRegisteredRedirectUri(client: Client, given: string | undefined): string {
  if (given === undefined && client.callbacks.length === 1 && client.callbacks[0]) return client.callbacks[0]
  if (given !== undefined && isRegisteredRedirectUri(client, given)) return given
  const error =
    given === undefined
      ? 'invalid_request: Missing required parameter: redirect_uri'
      : `unauthorized_client: Callback URL mismatch. ${given.slice(0, 500)} is not in the list of allowed callback URLs`
  throw new AuthorizationRefused(
    given === undefined ? 400 : 403,
    error,
    `${client.name} sent you here with an address that is not registered`,
    'For your safety you were not sent on. Go back to the app and tell its makers: the callback has to be the same, byte for byte, as one registered in the developer portal.',
  )
}

export function requireNotSuspended(client: Client): void {
  if (client.suspendedAt === null) return
  throw new AuthorizationRefused(
    403,
    'unauthorized_client: the app is suspended',
    `${client.name} is suspended`,
    'The people who run this site have stopped this app. It cannot sign you in. Its makers find the reason in the developer portal.',
  )
}

function requireKnownParameters(policy: ClientPolicy, params: Parameters): void {
  const allowed = policy.authorizeParameters
  if (allowed === 'all') return
  const unknown = [...params.keys()].find((name) => !allowed.has(name) && !name.startsWith('ext-'))
  if (unknown)
    throw new OAuthError(
      'invalid_request',
      `The parameter ${unknown} is not allowed for this kind of app; leave it out.`,
    )
}

const SUPPORTED_RESPONSE_TYPES = new Set(['code'])

function requireResponseType(policy: ClientPolicy, client: Client, given: string | undefined): string {
  if (given === undefined) throw new OAuthError('invalid_request', 'Missing required parameter: response_type')
  const type = normalizeResponseType(given)
  if (!SUPPORTED_RESPONSE_TYPES.has(type) || !policy.responseTypes.has(type)) {
    throw new OAuthError('unsupported_response_type', 'The response_type is not supported for this app; use code.')
  }
  if (!client.grantTypes.includes('authorization_code') || !policy.grantTypes.has('authorization_code')) {
    throw new OAuthError('unauthorized_client', "Grant type 'authorization_code' not allowed for the client.")
  }
  return type
}

function requireNoRequestObject(params: Parameters): void {
  if (params.has('request'))
    throw new OAuthError('request_not_supported', 'Request objects are not supported; send the parameters themselves.')
  if (params.has('request_uri'))
    throw new OAuthError(
      'request_uri_not_supported',
      'Request objects by reference are not supported; send the parameters themselves.',
    )
}

/** An S256 challenge (RFC 7636 §4.3). The method `plain`, which is also the default, protects nothing and is refused. */
function requirePkce(policy: ClientPolicy, params: Parameters): string | undefined {
  const challenge = params.get('code_challenge')
  if (challenge === undefined) {
    if (policy.pkce === 'required')
      throw new OAuthError('invalid_request', 'PKCE is required: send code_challenge, and code_challenge_method=S256.')
    return undefined
  }
  if (params.get('code_challenge_method') !== 'S256')
    throw new OAuthError('invalid_request', 'The code_challenge_method has to be S256.')
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    throw new OAuthError(
      'invalid_request',
      'The code_challenge has to be the base64url of a SHA-256, 43 characters without padding.',
    )
  }
  return challenge
}

/** The API by `audience`, or by `resource` (RFC 8707 §2), which mean the same here. */
async function requireTarget(ctx: AppContext, policy: ClientPolicy, params: Parameters) {
  const audience = params.get('audience')
  const resource = params.get('resource')
  if (audience !== undefined && resource !== undefined && audience !== resource) {
    throw new OAuthError(
      'invalid_target',
      'The parameters audience and resource name different APIs; send one of them.',
    )
  }
  const identifier = audience ?? resource
  const target = await findTarget(ctx, identifier)
  if (!target) {
    throw resource === undefined
      ? new OAuthError('access_denied', `Service not found: ${identifier}`)
      : new OAuthError('invalid_target', `There is no API with the identifier ${identifier}.`)
  }
  if (target.api?.isSystem && policy.managementScopes === 'none') {
    throw new OAuthError('access_denied', 'This kind of app cannot use the Management API.')
  }
  return target
}

/** Where to put a refusal that comes before the response mode is known to be right. */
function fallbackMode(params: Parameters): ResponseMode {
  const mode = params.get('response_mode')
  if (mode === 'form_post' || mode === 'fragment') return mode
  return normalizeResponseType(params.get('response_type') ?? 'code').includes('token') ? 'fragment' : 'query'
}
