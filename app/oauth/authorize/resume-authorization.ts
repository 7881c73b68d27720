import type { AppContext } from '~/context'
import { findPendingAuthorization } from '~/domain/grants/pending-authorization'
import { findTarget } from '~/domain/grants/scopes'
import type { HttpAnswer } from '~/platform/http'
import type { RedirectedRequest } from '~db/queries/grants'
import { answerDevice } from '../device/answer-device'
import type { Parameters } from '../endpoint'
import { OAuthError } from '../errors'
import { answerAtRedirectUri, destinationOf } from './answer-at-redirect-uri'
import { continueAuthorization } from './continue-authorization'
import { AuthorizationRefused } from './error-page'
import { explainPages, requireNotSuspended, requireRegisteredRedirectUri } from './start-authorization'
import { requireChallenge } from './validate-authorization'

/**
 * Goes on with a request after a page of ours. What could have changed while the person was there is checked again:
 * the callback may have been taken from the client meanwhile, or PKCE become required of it.
 */
export async function resumeAuthorization(ctx: AppContext, requestId: string | undefined): Promise<HttpAnswer> {
  const found = requestId === undefined ? undefined : await findPendingAuthorization(ctx, requestId)
  if (!found) {
    throw new AuthorizationRefused(
      400,
      'invalid_request: no such pending request in this browser',
      'This sign-in has expired',
      'Go back to the app and start again.',
    )
  }
  const { client, request } = found
  const { params } = request
  requireNotSuspended(client)
  const goOn = async () => {
    // Whatever has become of the app, the API or the person since.
    if (request.deniedAt !== null) throw new OAuthError('access_denied', 'User did not authorize the request')
    const target = await findTarget(ctx, params.audience)
    if (!target) throw new OAuthError('access_denied', `Service not found: ${params.audience}`)
    return continueAuthorization(ctx, { client, target, params, pending: request })
  }
  if (params.device_code !== undefined) return answerDevice(ctx, client, params, goOn)
  const sent = sentWith(params)
  return explainPages(ctx, client, sent, async () => {
    requireRegisteredRedirectUri(client, params.redirect_uri)
    return answerAtRedirectUri(
      ctx,
      client,
      { destination: destinationOf(params), sent, isAnswered: true },
      async () => {
        await requireChallenge(ctx, client, params.response_type, params.code_challenge)
        return goOn()
      },
    )
  })
}

/** The request as it came, as far as it was kept. */
const sentWith = ({ redirect_uri, response_type, response_mode, scope, audience }: RedirectedRequest): Parameters =>
  new Map([
    ['redirect_uri', redirect_uri],
    ['response_type', response_type],
    ['response_mode', response_mode],
    ['scope', scope.join(' ')],
    ...(audience ? [['audience', audience] as const] : []),
  ])
