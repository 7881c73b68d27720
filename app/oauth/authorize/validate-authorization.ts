import type { AppContext } from '~/context'
import { needsPkce } from '~/domain/clients/pkce'
import type { Target } from '~/domain/grants/scopes'
import { type ClientPolicy, grantTypesOf, policyFor } from '~/domain/policy/client-policy'
import { readIdTokenHint } from '~/domain/tokens/id-token-hint'
import type { Client } from '~db/queries/clients'
import type { RedirectedRequest } from '~db/queries/grants'
import type { Parameters } from '../endpoint'
import { OAuthError } from '../errors'
import { readRequestedAccess, requireNoDetails } from '../requested-access'
import {
  normalizeResponseType,
  readAcrValues,
  readDpopJkt,
  readMaxAge,
  readPrompt,
  readResponseMode,
  requireBounded,
  requireNonce,
} from './authorization-request'
import { readClaims } from './claims-parameter'

/**
 * What a client asks for, checked as far as it can be without the person (RFC 6749 §4.1.1, OpenID Connect Core
 * §3.1.2.2): the same for a request in the URL and for a pushed one.
 * @throws OAuthError for the client's developer
 */
export async function validateAuthorization(
  ctx: AppContext,
  client: Client,
  params: Parameters,
  redirectUri: string,
): Promise<{ client: Client; target: Target; params: RedirectedRequest }> {
  const policy = policyFor(client)
  requireNoDetails(params)
  requireKnownParameters(policy, params)
  requireNoOrganization(params)
  const responseType = requireResponseType(policy, client, params.get('response_type'))
  const responseMode = readResponseMode(params.get('response_mode'), responseType, redirectUri)
  requireNonce(responseType, params.get('nonce'))
  const codeChallenge = responseType.includes('code') ? readCodeChallenge(params) : undefined
  await requireChallenge(ctx, client, responseType, codeChallenge)
  const claims = readClaims(params.get('claims'))
  const { target, scope } = await readRequestedAccess(ctx, client, params, {
    endpoint: '/authorize',
    also: claims.scope,
  })
  const acrValues = [...claims.acrValues, ...readAcrValues(params.get('acr_values'))]
  return {
    client,
    target,
    params: {
      response_type: responseType,
      response_mode: responseMode,
      redirect_uri: redirectUri,
      state: requireBounded('state', params.get('state')),
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
      acr_values: acrValues.length > 0 ? acrValues : undefined,
      acr_essential: claims.acrEssential || undefined,
      dpop_jkt: readDpopJkt(params.get('dpop_jkt')),
      subject: await readSubject(ctx, client, claims.subject, params.get('id_token_hint')),
    },
  }
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

/** Whoever asks for people of one organization alone must not be answered with anybody: there are none here. */
function requireNoOrganization(params: Parameters): void {
  if (params.has('organization'))
    throw new OAuthError('invalid_request', 'The parameter organization is not supported here; leave it out.')
}

function requireResponseType(policy: ClientPolicy, client: Client, given: string | undefined): string {
  if (given === undefined) throw new OAuthError('invalid_request', 'Missing required parameter: response_type')
  const type = normalizeResponseType(given)
  if (!policy.responseTypes.has(type)) {
    const possible = [...policy.responseTypes].join(', ')
    throw new OAuthError(
      'unsupported_response_type',
      `The response_type is not supported for this app; use ${possible}.`,
    )
  }
  if (client.dpopBoundAccessTokens && type.split(' ').includes('token')) {
    throw new OAuthError(
      'unsupported_response_type',
      'The app binds its tokens to a key, which a token through the browser cannot be; use response_type=code.',
    )
  }
  const missing = grantTypesOf(type).find(
    (grant) => !client.grantTypes.includes(grant) || !policy.grantTypes.has(grant),
  )
  if (missing) throw new OAuthError('unauthorized_client', `Grant type '${missing}' not allowed for the client.`)
  return type
}

/** An S256 challenge (RFC 7636 §4.3). The method `plain`, which is also the default, protects nothing and is refused. */
function readCodeChallenge(params: Parameters): string | undefined {
  const challenge = params.get('code_challenge')
  if (challenge === undefined) return undefined
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

/** @throws OAuthError where the client's codes need a challenge, and there is none */
export async function requireChallenge(
  ctx: AppContext,
  client: Client,
  responseType: string,
  challenge: string | undefined,
): Promise<void> {
  if (challenge !== undefined || !responseType.includes('code') || !(await needsPkce(ctx, client))) return
  throw new OAuthError('invalid_request', 'PKCE is required: send code_challenge, and code_challenge_method=S256.')
}

/** The only person who may answer: the one of an earlier ID token, or the one that `claims` names. */
async function readSubject(
  ctx: AppContext,
  client: Client,
  claimed: string | undefined,
  hint: string | undefined,
): Promise<string | undefined> {
  if (hint === undefined) return claimed
  const hinted = await readIdTokenHint(ctx, hint)
  if (hinted?.clientId !== client.clientId)
    throw new OAuthError('invalid_request', 'The id_token_hint is not an ID token that was issued to this app here.')
  if (claimed !== undefined && claimed !== hinted.subject)
    throw new OAuthError('invalid_request', 'The parameters id_token_hint and claims name different people.')
  return hinted.subject
}
