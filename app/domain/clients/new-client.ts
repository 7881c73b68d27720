import { DEVICE_GRANT, partyColumns, policyFor } from '~/domain/policy/client-policy'
import { newClientId } from '~/platform/ids'
import type { AppType, Client, IdTokenAlg, RefreshTokenSettings, TokenEndpointAuthMethod } from '~db/queries/clients'

const DAY_SECONDS = 86_400

/** Auth0's recorded defaults for clients that are not trusted with endless tokens. */
const ROTATING: RefreshTokenSettings = {
  rotation_type: 'rotating',
  expiration_type: 'expiring',
  leeway: 0,
  token_lifetime: 30 * DAY_SECONDS,
  idle_token_lifetime: 15 * DAY_SECONDS,
  infinite_token_lifetime: false,
  infinite_idle_token_lifetime: false,
}
const NON_ROTATING: RefreshTokenSettings = {
  ...ROTATING,
  rotation_type: 'non-rotating',
  expiration_type: 'non-expiring',
  infinite_token_lifetime: true,
  infinite_idle_token_lifetime: true,
}

export const authMethodFor = (appType: AppType | null): TokenEndpointAuthMethod | null =>
  appType === 'spa' || appType === 'native' ? 'none' : null

export const grantTypesFor = (appType: AppType | null): string[] =>
  appType === 'non_interactive' ? ['client_credentials'] : ['authorization_code', 'refresh_token']

/** What an app of a type may use besides, if its makers ask for it: for browsers that cannot keep to the code flow, and for devices. */
export const extraGrantTypesFor = (appType: AppType | null): string[] => {
  if (appType === 'native') return [DEVICE_GRANT]
  return appType === 'spa' || appType === 'regular_web' ? ['implicit'] : []
}

export type NewClient = {
  clientId?: string
  name: string
  appType: AppType | null
  isFirstParty: boolean
  callbacks?: string[]
  grantTypes?: string[]
  tokenEndpointAuthMethod?: TokenEndpointAuthMethod | null
  idTokenAlg?: IdTokenAlg
} & Partial<
  Pick<
    Client,
    | 'description'
    | 'availability'
    | 'scopeRequests'
    | 'logoUri'
    | 'homepageUri'
    | 'privacyPolicyUri'
    | 'termsUri'
    | 'allowedLogoutUrls'
    | 'webOrigins'
    | 'thirdPartySecurityMode'
    | 'backchannelLogoutUris'
    | 'initiateLoginUri'
    | 'jwksUri'
    | 'requirePushedAuthorizationRequests'
    | 'requireSignedRequestObject'
    | 'dpopBoundAccessTokens'
    | 'crossOriginAuthentication'
    | 'resourceServerIdentifier'
    | 'source'
    | 'registrationTokenHash'
  >
>

/** The whole row of a new client; what is not given takes the defaults of its type and party. */
export function newClientRow(now: number, given: NewClient): Client {
  const { tokenEndpointAuthMethod = authMethodFor(given.appType) } = given
  const party = partyColumns({ ...given, tokenEndpointAuthMethod })
  const { infiniteRefreshTokens } = policyFor({ ...party, tokenEndpointAuthMethod })
  return {
    ...party,
    formerSecurityMode: null,
    clientId: given.clientId ?? newClientId(),
    name: given.name,
    description: given.description ?? null,
    appType: given.appType,
    tokenEndpointAuthMethod,
    callbacks: given.callbacks ?? [],
    allowedLogoutUrls: given.allowedLogoutUrls ?? [],
    webOrigins: given.webOrigins ?? [],
    allowedOrigins: [],
    grantTypes: given.grantTypes ?? grantTypesFor(given.appType),
    idTokenAlg: given.idTokenAlg ?? 'RS256',
    idTokenLifetime: 36_000,
    refreshToken: infiniteRefreshTokens ? NON_ROTATING : ROTATING,
    backchannelLogoutUris: given.backchannelLogoutUris ?? [],
    initiateLoginUri: given.initiateLoginUri ?? null,
    jwksUri: given.jwksUri ?? null,
    requirePushedAuthorizationRequests: given.requirePushedAuthorizationRequests ?? false,
    requireSignedRequestObject: given.requireSignedRequestObject ?? false,
    dpopBoundAccessTokens: given.dpopBoundAccessTokens ?? false,
    pkce: null,
    crossOriginAuthentication: given.crossOriginAuthentication ?? false,
    resourceServerIdentifier: given.resourceServerIdentifier ?? null,
    source: given.source ?? 'tenant',
    registrationTokenHash: given.registrationTokenHash ?? null,
    documentFreshUntil: null,
    logoUri: given.logoUri ?? null,
    homepageUri: given.homepageUri ?? null,
    privacyPolicyUri: given.privacyPolicyUri ?? null,
    termsUri: given.termsUri ?? null,
    clientMetadata: null,
    keptProperties: null,
    scopeRequests: given.scopeRequests ?? null,
    availability: given.availability ?? 'everyone',
    reviewedAt: null,
    suspendedAt: null,
    createdAt: now,
    updatedAt: now,
  }
}
