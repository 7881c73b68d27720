import type { JWK } from 'jose'
import { z } from 'zod'
import {
  DEVICE_GRANT,
  grantTypesOf,
  idTokenAlgOf,
  policyFor,
  RESPONSE_TYPES,
  responseTypesOf,
} from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { isAddress } from '~/platform/web-address'
import type { AppType, Client } from '~db/queries/clients'
import { publicJwk } from './client-keys'
import { linkProblem } from './client-links'
import { appName } from './client-name'
import { isClaimableCallback, redirectUriProblem } from './redirect-uri'

/**
 * What a client says of itself, in the words of RFC 7591 §2 and OpenID Connect Registration §2. The rules are those of
 * the portal; members that are not here are ignored, so that none can set what is not the client's to say.
 */

const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
/** What a client can ask for itself; the password grants are for those that the tenant has set up. */
const GRANT_TYPES = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', DEVICE_GRANT]
const MAX_URIS = 10

const link = z.string().superRefine((value, ctx) => {
  const problem = linkProblem(value)
  if (problem) ctx.addIssue(problem)
})

/** Their number is looked at before any of them is. */
const list = <Item extends z.ZodType>(item: Item, max = MAX_URIS, error = `Use at most ${max}.`) =>
  z.array(z.unknown()).max(max, { error, abort: true }).pipe(z.array(item))

/** A list of wishes, of which those count that can be had; the answer says which (RFC 7591 §3.2.1). */
const wishes = (possible: string[]) =>
  list(z.string())
    .transform((wished) => possible.filter((value) => wished.includes(value)))
    .refine((had) => had.length > 0, `Use some of ${possible.join(', ')}.`)

const keySet = z.object({
  keys: list(publicJwk, 2, 'Use at most two keys.')
    .refine((keys) => keys.length > 0, 'Give at least one key.')
    .refine((keys) => keys.every(({ use }) => use === undefined || use === 'sig'), 'Use keys for signatures only.')
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'Give each key a kid of its own.'),
})

const metadataMembers = z
  .object({
    redirect_uris: list(z.string()).default([]),
    application_type: z.enum(['web', 'native'], 'Use web or native.').optional(),
    token_endpoint_auth_method: z.enum(AUTH_METHODS, `Use one of ${AUTH_METHODS.join(', ')}.`).optional(),
    grant_types: wishes(GRANT_TYPES).default(['authorization_code']),
    response_types: list(z.string().max(100).transform(normalizeWords))
      .transform((types) => types.filter((type) => RESPONSE_TYPES.includes(type)))
      .optional(),
    client_name: appName.optional(),
    client_uri: link.optional(),
    logo_uri: link.optional(),
    policy_uri: link.optional(),
    tos_uri: link.optional(),
    jwks: keySet.optional(),
    jwks_uri: link.optional(),
    subject_type: z.literal('public', 'Only the subject type public is possible.').optional(),
    id_token_signed_response_alg: z.enum(['RS256', 'PS256', 'HS256'], 'Use RS256, PS256 or HS256.').optional(),
    post_logout_redirect_uris: list(z.string()).default([]),
    backchannel_logout_uri: link.optional(),
    initiate_login_uri: link.optional(),
    require_pushed_authorization_requests: z.boolean().default(false),
    require_signed_request_object: z.boolean().default(false),
    dpop_bound_access_tokens: z.boolean().default(false),
  })
  .superRefine((metadata, ctx) => {
    for (const [path, message] of problemsOf(metadata)) ctx.addIssue({ code: 'custom', path: [path], message })
  })

/** Null and an empty text say as little as a member that is left out: libraries write what they do not know so. */
export const clientMetadata = z.preprocess(
  (given) =>
    typeof given === 'object' && given !== null
      ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== ''))
      : given,
  metadataMembers,
)

export type ClientMetadata = z.infer<typeof metadataMembers>

/** In the order in which response types are written here. */
function normalizeWords(value: string): string {
  return value.split(' ').filter(Boolean).sort().join(' ')
}

