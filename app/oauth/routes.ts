/** The URL map of the authorization server. */
import { authorizationEndpoints } from './authorize/authorization-endpoint'
import type { OAuthEndpoint } from './endpoint'
import { introspectionEndpoint } from './introspection/introspection-endpoint'
import { metadataEndpoints } from './metadata'
import { pushedAuthorizationEndpoint } from './par/pushed-authorization-endpoint'
import { revocationEndpoint } from './revocation/revocation-endpoint'
import { tokenEndpoint } from './token/token-endpoint'
import { userinfoEndpoints } from './userinfo/userinfo-endpoint'

export const oauthEndpoints: OAuthEndpoint[] = [
  ...authorizationEndpoints,
  pushedAuthorizationEndpoint,
  tokenEndpoint,
  ...userinfoEndpoints,
  revocationEndpoint,
  introspectionEndpoint,
  ...metadataEndpoints,
]
