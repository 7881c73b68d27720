/** A client on the wire: what a body may say, and what is told of a client. */
import { z } from 'zod'
import { CLIENT_KEY_ALGS } from '~/domain/clients/client-keys'
import { clientDescription, clientName } from '~/domain/clients/client-name'
import { newClientRow } from '~/domain/clients/new-client'
import { hasPkceChoice } from '~/domain/clients/pkce'
import { DEVICE_GRANT, idTokenAlgOf, partyColumns } from '~/domain/policy/client-policy'
import { refreshRulesOf } from '~/domain/tokens/refresh-token'
import { mergedMetadata } from '~/platform/metadata'
import type { Client } from '~db/queries/clients'
import { KEPT_DEFAULTS, kept, mergedKept } from './client-kept'
import { removable, withoutUnset } from './fields'

const MAX_ADDRESSES = 100
const addresses = z.array(z.string().max(2000)).max(MAX_ADDRESSES)
const address = z.string().max(2000)
const seconds = z.int().min(1).max(157_788_000)

export const APP_TYPES = ['native', 'spa', 'regular_web', 'non_interactive'] as const
const GRANT_TYPES = [
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
  'password',
  'http://auth0.com/oauth/grant-type/password-realm',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
  DEVICE_GRANT,
] as const

/** Members that have one possible value here. Bodies may say it, as programs send back what they have read. */
const fixed = {
  global: z.literal(false),
  oidc_conformant: z.literal(true),
  is_token_endpoint_ip_header_trusted: z.literal(false),
}

/** Members of Auth0 that mean something else than nothing only with values that there are not here. */
const unused = {
  encryption_key: z.null(),
  session_transfer: z.null(),
  token_exchange: z.null(),
  par_request_expiry: z.null(),
  organization_usage: z.literal('deny'),
  compliance_level: z.literal('none').nullable(),
  skip_non_verifiable_callback_uri_confirmation_prompt: z.literal(false).nullable(),
}

const metadataText = z.string().max(255)
const CLIENT_METADATA = { field: 'client_metadata', members: 10 }

const refreshToken = {
  rotation_type: z.enum(['rotating', 'non-rotating']),
  expiration_type: z.enum(['expiring', 'non-expiring']),
  leeway: z.int().min(0).max(60).describe('Seconds in which the token before is still taken.'),
  token_lifetime: seconds,
  idle_token_lifetime: seconds,
  infinite_token_lifetime: z.boolean(),
  infinite_idle_token_lifetime: z.boolean(),
}

const jwtConfiguration = {
  alg: z.enum(['RS256', 'HS256', 'PS256']),
  lifetime_in_seconds: z.int().min(1).max(2_592_000),
  secret_encoded: z.literal(false).describe('The secret keys HS256 by its bytes as they are.'),
}

const credentialRef = z.strictObject({ id: z.string().max(100) })

