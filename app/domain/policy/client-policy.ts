/**
 * The one place that tells first-party from third-party clients. Callers ask for a rule (`policyFor(client).consent`),
 * never for the party. A new rule is a new field, and the compiler then asks for it in every row.
 */

export type PolicyClient = {
  isFirstParty: boolean
  thirdPartySecurityMode: 'permissive' | 'strict' | null
  tokenEndpointAuthMethod: string | null
  /** `partner-api`: a program of a partner that manages the partner's own apps. */
  source?: string
  /** When an owner approved a client that made itself known. */
  reviewedAt?: number | null
  /** `testers`: an app that no owner has approved. */
  availability?: string
}

export type ClientPolicy = {
  /** `always`: asked whatever a parameter or a setting says. `as-api-says`: the API's setting decides. */
  consent: 'always' | 'as-api-says'
  /**
   * What is asked before an answer goes to a callback that another program could claim (RFC 8252 §8.6): a consent each
   * time, or a native app's one where nobody has just signed in for this very request.
   */
  atClaimableCallbacks: 'consent' | 'person'
  /** `protocol`: protocol claims and `sub` only. `none`: there is no ID token. */
  idTokenClaims: 'by-scope' | 'protocol' | 'none'
  /** `domain`: domain-level connections. `enabled`: those that the client was given. */
  connections: 'domain' | 'enabled'
  /** The scopes of the Management API that a user can let the client have: over the user's own data. */
  managementScopes: ReadonlySet<string>
  /** Whether linking and unlinking identities by a token of the client takes the person's yes at our own page. */
  asksBeforeLinking: boolean
  /** Whether the client changes how a person proves who they are only where they have just given a second factor. */
  stepsUpForProofs: boolean
  /** The APIs that the client may ask for with a user's leave: every one, or those that are open to partners. */
  apis: 'all' | 'open-to-partners'
  /**
   * What the client may manage in its own name: the tenant, as far as a client grant for the Management API says, or the
   * apps of the partner that it belongs to.
   */
  manages: 'tenant' | 'partner' | 'nothing'
  /**
   * Whether a code needs a challenge (RFC 7636); the method is S256 either way. `as-set`: an owner decides, for the app
   * or for the tenant.
   */
  pkce: 'required' | 'optional' | 'as-set'
  grantTypes: ReadonlySet<string>
  responseTypes: ReadonlySet<string>
  idTokenAlgs: ReadonlySet<string>
  /** OpenID Connect scopes, and with them `/userinfo`. */
  openidScopes: boolean
  /** Whether an API that the client asks for needs a client grant even when a user is there. */
  userAccessNeedsClientGrant: boolean
  /** Whether a failed request goes back to the client, or stops at a page of ours (RFC 9700 §4.11.2). */
  errorRedirect: 'always' | 'once-approved' | 'never'
  /** Refresh tokens of these clients are rotated whatever the client's setting says. */
  rotateRefreshTokens: 'always' | 'as-client-says'
  infiniteRefreshTokens: boolean
  /** What an assertion of the client is to be made out to; newer profiles want the issuer alone (RFC 7523bis §3). */
  assertionAudience: 'issuer' | 'issuer-or-endpoint'
  /** Whether the server asks addresses of its own network for the client: the tenant's own apps live there. */
  privateDestinations: boolean
  /** Whether a native client's addresses may be of a scheme without a dot, which belongs to no domain (RFC 8252 §7.1). */
  anyScheme: boolean
  /** Whether the client can send people to sign out here, and back to itself. */
  endSession: boolean
  /** Login without redirect (`/co/authenticate`, embedded forms). */
  embeddedLogin: boolean
  /** `all`, or the closed list of authorization request parameters. */
  authorizeParameters: 'all' | ReadonlySet<string>
}

const PASSWORD_GRANTS = [
  'password',
  'http://auth0.com/oauth/grant-type/password-realm',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
]
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const EVERYBODYS_GRANTS = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials', DEVICE_GRANT]
/** Every response type there is (OAuth 2.0 Multiple Response Types §3, §5). */
export const RESPONSE_TYPES = [
  'code',
  'id_token',
  'token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
]
const ALL_RESPONSE_TYPES: ReadonlySet<string> = new Set(RESPONSE_TYPES)

/** Which grants a response type needs: a code is one, a token or ID token through the browser the other. */
export const grantTypesOf = (responseType: string): ('authorization_code' | 'implicit')[] => {
  const words = responseType.split(' ')
  return [
    ...(words.includes('code') ? (['authorization_code'] as const) : []),
    ...(words.some((word) => word !== 'code') ? (['implicit'] as const) : []),
  ]
}

/** What Auth0 lets third-party clients have of a user's own data. */
const OWN_DATA = [
  'read:current_user',
  'update:current_user_metadata',
  'create:current_user_device_credentials',
  'delete:current_user_device_credentials',
  'update:current_user_identities',
]
const NONE: ReadonlySet<string> = new Set()

