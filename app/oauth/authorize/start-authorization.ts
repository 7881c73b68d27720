import type { AppContext } from '~/context'
import { findNamedClient } from '~/domain/clients/find-client'
import { isRegisteredRedirectUri } from '~/domain/clients/redirect-uri'
import { keepRefusal } from '~/domain/clients/refusals'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import { signInByTicket } from '../embedded/sign-in-by-ticket'
import type { Parameters } from '../endpoint'
import { OAuthError, repeated } from '../errors'
import { answerAtRedirectUri, type Destination } from './answer-at-redirect-uri'
import { normalizeResponseType, type ResponseMode, readResponseMode } from './authorization-request'
import { continueAuthorization } from './continue-authorization'
import { AuthorizationRefused } from './error-page'
import { type ResolvedRequest, resolveRequest } from './resolve-request'
import { validateAuthorization } from './validate-authorization'

/** The parameters of the request, and the names of those that stand more than once. */
export type GivenAuthorization = { params: Parameters; repeatedNames: string[] }

/**
 * The order of the checks of an authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.2). Nothing is sent
 * to `redirect_uri` before it is proven to be the client's.
 */
export async function startAuthorization(
  ctx: AppContext,
  { params: given, repeatedNames }: GivenAuthorization,
): Promise<HttpAnswer> {
  requireUnambiguousClient(repeatedNames)
  const client = await requireClient(ctx, given.get('client_id'))
  return explainPages(ctx, client, given, () => answerClient(ctx, client, given, repeatedNames))
}

async function answerClient(
  ctx: AppContext,
  client: Client,
  given: Parameters,
  repeatedNames: string[],
): Promise<HttpAnswer> {
  const { params, pushedRequest, refusal } = await resolveOrRefuse(ctx, client, given)
  const redirectUri = requireRegisteredRedirectUri(client, params.get('redirect_uri'))
  requireNotSuspended(client)
  const destination: Destination = {
    redirectUri,
    responseMode: fallbackMode(params, redirectUri),
    state: params.get('state'),
  }
  // From here on refusals go back to the client.
  return answerAtRedirectUri(ctx, client, { destination, sent: params }, async () => {
    const [twice] = repeatedNames
    if (twice) throw repeated(twice)
    if (refusal) throw refusal
    const authorization = await validateAuthorization(ctx, client, params, redirectUri)
    destination.responseMode = authorization.params.response_mode
    const ticket = params.get('login_ticket')
    const signedIn = ticket === undefined ? undefined : await signInByTicket(ctx, client, ticket)
    const answer = await continueAuthorization(ctx, {
      ...authorization,
      params: { ...authorization.params, pushed_request: pushedRequest },
      signedInAs: signedIn?.sessionId,
    })
    return signedIn ? { ...answer, headers: { ...answer.headers, 'set-cookie': signedIn.cookies } } : answer
  })
}

/** A refusal that stops at a page of ours has the address of the explanation there, for the app's makers. */
export async function explainPages(
  ctx: AppContext,
  client: Client,
  sent: Parameters,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof AuthorizationRefused)) throw error
    const { status, title, advice } = error
    const [code = '', ...rest] = error.error.split(': ')
    const refused = { endpoint: '/authorize', error: code, description: rest.join(': '), sent }
    const explanation = await keepRefusal(ctx, client, refused)
    throw new AuthorizationRefused(status, error.error, title, advice, explanation, client.clientId)
  }
}

type Resolved = ResolvedRequest & { refusal?: OAuthError }

/** A request that cannot be found or believed is refused where its own URL says, if that is the client's. */
async function resolveOrRefuse(ctx: AppContext, client: Client, given: Parameters): Promise<Resolved> {
  try {
    return await resolveRequest(ctx, client, given)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return { params: given, refusal: error }
  }
}

/** Which of two values another party would look at cannot be known, so neither is used (RFC 6749 §3.1). */
function requireUnambiguousClient(repeatedNames: string[]): void {
  const twice = repeatedNames.find((name) => name === 'client_id' || name === 'redirect_uri')
  if (twice)
    throw new AuthorizationRefused(
      400,
      'invalid_request',
      'This link is not right',
      `The app sent the parameter ${twice} more than once. Go back to the app and tell its makers.`,
    )
}

export async function requireClient(ctx: AppContext, clientId: string | undefined): Promise<Client> {
  const client = clientId === undefined ? undefined : await findClientOrRefuse(ctx, clientId)
  if (client) return client
  const error =
    clientId === undefined
      ? 'invalid_request: Missing required parameter: client_id'
      : `invalid_request: Unknown client: ${clientId.slice(0, 100)}`
  throw new AuthorizationRefused(
    400,
    error,
    'This app is not known here',
    'Go back to the app and tell its makers. They find the right client id in the developer portal.',
  )
}

async function findClientOrRefuse(ctx: AppContext, clientId: string): Promise<Client | undefined> {
  try {
    return await findNamedClient(ctx, clientId)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const isPassing = error.code === 'provider_failed'
    throw new AuthorizationRefused(
      error.code === 'throttled' ? 429 : isPassing ? 503 : 400,
      `${isPassing ? 'temporarily_unavailable' : 'invalid_client'}: ${error.message}`,
      'This app could not be looked up',
      isPassing
        ? 'Try again in a minute. If it stays so, go back to the app and tell its makers what stands below.'
        : 'Go back to the app and tell its makers what stands below.',
    )
  }
}

/** Compares byte for byte with the registered callbacks (RFC 9700 §2.1); the one of an app that has one may be left out. */
export function requireRegisteredRedirectUri(client: Client, given: string | undefined): string {
  if (given === undefined && client.callbacks.length === 1 && client.callbacks[0]) return client.callbacks[0]
  if (given !== undefined && isRegisteredRedirectUri(client, given)) return given
  const error =
    given === undefined
      ? 'invalid_request: Missing required parameter: redirect_uri'
      : `unauthorized_client: Callback URL mismatch. ${given.slice(0, 500)} is not in the list of allowed callback URLs`
  throw new AuthorizationRefused(
    given === undefined ? 400 : 403,
    error,
    `${client.name} sent you here with an address that is not registered`,
    'For your safety you were not sent on. Go back to the app and tell its makers: the callback has to be the same, byte for byte, as one registered in the developer portal.',
  )
}

export function requireNotSuspended(client: Client): void {
  if (client.suspendedAt === null) return
  throw new AuthorizationRefused(
    403,
    'unauthorized_client: the app is suspended',
    `${client.name} is suspended`,
    'The people who run this site have stopped this app. It cannot sign you in. Its makers find the reason in the developer portal.',
  )
}

/** Where to put a refusal that comes before the response mode is known to be right. */
function fallbackMode(params: Parameters, redirectUri: string): ResponseMode {
  const responseType = normalizeResponseType(params.get('response_type') ?? 'code')
  try {
    return readResponseMode(params.get('response_mode'), responseType, redirectUri)
  } catch {
    return readResponseMode(undefined, responseType, redirectUri)
  }
}