export const newCredential = z.strictObject({
  credential_type: z.enum(['public_key', 'x509_cert']),
  name: z.string().max(128).optional(),
  pem: z.string().max(4096),
  alg: z.enum(CLIENT_KEY_ALGS).optional(),
  kid: z
    .string()
    .regex(/^[\w-]{10,64}$/)
    .optional(),
  parse_expiry_from_cert: z.boolean().optional(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
})

const methods = <Credential extends z.ZodType>(credential: Credential) =>
  z.strictObject({ private_key_jwt: z.strictObject({ credentials: z.array(credential).min(1).max(2) }) })

/** What POST and PATCH have in common. `null` removes what may be without a value, and so does an empty address. */
const settings = z.strictObject({
  name: clientName,
  description: clientDescription.nullable(),
  logo_uri: removable(address),
  app_type: z.enum(APP_TYPES),
  is_first_party: z.boolean(),
  third_party_security_mode: z.enum(['permissive', 'strict']),
  token_endpoint_auth_method: z.enum(['none', 'client_secret_post', 'client_secret_basic']).nullable(),
  callbacks: addresses,
  allowed_logout_urls: addresses,
  web_origins: addresses,
  allowed_origins: addresses,
  grant_types: z.array(z.enum(GRANT_TYPES)).max(GRANT_TYPES.length),
  jwt_configuration: z.strictObject(jwtConfiguration).partial().nullable(),
  refresh_token: z
    .strictObject({ ...refreshToken, policies: z.array(z.never()).nullable() })
    .partial()
    .required({ rotation_type: true, expiration_type: true })
    .nullable(),
  client_metadata: z.record(z.string().max(255), metadataText.nullable()).nullable(),
  initiate_login_uri: removable(address),
  cross_origin_authentication: z.boolean().nullable(),
  cross_origin_auth: z.boolean().nullable(),
  require_pushed_authorization_requests: z.boolean(),
  require_proof_of_possession: z.boolean(),
  signed_request_object: z.strictObject({ required: z.boolean() }).nullable(),
  jwks_uri: removable(address).describe('Where the client publishes its keys.'),
  resource_server_identifier: z.string().max(600).nullable(),
  oidc_logout: z
    .strictObject({
      backchannel_logout_urls: addresses.max(1),
      backchannel_logout_initiators: z.strictObject({ mode: z.literal('all') }).optional(),
    })
    .nullable(),
  client_uri: removable(address).describe('Extension (RFC 7591): a page about the app.'),
  policy_uri: removable(address).describe('Extension (RFC 7591): its privacy policy.'),
  tos_uri: removable(address).describe('Extension (RFC 7591): its terms.'),
  require_pkce: z
    .boolean()
    .nullable()
    .describe(
      'Extension: whether PKCE is required of a permissive third-party client with a secret or a key; null, or left out at its creation: as the tenant says.',
    ),
  ...kept,
  ...fixed,
  ...unused,
})

export const newClientBody = settings
  .partial()
  .required({ name: true })
  .extend({ client_authentication_methods: methods(newCredential).optional() })

export const clientChangeBody = settings.partial().extend({
  client_secret: z
    .string()
    .min(32)
    .max(1000)
    .optional()
    .describe('Takes the place of all secrets. Needs update:client_keys.'),
  client_authentication_methods: methods(credentialRef)
    .nullable()
    .optional()
    .describe('Needs update:client_credentials.'),
})

export type ClientBody = Omit<z.output<typeof clientChangeBody>, 'client_authentication_methods'>

export const clientAnswer = z.object({
  tenant: z.string(),
  client_id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  global: z.boolean(),
  is_first_party: z.boolean(),
  third_party_security_mode: z.enum(['permissive', 'strict']).optional(),
  client_secret: z.string().optional().describe('Told with read:client_keys, of clients that the tenant made.'),
  app_type: z.enum(APP_TYPES).optional(),
  logo_uri: z.string().optional(),
  oidc_conformant: z.literal(true),
  token_endpoint_auth_method: z.enum(['none', 'client_secret_post', 'client_secret_basic']).optional(),
  client_authentication_methods: z
    .object({ private_key_jwt: z.object({ credentials: z.array(z.object({ id: z.string() })) }) })
    .optional(),
  callbacks: z.array(z.string()),
  allowed_logout_urls: z.array(z.string()).optional(),
  web_origins: z.array(z.string()).optional(),
  allowed_origins: z.array(z.string()).optional(),
  grant_types: z.array(z.string()),
  jwt_configuration: z.object(jwtConfiguration),
  refresh_token: z.object(refreshToken),
  client_metadata: z.record(z.string(), z.string()).optional(),
  initiate_login_uri: z.string().optional(),
  cross_origin_authentication: z.boolean(),
  cross_origin_auth: z.boolean(),
  require_pushed_authorization_requests: z.boolean(),
  require_proof_of_possession: z.boolean(),
  signed_request_object: z.object({ required: z.boolean() }).optional(),
  jwks_uri: z.string().optional(),
  resource_server_identifier: z.string().optional(),
  oidc_logout: z.object({ backchannel_logout_urls: z.array(z.string()) }).optional(),
  client_uri: z.string().optional(),
  policy_uri: z.string().optional(),
  tos_uri: z.string().optional(),
  require_pkce: z.boolean().optional(),
  external_metadata_type: z.enum(['cimd', 'dcr']).optional(),
  external_client_id: z.string().optional(),
  is_token_endpoint_ip_header_trusted: z.literal(false),
  ...z.object(kept).partial().shape,
})

/** The columns that a body speaks of. Objects are merged with what is there, one level deep. */
export function changeOf(body: ClientBody, before: Client): Partial<Client> {
  const { is_first_party, third_party_security_mode, app_type: appType = before.appType } = body
  const jwt = body.jwt_configuration
  const all: { [Column in keyof Client]?: Client[Column] | undefined } = {
    name: body.name,
    description: body.description === undefined ? undefined : body.description || null,
    logoUri: body.logo_uri,
    appType,
    ...(is_first_party === undefined && third_party_security_mode === undefined
      ? {}
      : partyColumns({
          isFirstParty: is_first_party ?? before.isFirstParty,
          thirdPartySecurityMode:
            third_party_security_mode ?? before.thirdPartySecurityMode ?? before.formerSecurityMode,
        })),
    tokenEndpointAuthMethod: body.token_endpoint_auth_method,
    callbacks: body.callbacks,
    allowedLogoutUrls: body.allowed_logout_urls,
    webOrigins: body.web_origins,
    allowedOrigins: body.allowed_origins,
    grantTypes: body.grant_types,
    idTokenAlg: jwt?.alg,
    idTokenLifetime: jwt?.lifetime_in_seconds,
    refreshToken: body.refresh_token ? mergedRefreshToken(before.refreshToken, body.refresh_token) : undefined,
    clientMetadata:
      body.client_metadata === undefined
        ? undefined
        : mergedMetadata(before.clientMetadata, body.client_metadata, CLIENT_METADATA),
    initiateLoginUri: body.initiate_login_uri,
    crossOriginAuthentication: crossOriginOf(body),
    requirePushedAuthorizationRequests: body.require_pushed_authorization_requests,
    pkce: pkceOf(body.require_pkce),
    dpopBoundAccessTokens: body.require_proof_of_possession,
    requireSignedRequestObject:
      body.signed_request_object === undefined ? undefined : (body.signed_request_object?.required ?? false),
    jwksUri: body.jwks_uri,
    resourceServerIdentifier: body.resource_server_identifier,
    backchannelLogoutUris:
      body.oidc_logout === undefined ? undefined : (body.oidc_logout?.backchannel_logout_urls ?? []),
    homepageUri: body.client_uri,
    privacyPolicyUri: body.policy_uri,
    termsUri: body.tos_uri,
    keptProperties: mergedKept(before.keptProperties, body),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<Client>
}

/** `null` leaves it to the tenant. */
export const pkceOf = (isRequired: boolean | null | undefined): Client['pkce'] | undefined =>
  typeof isRequired === 'boolean' ? (isRequired ? 'required' : 'optional') : isRequired

/** What is set for the client; null where nothing is, or its kind has no choice. */
export const requiresPkce = (client: Client): boolean | null =>
  client.pkce === null || !hasPkceChoice(client) ? null : client.pkce === 'required'

/** Both names mean the same; `null` of either turns it off. */
function crossOriginOf({
  cross_origin_authentication: own,
  cross_origin_auth: older,
}: ClientBody): boolean | undefined {
  const given = own === undefined ? older : own
  return given === undefined ? undefined : (given ?? false)
}

function mergedRefreshToken(
  before: Client['refreshToken'],
  { policies: _none, ...given }: NonNullable<ClientBody['refresh_token']>,
): Client['refreshToken'] {
  return { ...before, ...given }
}

/**
 * What Auth0 keeps a tenant's own login page at. Its tools read it first; here it has none, and no row, so that nobody signs
 * in with it.
 */
export const globalClient: Client = newClientRow(0, {
  clientId: 'all-applications',
  name: 'All Applications',
  appType: null,
  isFirstParty: true,
  grantTypes: [],
})

/** @param known what is told beside the row: the secret where the caller may read it, the keys in use */
export function serializeClient(
  tenant: string,
  client: Client,
  { secret, keyIds = [] }: { secret?: string; keyIds?: string[] } = {},
): z.input<typeof clientAnswer> {
  const unlessEmpty = (list: string[]) => (list.length > 0 ? list : null)
  const method = client.tokenEndpointAuthMethod
  return withoutUnset({
    tenant,
    client_id: client.clientId,
    name: client.name,
    description: client.description,
    global: client === globalClient,
    is_first_party: client.isFirstParty,
    third_party_security_mode: client.thirdPartySecurityMode,
    client_secret: secret,
    app_type: client.appType,
    logo_uri: client.logoUri,
    oidc_conformant: true,
    token_endpoint_auth_method: method === 'private_key_jwt' ? null : method,
    client_authentication_methods:
      method === 'private_key_jwt' ? { private_key_jwt: { credentials: keyIds.map((id) => ({ id })) } } : null,
    callbacks: client.callbacks,
    allowed_logout_urls: unlessEmpty(client.allowedLogoutUrls),
    web_origins: unlessEmpty(client.webOrigins),
    allowed_origins: unlessEmpty(client.allowedOrigins),
    grant_types: client.grantTypes,
    jwt_configuration: {
      alg: idTokenAlgOf(client),
      lifetime_in_seconds: client.idTokenLifetime,
      secret_encoded: false,
    },
    refresh_token: refreshRulesOf(client),
    client_metadata: client.clientMetadata,
    initiate_login_uri: client.initiateLoginUri,
    cross_origin_authentication: client.crossOriginAuthentication,
    cross_origin_auth: client.crossOriginAuthentication,
    require_pushed_authorization_requests: client.requirePushedAuthorizationRequests,
    require_proof_of_possession: client.dpopBoundAccessTokens,
    signed_request_object: client.requireSignedRequestObject ? { required: true } : null,
    jwks_uri: client.jwksUri,
    resource_server_identifier: client.resourceServerIdentifier,
    oidc_logout:
      client.backchannelLogoutUris.length > 0 ? { backchannel_logout_urls: client.backchannelLogoutUris } : null,
    client_uri: client.homepageUri,
    policy_uri: client.privacyPolicyUri,
    tos_uri: client.termsUri,
    require_pkce: requiresPkce(client),
    external_metadata_type: ({ registration: 'dcr', 'metadata-document': 'cimd' } as const)[String(client.source)],
    external_client_id: client.source === 'metadata-document' ? client.clientId : null,
    is_token_endpoint_ip_header_trusted: false,
    ...KEPT_DEFAULTS,
    ...client.keptProperties,
  }) as z.input<typeof clientAnswer>
}
