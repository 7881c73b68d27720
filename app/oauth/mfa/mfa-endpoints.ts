/** What a client asks between `mfa_required` and the grant that goes on from there: Auth0's MFA API, as far as it reads. */
import type { AppContext, MachineEndpoint } from '~/context'
import { findHalfWayAtClient } from '~/domain/authenticators/mfa-token'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { countUnusedRecoveryCodes, listAuthenticators } from '~db/queries/authenticators'
import { readBearer } from '../bearer'
import { errorAnswer, json, machineEndpoint, requireParameter } from '../endpoint'
import { OAuthError } from '../errors'
import { authenticateClient } from '../token/client-authentication/authenticate-client'

const CHALLENGES = ['otp']

const invalidToken = () =>
  new OAuthError('invalid_token', 'Malformed or expired mfa_token: begin again with the password.', { status: 401 })

/** Which kind of proof the person is asked for. A one-time code needs no preparation here. */
const challengeEndpoint = machineEndpoint('/mfa/challenge', async (ctx, params, request) => {
  const client = await authenticateClient(ctx, params, request)
  const halfWay = await findHalfWayAtClient(ctx, requireParameter(params, 'mfa_token'), client.clientId)
  if (!halfWay) throw invalidToken()
  const wanted = params.get('challenge_type')?.split(' ') ?? CHALLENGES
  const possible = CHALLENGES.find((type) => wanted.includes(type))
  if (!possible) {
    const description = `The user has no authenticator for ${wanted.join(' ')}; there is ${CHALLENGES.join(' ')}.`
    throw new OAuthError('unsupported_challenge_type', description, { status: 403 })
  }
  return json(200, { challenge_type: possible })
})

/** What the person whose password was right has for the second factor. */
async function authenticators(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const token = readBearer(request)
  const halfWay = token === undefined ? undefined : await findHalfWayAtClient(ctx, token)
  if (!halfWay) throw invalidToken()
  const { userId } = halfWay.user
  const confirmed = (await listAuthenticators(ctx.db, { userId })).filter(({ confirmedAt }) => confirmedAt !== null)
  const hasRecoveryCodes = (await countUnusedRecoveryCodes(ctx.db, userId)) > 0
  return json(200, [
    ...confirmed.map(({ id, name }) => ({ id: `totp|${id}`, authenticator_type: 'otp', active: true, name })),
    ...(hasRecoveryCodes ? [{ id: 'recovery-code|all', authenticator_type: 'recovery-code', active: true }] : []),
  ])
}

export const mfaEndpoints: MachineEndpoint[] = [
  challengeEndpoint,
  {
    method: 'GET',
    path: '/mfa/authenticators',
    interactive: false,
    run: (ctx, request) =>
      authenticators(ctx, request).catch((error) => errorAnswer(ctx, error, { endpoint: '/mfa/authenticators' })),
  },
]
