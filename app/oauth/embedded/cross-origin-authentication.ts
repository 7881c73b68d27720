/** Sign-in on a page of the client's own, as Auth0's widget and SDK do it: the password first, the redirect after. */
import type { AppContext } from '~/context'
import { originsOf } from '~/domain/clients/save-client'
import { connectionsForClient, isRealm } from '~/domain/connections/connections-for-client'
import { policyFor } from '~/domain/policy/client-policy'
import { createLoginTicket, TICKET_COOKIE_LIFETIME, ticketCookieName } from '~/domain/sessions/login-ticket'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { setCrossSiteCookie } from '~/platform/cookies'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { newId } from '~/platform/ids'
import { type Client, findClient } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { json, machineEndpoint, type Parameters, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'

const REALM_CREDENTIALS = 'http://auth0.com/oauth/grant-type/password-realm'

/** The statuses and texts are Auth0's, which its widget looks for. */
async function authenticate(ctx: AppContext, params: Parameters, request: HttpRequest): Promise<HttpAnswer> {
  const client = await findClient(ctx.db, requireParameter(params, 'client_id'))
  const isAllowed = client?.crossOriginAuthentication && client.suspendedAt === null && policyFor(client).embeddedLogin
  if (!client || !isAllowed)
    throw new OAuthError('unauthorized_client', 'Cross origin login not allowed.', { status: 401 })
  const origin = String(request.headers.origin ?? '')
  if (!originsOf(client).has(origin)) {
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    return { status: 403, headers, body: `Origin ${origin.slice(0, 200)} is not allowed.` }
  }
  const connection = await requireConnection(ctx, client, params)
  const given = { login: requireParameter(params, 'username'), password: requireParameter(params, 'password') }
  const { user } = await prove(ctx, connection, given)
  const { ticket, verifier } = await createLoginTicket(ctx, { client, user, connectionId: connection.id })
  const cookie = setCrossSiteCookie(ctx.config, ticketCookieName(ticket), verifier, TICKET_COOKIE_LIFETIME)
  const body = { login_ticket: ticket, co_verifier: verifier, co_id: newId('co') }
  return json(200, body, { 'set-cookie': cookie })
}

async function requireConnection(ctx: AppContext, client: Client, params: Parameters): Promise<Connection> {
  const type = requireParameter(params, 'credential_type')
  if (type !== 'password' && type !== REALM_CREDENTIALS)
    throw new OAuthError('unsupported_credential_type', 'Unknown credential type parameter.')
  const name =
    type === 'password' ? (await findTenantSettings(ctx.db)).defaultDirectory : requireParameter(params, 'realm')
  const usable = await connectionsForClient(ctx, client)
  const found = usable.find(
    (connection) => connection.strategy === 'auth0' && name !== null && isRealm(connection, name),
  )
  if (!found) throw new OAuthError('invalid_request', `Unknown realm ${name ?? ''}.`)
  return found
}

async function prove(ctx: AppContext, connection: Connection, given: { login: string; password: string }) {
  try {
    return await authenticateByPassword(ctx, [connection], given)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    if (error.code === 'wrong_credentials')
      throw new OAuthError('access_denied', 'Wrong email or password.', { status: 403, cause: error })
    if (error.code === 'user_blocked')
      throw new OAuthError('blocked_user', 'Blocked user', { status: 403, cause: error })
    if (error.code === 'password_breached')
      throw new OAuthError('password_leaked', error.message, { status: 403, cause: error })
    throw error
  }
}

export const crossOriginAuthenticationEndpoint = machineEndpoint('/co/authenticate', authenticate, {
  cors: 'registered-origins-with-cookies',
})