const FIRST_PARTY: ClientPolicy = {
  consent: 'as-api-says',
  atClaimableCallbacks: 'person',
  idTokenClaims: 'by-scope',
  connections: 'enabled',
  managementScopes: new Set([
    ...OWN_DATA,
    'create:current_user_metadata',
    'delete:current_user_metadata',
    'delete:current_user',
  ]),
  asksBeforeLinking: false,
  stepsUpForProofs: false,
  apis: 'all',
  manages: 'tenant',
  pkce: 'optional',
  grantTypes: new Set([...EVERYBODYS_GRANTS, ...PASSWORD_GRANTS]),
  responseTypes: ALL_RESPONSE_TYPES,
  idTokenAlgs: new Set(['RS256', 'HS256', 'PS256']),
  openidScopes: true,
  userAccessNeedsClientGrant: false,
  errorRedirect: 'always',
  rotateRefreshTokens: 'as-client-says',
  infiniteRefreshTokens: true,
  assertionAudience: 'issuer-or-endpoint',
  privateDestinations: true,
  anyScheme: true,
  endSession: true,
  embeddedLogin: true,
  authorizeParameters: 'all',
}

/** Third-party as the client-types document describes it. */
const PERMISSIVE: ClientPolicy = {
  consent: 'always',
  atClaimableCallbacks: 'consent',
  idTokenClaims: 'protocol',
  connections: 'domain',
  managementScopes: new Set(OWN_DATA),
  asksBeforeLinking: true,
  stepsUpForProofs: true,
  apis: 'all',
  manages: 'nothing',
  pkce: 'as-set',
  grantTypes: new Set([...EVERYBODYS_GRANTS, ...PASSWORD_GRANTS]),
  responseTypes: ALL_RESPONSE_TYPES,
  idTokenAlgs: new Set(['RS256', 'HS256', 'PS256']),
  openidScopes: true,
  userAccessNeedsClientGrant: false,
  errorRedirect: 'once-approved',
  rotateRefreshTokens: 'always',
  infiniteRefreshTokens: false,
  assertionAudience: 'issuer-or-endpoint',
  privateDestinations: false,
  anyScheme: false,
  endSession: true,
  embeddedLogin: true,
  authorizeParameters: 'all',
}

/** Third-party with the restrictions that newer profiles ask for. */
const STRICT: ClientPolicy = {
  consent: 'always',
  atClaimableCallbacks: 'consent',
  idTokenClaims: 'none',
  connections: 'domain',
  managementScopes: NONE,
  asksBeforeLinking: true,
  stepsUpForProofs: true,
  apis: 'all',
  manages: 'nothing',
  pkce: 'required',
  grantTypes: new Set(['authorization_code', 'refresh_token', 'client_credentials']),
  responseTypes: new Set(['code']),
  idTokenAlgs: new Set(['RS256']),
  openidScopes: false,
  userAccessNeedsClientGrant: true,
  errorRedirect: 'never',
  rotateRefreshTokens: 'always',
  infiniteRefreshTokens: false,
  assertionAudience: 'issuer',
  privateDestinations: false,
  anyScheme: false,
  endSession: false,
  embeddedLogin: false,
  authorizeParameters: new Set([
    'acr_values',
    'audience',
    'authorization_details',
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'connection',
    'correlation_id',
    'display',
    'dpop_jkt',
    'login_hint',
    'max_age',
    'nonce',
    'prompt',
    'redirect_uri',
    'resource',
    'response_type',
    'scope',
    'state',
    'ui_locales',
  ]),
}

/** A partner's own program: it gets tokens in its own name, and nobody signs in to it. */
const PARTNER_PROGRAM: ClientPolicy = {
  ...STRICT,
  manages: 'partner',
  grantTypes: new Set(['client_credentials']),
  responseTypes: new Set(),
}

/** A public client holds no secret: what a secret proves or keys is not for it, whoever made it. */
const PUBLIC_CLIENT = {
  grantTypes: ['authorization_code', 'implicit', 'refresh_token', DEVICE_GRANT],
  idTokenAlgs: ['RS256'],
}

const intersection = (allowed: ReadonlySet<string>, only: string[]): ReadonlySet<string> =>
  new Set(only.filter((value) => allowed.has(value)))

function forPublicClients(policy: ClientPolicy): ClientPolicy {
  return {
    ...policy,
    pkce: 'required',
    rotateRefreshTokens: 'always',
    infiniteRefreshTokens: false,
    grantTypes: intersection(policy.grantTypes, PUBLIC_CLIENT.grantTypes),
    idTokenAlgs: intersection(policy.idTokenAlgs, PUBLIC_CLIENT.idTokenAlgs),
  }
}

