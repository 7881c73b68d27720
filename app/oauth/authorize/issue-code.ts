import type { AppContext } from '~/context'
import { issueAuthorizationCode } from '~/domain/grants/issue-authorization-code'
import type { LiveSession } from '~/domain/sessions/sessions'
import type { HttpAnswer } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import type { AuthorizationRequestRow, Grant, StoredAuthorizationRequest } from '~db/queries/grants'
import { authorizationResponse } from './answer-at-redirect-uri'

type Answer = {
  client: Client
  params: StoredAuthorizationRequest
  pending: AuthorizationRequestRow | undefined
  live: LiveSession
  scope: string[]
  grant: Grant | undefined
}

/** The answer of the code flow (RFC 6749 §4.1.2). */
export async function issueCode(
  ctx: AppContext,
  { client, params, pending, live, scope, grant }: Answer,
): Promise<HttpAnswer> {
  const code = await issueAuthorizationCode(ctx, { client, params, pending, live, scope, grant })
  const destination = { redirectUri: params.redirect_uri, responseMode: params.response_mode, state: params.state }
  return authorizationResponse(ctx, destination, { code })
}
