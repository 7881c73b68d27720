/** Sign-in on a page of the client's own, as Auth0's widget and SDK do it: the password first, the redirect after. */
import type { AppContext } from '~/context'
import { TICKET_COOKIE_LIFETIME, ticketCookieName } from '~/domain/sessions/login-ticket'
import { setCrossSiteCookie } from '~/platform/cookies'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { newId } from '~/platform/ids'
import { findTenantSettings } from '~db/queries/tenant'
import { json, machineEndpoint, type Parameters, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { refuseForeignPage, requireEmbeddedClient, ticketFor } from './embedded-password'

const REALM_CREDENTIALS = 'http://auth0.com/oauth/grant-type/password-realm'

/** The statuses and texts are Auth0's, which its widget looks for. */
async function authenticate(ctx: AppContext, params: Parameters, request: HttpRequest): Promise<HttpAnswer> {
  const client = await requireEmbeddedClient(ctx, requireParameter(params, 'client_id'))
  const refused = refuseForeignPage(client, request)
  if (refused) return refused
  const { ticket, verifier } = await prove(async () => ticketFor(ctx, client, params, await readRealm(ctx, params)))
  const cookie = setCrossSiteCookie(ctx.config, ticketCookieName(ticket), verifier, TICKET_COOKIE_LIFETIME)
  const body = { login_ticket: ticket, co_verifier: verifier, co_id: newId('co') }
  return json(200, body, { 'set-cookie': cookie })
}

async function readRealm(ctx: AppContext, params: Parameters): Promise<string | null> {
  const type = requireParameter(params, 'credential_type')
  if (type === REALM_CREDENTIALS) return requireParameter(params, 'realm')
  if (type === 'password') return (await findTenantSettings(ctx.db)).defaultDirectory
  throw new OAuthError('unsupported_credential_type', 'Unknown credential type parameter.')
}

async function prove<Proof>(attempt: () => Promise<Proof>): Promise<Proof> {
  try {
    return await attempt()
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
