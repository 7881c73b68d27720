import { DEVICE_GRANT, policyFor } from '~/domain/policy/client-policy'
import type { Client } from '~db/queries/clients'
import { OAuthError } from '../errors'

/** Both the client's own list and its row of the policy have to say so. */
export function requireGrantType(client: Client, grantType: string): void {
  if (client.grantTypes.includes(grantType) && policyFor(client).grantTypes.has(grantType)) return
  throw new OAuthError('unauthorized_client', `Grant type '${grantType}' not allowed for the client.`, { status: 403 })
}

export function requireNotSuspended(client: Client, grantType: string): void {
  if (client.suspendedAt === null) return
  const isForUser = grantType !== 'client_credentials' && grantType !== DEVICE_GRANT
  const error = isForUser ? 'invalid_grant' : 'unauthorized_client'
  throw new OAuthError(error, 'The app is suspended. Its makers find the reason in the developer portal.')
}
