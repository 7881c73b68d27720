import type { AppContext } from '~/context'
import { keepRefusal } from '~/domain/clients/refusals'
import type { HttpRequest } from '~/platform/http'
import { type Client, findClient } from '~db/queries/clients'
import type { Parameters } from './endpoint'
import { OAuthError, type OAuthErrorCode } from './errors'
import { readCredentials } from './token/client-authentication/credentials'

/** What the protocol goes on from: nothing is wrong with the request. */
const NOTHING_WRONG = new Set<OAuthErrorCode>([
  'authorization_pending',
  'slow_down',
  'mfa_required',
  'login_required',
  'consent_required',
  'interaction_required',
  'too_many_attempts',
])

/** The `error_uri` of a refusal (RFC 6749 §4.1.2.1, §5.2), where its app's makers can look up what was compared. */
export async function errorUriOf(
  ctx: AppContext,
  client: Client,
  error: OAuthError,
  { endpoint, sent }: { endpoint: string; sent: Parameters },
): Promise<string | undefined> {
  if (NOTHING_WRONG.has(error.error)) return undefined
  const { description, options } = error
  return keepRefusal(ctx, client, { endpoint, error: error.error, description, detail: options.detail, sent })
}

/** The client that a request names; it has not proved to be it. */
export async function namedClient(
  ctx: AppContext,
  params: Parameters,
  request: HttpRequest,
): Promise<Client | undefined> {
  try {
    return await findClient(ctx.db, readCredentials(params, request).clientId)
  } catch (error) {
    if (error instanceof OAuthError) return undefined
    throw error
  }
}