/**
 * Of a client that made itself known nobody has said what it may ask for, so it is what anybody may; and until an owner
 * has approved it, nothing of the account that people sign in with, and no code without a challenge. What stands on a draft of a partner nobody has
 * approved either: it is what partners may ask for today.
 */
const byOrigin = (policy: ClientPolicy) => ({
  known: policy,
  'self-registered': { ...policy, apis: 'open-to-partners' as const },
  unreviewed: { ...policy, apis: 'open-to-partners' as const, managementScopes: NONE, pkce: 'required' as const },
  draft: { ...policy, apis: 'open-to-partners' as const },
})

/** A client that proves itself by a key has no secret either that could key its ID tokens. */
const forKeyHolders = (policy: ClientPolicy): ClientPolicy => ({
  ...policy,
  idTokenAlgs: intersection(policy.idTokenAlgs, ['RS256', 'PS256']),
})

const ofEachKind = (policy: ClientPolicy) => ({
  secret: byOrigin(policy),
  key: byOrigin(forKeyHolders(policy)),
  public: byOrigin(forPublicClients(policy)),
})

const TABLE = {
  'first-party': ofEachKind(FIRST_PARTY),
  permissive: ofEachKind(PERMISSIVE),
  strict: ofEachKind(STRICT),
  'partner-api': ofEachKind(PARTNER_PROGRAM),
}

/** The columns that say whose a client is: a third-party one has a mode, permissive unless given, a first-party one none. */
export const partyColumns = ({
  isFirstParty,
  thirdPartySecurityMode,
}: Pick<PolicyClient, 'isFirstParty'> & Partial<PolicyClient>): Pick<
  PolicyClient,
  'isFirstParty' | 'thirdPartySecurityMode'
> => ({
  isFirstParty,
  thirdPartySecurityMode: isFirstParty ? null : (thirdPartySecurityMode ?? 'permissive'),
})

function rowOf({ isFirstParty, thirdPartySecurityMode, source }: PolicyClient): keyof typeof TABLE {
  if (isFirstParty) return 'first-party'
  return source === 'partner-api' ? source : (thirdPartySecurityMode ?? 'strict')
}

function originOf({ source, reviewedAt = null, availability }: PolicyClient): keyof ReturnType<typeof byOrigin> {
  if (availability === 'testers') return 'draft'
  if (source !== 'registration' && source !== 'metadata-document') return 'known'
  return reviewedAt === null ? 'unreviewed' : 'self-registered'
}

const kindOf = (client: PolicyClient): keyof ReturnType<typeof ofEachKind> =>
  holdsSecret(client) ? 'secret' : isConfidential(client) ? 'key' : 'public'

/** Whether somebody of the tenant stands behind a client: one that made itself known waits for an owner to look at it. */
export const isReviewed = (client: PolicyClient): boolean => originOf(client) !== 'unreviewed'

/** The rules for a client. Pure. A third-party client without a mode gets the strict row: deny by default. */
export function policyFor(client: PolicyClient): ClientPolicy {
  return TABLE[rowOf(client)][kindOf(client)][originOf(client)]
}

/** What a client may ask for at the authorization endpoint, by its row and by its own list. */
export const responseTypesOf = (client: PolicyClient & { grantTypes: string[] }): string[] => {
  const { grantTypes, responseTypes } = policyFor(client)
  const mayUse = (grant: string) => client.grantTypes.includes(grant) && grantTypes.has(grant)
  return [...responseTypes].filter((type) => grantTypesOf(type).every(mayUse))
}

/** Whether the client holds a credential (RFC 6749 §2.1). Without a registered method it is confidential. */
export const isConfidential = (client: Pick<PolicyClient, 'tokenEndpointAuthMethod'>): boolean =>
  client.tokenEndpointAuthMethod !== 'none'

/** Whether a client proves itself with a secret: no other has one. */
export const holdsSecret = (client: Pick<PolicyClient, 'tokenEndpointAuthMethod'>): boolean =>
  isConfidential(client) && client.tokenEndpointAuthMethod !== 'private_key_jwt'

/** Whether a client proves itself by less than before, so that what the proof of before has guarded is open to more. */
export function provesLess(
  before: Pick<PolicyClient, 'tokenEndpointAuthMethod'>,
  after: Pick<PolicyClient, 'tokenEndpointAuthMethod'>,
): boolean {
  const strength = (client: typeof before) => (!isConfidential(client) ? 0 : holdsSecret(client) ? 1 : 2)
  return strength(after) < strength(before)
}

/** How the ID tokens of a client are signed: as it chose, where its row has that. A secret never keys a public client's. */
export const idTokenAlgOf = <Alg extends string>(client: PolicyClient & { idTokenAlg: Alg }): Alg | 'RS256' =>
  policyFor(client).idTokenAlgs.has(client.idTokenAlg) ? client.idTokenAlg : 'RS256'
