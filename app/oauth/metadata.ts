import type { Config } from '~/config'
import type { AppContext, MachineEndpoint } from '~/context'
import { CLIENT_KEY_ALGS } from '~/domain/clients/client-keys'
import { connectionKeySet } from '~/domain/connections/connection-keys'
import { OPENID_SCOPES } from '~/domain/grants/scopes'
import { RESPONSE_TYPES } from '~/domain/policy/client-policy'
import { currentUserScopes, managementApiIdentifier, managementScopes } from '~/domain/resource-servers/management-api'
import { supportedAcrValues } from '~/domain/sessions/acr'
import { DPOP_ALGS } from '~/domain/tokens/dpop'
import { findTenantSettings, type TenantSettings } from '~db/queries/tenant'
import { RESPONSE_MODES } from './authorize/authorization-request'
import { supportedGrantTypes } from './token/token-endpoint'

const CONFIDENTIAL_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']

/** RFC 8414 §2 and OpenID Connect Discovery §3: what is here and works, and nothing else. */
function metadata({ issuer }: Config, { flags, clientMetadataHosts, publishesLogoutEndpoint }: TenantSettings): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    device_authorization_endpoint: `${issuer}oauth/device/code`,
    mfa_challenge_endpoint: `${issuer}mfa/challenge`,
    ...(publishesLogoutEndpoint ? { end_session_endpoint: `${issuer}oidc/logout` } : {}),
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    pushed_authorization_request_endpoint: `${issuer}oauth/par`,
    ...(flags.enable_dynamic_client_registration ? { registration_endpoint: `${issuer}oidc/register` } : {}),
    client_id_metadata_document_supported: clientMetadataHosts.length > 0,
    revocation_endpoint: `${issuer}oauth/revoke`,
    introspection_endpoint: `${issuer}oauth/introspect`,
    scopes_supported: [...OPENID_SCOPES.keys(), ...currentUserScopes.keys()].filter(
      (scope) => scope !== 'phone' && scope !== 'address',
    ),
    response_types_supported: RESPONSE_TYPES,
    response_modes_supported: RESPONSE_MODES,
    grant_types_supported: [...supportedGrantTypes, 'implicit'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'PS256'],
    token_endpoint_auth_methods_supported: [...CONFIDENTIAL_METHODS, 'none'],
    token_endpoint_auth_signing_alg_values_supported: CLIENT_KEY_ALGS,
    revocation_endpoint_auth_methods_supported: [...CONFIDENTIAL_METHODS, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: CLIENT_KEY_ALGS,
    introspection_endpoint_auth_methods_supported: CONFIDENTIAL_METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: CLIENT_KEY_ALGS,
    dpop_signing_alg_values_supported: DPOP_ALGS,
    code_challenge_methods_supported: ['S256'],
    protected_resources: [managementApiIdentifier(issuer)],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'acr',
      'amr',
      'at_hash',
      'c_hash',
      'sid',
      'name',
      'nickname',
      'given_name',
      'family_name',
      'picture',
      'locale',
      'updated_at',
      'email',
      'email_verified',
    ],
    acr_values_supported: supportedAcrValues,
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    request_object_signing_alg_values_supported: CLIENT_KEY_ALGS,
    require_pushed_authorization_requests: false,
    authorization_response_iss_parameter_supported: true,
    ui_locales_supported: ['en'],
    service_documentation: `${issuer}docs`,
  }
}

const CACHED = {
  'content-type': 'application/json',
  'cache-control': 'public, max-age=300',
}

/** Made once for each state of the tenant's settings: the answers are ready buffers. */
const documents = new WeakMap<Config, { state: string; body: Buffer }>()

async function metadataDocument({ config, db }: Pick<AppContext, 'config' | 'db'>): Promise<Buffer> {
  const settings = await findTenantSettings(db)
  const found = documents.get(config)
  const { flags, clientMetadataHosts, publishesLogoutEndpoint } = settings
  const state = JSON.stringify([flags.enable_dynamic_client_registration, clientMetadataHosts, publishesLogoutEndpoint])
  if (found?.state === state) return found.body
  const body = Buffer.from(JSON.stringify(metadata(config, settings)))
  documents.set(config, { state, body })
  return body
}

const document = (path: string): MachineEndpoint => ({
  method: 'GET',
  path,
  interactive: false,
  cors: 'public',
  run: async (ctx) => ({ status: 200, headers: CACHED, body: await metadataDocument(ctx) }),
})

/** RFC 9728 §2, §3.1: what the Management API is protected by, at the path of its identifier. */
const protectedResource = (path: string): MachineEndpoint => ({
  method: 'GET',
  path: `/.well-known/oauth-protected-resource${path}`,
  interactive: false,
  cors: 'public',
  run: async ({ config: { issuer } }) => ({
    status: 200,
    headers: CACHED,
    body: JSON.stringify({
      resource: managementApiIdentifier(issuer),
      resource_name: 'Management API',
      authorization_servers: [issuer],
      scopes_supported: [...managementScopes.map(({ value }) => value), ...currentUserScopes.keys()],
      bearer_methods_supported: ['header'],
      resource_documentation: `${issuer}docs`,
    }),
  }),
})

export const metadataEndpoints: MachineEndpoint[] = [
  protectedResource('/api/v2'),
  protectedResource('/api/v2/'),
  document('/.well-known/openid-configuration'),
  document('/.well-known/oauth-authorization-server'),
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    interactive: false,
    cors: 'public',
    run: async (ctx) => ({ status: 200, headers: CACHED, body: await ctx.keyring.jwks() }),
  },
  {
    method: 'GET',
    path: '/.well-known/connections/:id/jwks.json',
    interactive: false,
    cors: 'public',
    // For the provider of a connection that proves itself by a key there.
    run: async (ctx, { params: { id = '' } }) => ({
      status: 200,
      headers: CACHED,
      body: JSON.stringify(await connectionKeySet(ctx, id)),
    }),
  },
]
