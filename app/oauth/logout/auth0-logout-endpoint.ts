import { mayLeadAway } from '~/domain/clients/availability'
import { requireReturnTo } from '~/domain/sessions/logout-return'
import { findSession } from '~/domain/sessions/sessions'
import { endSession, logoutEndpoints } from './end-session'

/**
 * Auth0's `/v2/logout`: signs out without a question. The session cookie comes only with a navigation of the person's, so
 * that no image or frame of another site can do it.
 */
export const auth0LogoutEndpoints = logoutEndpoints('/v2/logout', async (ctx, params) => {
  const given = { clientId: params.get('client_id'), returnTo: params.get('returnTo') }
  const { client, uri } = await requireReturnTo(ctx, given)
  const live = await findSession(ctx, 'account')
  const mayReturn = client === undefined || (await mayLeadAway(ctx, client, live?.user))
  return endSession(ctx, live, mayReturn && uri !== undefined ? uri : '/u/signed-out')
})
