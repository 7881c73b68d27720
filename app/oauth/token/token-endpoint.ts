import type { AppContext } from '~/context'
import { DEVICE_GRANT } from '~/domain/policy/client-policy'
import type { DpopProof } from '~/domain/tokens/dpop'
import type { IssuedTokens } from '~/domain/tokens/user-tokens'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import { readDpopHeader } from '../dpop-header'
import { json, machineEndpoint, type Parameters, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { requireNoDetails } from '../requested-access'
import { authenticateClient } from './client-authentication/authenticate-client'
import { requireGrantType, requireNotSuspended } from './grant-types'
import { authorizationCodeGrant } from './grants/authorization-code'
import { clientCredentialsGrant } from './grants/client-credentials'
import { deviceCodeGrant } from './grants/device-code'
import { mfaOtpGrant, mfaRecoveryCodeGrant } from './grants/mfa'
import { passwordGrant, passwordRealmGrant } from './grants/password'
import { refreshTokenGrant } from './grants/refresh-token'

/** What a grant works on: the client has proved who it is, and may use the grant. */
export type TokenRequest = {
  client: Client
  params: Parameters
  /** Of the key that the tokens will be bound to (RFC 9449); the grant takes it together with what it is for. */
  proof: DpopProof | undefined
}

export type Grant = (
  ctx: AppContext,
  request: TokenRequest,
) => Promise<IssuedTokens & { /** Takes the place of the one that was used. */ recoveryCode?: string }>

const GRANTS = new Map<string, Grant>([
  ['authorization_code', authorizationCodeGrant],
  ['refresh_token', refreshTokenGrant],
  ['client_credentials', clientCredentialsGrant],
  [DEVICE_GRANT, deviceCodeGrant],
  ['password', passwordGrant],
  ['http://auth0.com/oauth/grant-type/password-realm', passwordRealmGrant],
  ['http://auth0.com/oauth/grant-type/mfa-otp', mfaOtpGrant],
  ['http://auth0.com/oauth/grant-type/mfa-recovery-code', mfaRecoveryCodeGrant],
])

/** Which `grant_type` values there are, for the metadata. */
export const supportedGrantTypes = [...GRANTS.keys()]

/** RFC 6749 §3.2. The order of the checks: client, grant type, suspension, then the grant's own parameters. */
export const tokenEndpoint = machineEndpoint('/oauth/token', answerTokenRequest, { cors: 'registered-origins' })

async function answerTokenRequest(ctx: AppContext, params: Parameters, request: HttpRequest): Promise<HttpAnswer> {
  const grantType = requireParameter(params, 'grant_type')
  const client = await authenticateClient(ctx, params, request)
  const grant = GRANTS.get(grantType)
  if (!grant) throw new OAuthError('unsupported_grant_type', `Unsupported grant type: ${grantType}`)
  requireGrantType(client, grantType)
  requireNotSuspended(client, grantType)
  requireNoDetails(params)
  const tokens = await grant(ctx, { client, params, proof: await requireProof(ctx, client, request) })
  ctx.metrics.issued.inc({ grant_type: grantType })
  return json(200, tokenResponse(tokens))
}

/** The key that the tokens will be bound to (RFC 9449 §5), which some clients have to prove (§5.2). */
async function requireProof(ctx: AppContext, client: Client, request: HttpRequest): Promise<DpopProof | undefined> {
  const proof = await readDpopHeader(ctx, request)
  if (proof === undefined && client.dpopBoundAccessTokens)
    throw new OAuthError(
      'invalid_dpop_proof',
      'This app has to bind its tokens to a key: send a proof in the header DPoP.',
    )
  return proof
}

/** RFC 6749 §5.1. */
const tokenResponse = ({
  accessToken,
  tokenType,
  expiresIn,
  scope,
  idToken,
  refreshToken,
  recoveryCode,
}: Awaited<ReturnType<Grant>>): object => ({
  access_token: accessToken,
  ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  ...(idToken === undefined ? {} : { id_token: idToken }),
  scope: scope.join(' '),
  expires_in: expiresIn,
  token_type: tokenType,
  ...(recoveryCode === undefined ? {} : { recovery_code: recoveryCode }),
})