/** What is wrong between the members, as their names and sentences. */
function problemsOf(metadata: ClientMetadata): [string, string][] {
  const appType = appTypeOf(metadata)
  const problems: [string, string][] = []
  const usesRedirects = metadata.grant_types.some((grant) => grant === 'authorization_code' || grant === 'implicit')
  if (usesRedirects && metadata.redirect_uris.length === 0)
    problems.push(['redirect_uris', 'Give at least one address to which people return after signing in.'])
  for (const uri of metadata.redirect_uris) {
    const problem = redirectUriProblem(appType, uri)
    if (problem) problems.push(['redirect_uris', `${uri.slice(0, 200)}: ${problem}`])
  }
  for (const uri of metadata.post_logout_redirect_uris) {
    const problem = redirectUriProblem(appType, uri)
    if (problem) problems.push(['post_logout_redirect_uris', `${uri.slice(0, 200)}: ${problem}`])
  }
  for (const type of metadata.response_types ?? []) {
    const [needed] = grantTypesOf(type).filter((grant) => !metadata.grant_types.includes(grant))
    if (needed) problems.push(['response_types', `The response type ${type} needs the grant type ${needed}.`])
  }
  if (metadata.dpop_bound_access_tokens && metadata.grant_types.includes('implicit'))
    problems.push(['dpop_bound_access_tokens', 'A token that comes through the browser cannot be bound to a key.'])
  if (metadata.jwks && metadata.jwks_uri) problems.push(['jwks_uri', 'Give jwks or jwks_uri, not both.'])
  if (metadata.token_endpoint_auth_method === 'private_key_jwt' && !metadata.jwks && !metadata.jwks_uri)
    problems.push(['jwks', 'The method private_key_jwt needs jwks or jwks_uri.'])
  const method = metadata.token_endpoint_auth_method
  if ((method === 'none' || method === 'private_key_jwt') && metadata.id_token_signed_response_alg === 'HS256')
    problems.push(['id_token_signed_response_alg', 'A client without a secret needs RS256.'])
  return problems
}

/** The type that the portal would have asked for: a client without a credential runs in a browser or on a device. */
function appTypeOf({
  application_type,
  token_endpoint_auth_method,
  grant_types,
  redirect_uris,
}: ClientMetadata): AppType {
  if (grant_types.every((grant) => grant === 'client_credentials')) return 'non_interactive'
  if (application_type === 'native') return 'native'
  if (token_endpoint_auth_method !== 'none') return 'regular_web'
  return application_type === undefined && redirect_uris.every(isClaimableCallback) ? 'native' : 'spa'
}

/**
 * The columns of a client row that say what the metadata says, as far as a client of this party may have it.
 * @throws DomainError `invalid` where none of its grant types is left
 */
export function clientColumns(
  metadata: ClientMetadata,
  party: Pick<Client, 'isFirstParty' | 'thirdPartySecurityMode'>,
) {
  const tokenEndpointAuthMethod = metadata.token_endpoint_auth_method ?? null
  const { grantTypes: open } = policyFor({ ...party, tokenEndpointAuthMethod })
  const grantTypes = metadata.grant_types.filter((grant) => open.has(grant))
  if (grantTypes.length === 0) {
    const message = `None of these is open to clients of this kind here: use some of ${[...open].join(', ')}.`
    throw new DomainError('invalid', message, { field: 'grant_types' })
  }
  return {
    name: metadata.client_name ?? nameless(metadata),
    appType: appTypeOf(metadata),
    tokenEndpointAuthMethod,
    callbacks: metadata.redirect_uris,
    grantTypes,
    idTokenAlg: metadata.id_token_signed_response_alg ?? ('RS256' as const),
    logoUri: metadata.logo_uri ?? null,
    homepageUri: metadata.client_uri ?? null,
    privacyPolicyUri: metadata.policy_uri ?? null,
    termsUri: metadata.tos_uri ?? null,
    jwksUri: metadata.jwks_uri ?? null,
    allowedLogoutUrls: metadata.post_logout_redirect_uris,
    backchannelLogoutUris: metadata.backchannel_logout_uri ? [metadata.backchannel_logout_uri] : [],
    initiateLoginUri: metadata.initiate_login_uri ?? null,
    requirePushedAuthorizationRequests: metadata.require_pushed_authorization_requests,
    requireSignedRequestObject: metadata.require_signed_request_object,
    dpopBoundAccessTokens: metadata.dpop_bound_access_tokens,
  }
}

/** A client that gives no name goes by the place that it sends people to. */
const nameless = ({ redirect_uris: [uri] }: ClientMetadata): string =>
  `App at ${uri && isAddress(uri) ? new URL(uri).host || new URL(uri).protocol : 'no address'}`.slice(0, 60)

/** What a client is registered with, as it is in force (RFC 7591 §3.2.1). */
export function metadataOf(client: Client, keys: JWK[]): Record<string, unknown> {
  const all = {
    client_name: client.name,
    redirect_uris: client.callbacks,
    application_type: client.appType === 'native' ? 'native' : 'web',
    token_endpoint_auth_method: client.tokenEndpointAuthMethod ?? 'client_secret_basic',
    grant_types: client.grantTypes,
    response_types: responseTypesOf(client),
    client_uri: client.homepageUri,
    logo_uri: client.logoUri,
    policy_uri: client.privacyPolicyUri,
    tos_uri: client.termsUri,
    jwks: keys.length > 0 ? { keys } : null,
    jwks_uri: client.jwksUri,
    subject_type: 'public',
    id_token_signed_response_alg: idTokenAlgOf(client),
    post_logout_redirect_uris: client.allowedLogoutUrls,
    backchannel_logout_uri: client.backchannelLogoutUris[0],
    initiate_login_uri: client.initiateLoginUri,
    require_pushed_authorization_requests: client.requirePushedAuthorizationRequests,
    require_signed_request_object: client.requireSignedRequestObject,
    dpop_bound_access_tokens: client.dpopBoundAccessTokens,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined))
}
