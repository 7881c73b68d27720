/** The URL map of the authorization server. */
import type { MachineEndpoint } from '~/context'
import { authorizationEndpoints } from './authorize/authorization-endpoint'
import { deviceAuthorizationEndpoint } from './device/device-authorization-endpoint'
import { crossOriginAuthenticationEndpoint } from './embedded/cross-origin-authentication'
import { databaseConnectionEndpoints } from './embedded/database-connections'
import { hostedFormEndpoints } from './embedded/hosted-form-login'
import { widgetEndpoints } from './embedded/widget-files'
import { introspectionEndpoint } from './introspection/introspection-endpoint'
import { auth0LogoutEndpoints } from './logout/auth0-logout-endpoint'
import { endSessionEndpoints } from './logout/end-session-endpoint'
import { metadataEndpoints } from './metadata'
import { mfaEndpoints } from './mfa/mfa-endpoints'
import { pushedAuthorizationEndpoint } from './par/pushed-authorization-endpoint'
import { registrationEndpoints } from './registration/registration-endpoints'
import { revocationEndpoint } from './revocation/revocation-endpoint'
import { tokenEndpoint } from './token/token-endpoint'
import { userinfoEndpoints } from './userinfo/userinfo-endpoint'

export const oauthEndpoints: MachineEndpoint[] = [
  ...authorizationEndpoints,
  pushedAuthorizationEndpoint,
  tokenEndpoint,
  ...mfaEndpoints,
  deviceAuthorizationEndpoint,
  ...userinfoEndpoints,
  revocationEndpoint,
  introspectionEndpoint,
  ...registrationEndpoints,
  ...endSessionEndpoints,
  ...auth0LogoutEndpoints,
  ...metadataEndpoints,
  crossOriginAuthenticationEndpoint,
  ...hostedFormEndpoints,
  ...databaseConnectionEndpoints,
  ...widgetEndpoints,
]
