import type { OAuthEndpoint } from './endpoint'

/** The URL map of the authorization server. */
export const oauthEndpoints: OAuthEndpoint[] = []
