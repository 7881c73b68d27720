import type { AppContext } from '~/context'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { createMfaToken } from '~/domain/authenticators/mfa-token'
import { connectionsForClient, isRealm } from '~/domain/connections/connections-for-client'
import { isConfidential } from '~/domain/policy/client-policy'
import {
  issuePasswordTokens,
  type PasswordAuthorization,
  standingPasswordAccess,
} from '~/domain/tokens/issue-password-tokens'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { DomainError } from '~/platform/errors'
import type { Client } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { type Parameters, requireCredentials, requireParameter } from '../../endpoint'
import { OAuthError } from '../../errors'
import { type RequestedAccess, readRequestedAccess } from '../../requested-access'
import type { Grant, TokenRequest } from '../token-endpoint'

/** RFC 6749 §4.3, at the tenant's default directory. */
export const passwordGrant: Grant = async (ctx, request) => {
  const { defaultDirectory } = await findTenantSettings(ctx.db)
  if (defaultDirectory === null) {
    throw new OAuthError('server_error', 'Authorization server not configured with default connection.', {
      status: 403,
    })
  }
  const connection = await findDatabase(ctx, request.client, defaultDirectory)
  if (!connection) throw new OAuthError('invalid_request', 'the connection was disabled')
  return takePassword(ctx, request, connection)
}

/** Auth0's extension of it: the directory is named by `realm`. */
export const passwordRealmGrant: Grant = async (ctx, request) => {
  const connection = await findDatabase(ctx, request.client, requireParameter(request.params, 'realm'))
  if (!connection) throw new OAuthError('invalid_request', 'Unknown or invalid realm.', { status: 403 })
  return takePassword(ctx, request, connection)
}

/** A connection with passwords of its own that the client's users may come from. */
async function findDatabase(ctx: AppContext, client: Client, name: string): Promise<Connection | undefined> {
  const usable = await connectionsForClient(ctx, client)
  return usable.find((connection) => connection.strategy === 'auth0' && isRealm(connection, name))
}

async function takePassword(ctx: AppContext, { client, params, proof }: TokenRequest, connection: Connection) {
  const given = requireCredentials(params)
  const access = await readAccess(ctx, client, params)
  const { user } = await prove(ctx, connection, { ...given, byClient: isConfidential(client) })
  const asked = { client, user, connectionId: connection.id, ...access, givenAt: ctx.clock.now() }
  const { grantId, authorization } = await requireConsent(ctx, asked)
  if (await hasAuthenticator(ctx, user.userId)) throw await secondFactorDue(ctx, authorization)
  return issuePasswordTokens(ctx, authorization, { grantId, amr: ['pwd'], proof })
}

/** Without `scope`, everything that OpenID Connect has of a profile, as Auth0 gives it. */
const DEFAULT_SCOPE = 'openid profile email address phone'

async function readAccess(ctx: AppContext, client: Client, params: Parameters): Promise<RequestedAccess> {
  try {
    return await readRequestedAccess(ctx, client, new Map([['scope', DEFAULT_SCOPE], ...params]), {
      endpoint: '/oauth/token',
    })
  } catch (error) {
    const isUnknownApi = error instanceof OAuthError && error.description.startsWith('Service not found')
    if (!isUnknownApi) throw error
    throw new OAuthError('invalid_request', 'invalid audience specified for password grant exchange', { cause: error })
  }
}

/** The texts are Auth0's, which its SDKs' users know. */
async function prove(
  ctx: AppContext,
  connection: Connection,
  given: { login: string; password: string; byClient: boolean },
) {
  try {
    return await authenticateByPassword(ctx, [connection], given)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const refused = (description: string) => new OAuthError('invalid_grant', description, { status: 403, cause: error })
    if (error.code === 'wrong_credentials') throw refused('Wrong email or password.')
    if (error.code === 'user_blocked') throw refused('user is blocked')
    if (error.code === 'password_breached') throw refused(error.message)
    throw error
  }
}

/** There is no page to ask at: what a person has to consent to, they have consented to before. */
export async function requireConsent(
  ctx: AppContext,
  asked: PasswordAuthorization,
): Promise<{ grantId: string | null; authorization: PasswordAuthorization }> {
  const standing = await standingPasswordAccess(ctx, asked)
  if (standing.consent === 'stands')
    return { grantId: standing.grantId, authorization: { ...asked, scope: standing.scope } }
  throw new OAuthError('consent_required', 'The user has to consent first: send them to /authorize.', { status: 403 })
}

async function secondFactorDue(
  ctx: AppContext,
  { client, user, connectionId, target, scope }: PasswordAuthorization,
): Promise<OAuthError> {
  const asked = { clientId: client.clientId, audience: target.api?.identifier, scope }
  return new OAuthError('mfa_required', 'Multifactor authentication required', {
    status: 403,
    members: {
      mfa_token: await createMfaToken(ctx, { user, connectionId }, asked),
      mfa_requirements: { challenge: [{ type: 'otp' }, { type: 'recovery-code' }] },
    },
  })
}
