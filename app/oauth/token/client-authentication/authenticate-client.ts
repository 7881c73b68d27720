import type { AppContext } from '~/context'
import { problemWithAssertion } from '~/domain/clients/client-assertion'
import { findPresentedSecret, recordAuthenticationFailure } from '~/domain/clients/client-secrets'
import { findNamedClient } from '~/domain/clients/find-client'
import { isConfidential } from '~/domain/policy/client-policy'
import type { HttpRequest } from '~/platform/http'
import { networkOf } from '~/platform/network'
import type { Client } from '~db/queries/clients'
import type { Parameters } from '../../endpoint'
import { OAuthError } from '../../errors'
import { type Credentials, readCredentials } from './credentials'

/**
 * The client that a request is from (RFC 6749 §2.3). It proves itself by the one method that it is registered for, at
 * every endpoint and with every grant; a public client only names itself.
 * @throws OAuthError `invalid_client`, the same whether the client is unknown or the secret wrong
 */
export async function authenticateClient(ctx: AppContext, params: Parameters, request: HttpRequest): Promise<Client> {
  const credentials = readCredentials(params, request)
  const attempts = { of: credentials.clientId.slice(0, 200), from: networkOf(ctx.request.ip) }
  await ctx.throttle.requireFree('client-secret', [attempts])
  const client = await findNamedClient(ctx, credentials.clientId)
  const problem = client ? await problemWith(ctx, client, credentials) : guess('unknown client')
  if (client && !problem) return client
  if (problem?.isGuess) await ctx.throttle.take('client-secret', attempts)
  if (client && problem) await recordAuthenticationFailure(ctx, client, problem.detail)
  throw invalidClient(typeof request.headers.authorization === 'string', problem?.detail)
}

/** The detail is for the log and the app's partner; the answer does not tell. Where nothing was compared, nothing was guessed. */
type Problem = { detail: string; isGuess: boolean }

const guess = (detail: string): Problem => ({ detail, isGuess: true })
const misuse = (detail: string): Problem => ({ detail, isGuess: false })

async function problemWith(ctx: AppContext, client: Client, credentials: Credentials): Promise<Problem | undefined> {
  const { method } = credentials
  if (!isConfidential(client)) return method === 'none' ? undefined : misuse('a public client sent a proof')
  if (method === 'none') return misuse('a confidential client sent no proof')
  const registered = client.tokenEndpointAuthMethod
  // Without a registered method the client has a secret, and sends it either way.
  if (registered === null ? method === 'private_key_jwt' : registered !== method)
    return misuse(`the client is registered for ${registered ?? 'a secret'} and used ${method}`)
  if (method === 'private_key_jwt') {
    const problem = await problemWithAssertion(ctx, client, credentials.assertion)
    return problem === undefined ? undefined : guess(problem)
  }
  const found = await findPresentedSecret(ctx, client.clientId, credentials.secret)
  return found ? undefined : guess('the secret is not one that works')
}

/** RFC 6749 §5.2: 401, and a challenge where the client used the Authorization header. */
function invalidClient(usedHeader: boolean, detail: string | undefined): OAuthError {
  const description =
    'Client authentication failed. Check the client id, the secret or key, and that it is used by the method that the client is registered for.'
  const headers = usedHeader ? { 'www-authenticate': 'Basic realm="token endpoint", charset="UTF-8"' } : undefined
  return new OAuthError('invalid_client', description, { status: 401, headers, detail })
}
