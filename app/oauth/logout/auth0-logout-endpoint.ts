import { requireReturnTo } from '~/domain/sessions/logout-return'
import { findSession } from '~/domain/sessions/sessions'
import { endSession, logoutEndpoints } from './end-session'

/**
 * Auth0's `/v2/logout`: signs out without a question. The session cookie comes only with a navigation of the person's, so
 * that no image or frame of another site can do it.
 */
export const auth0LogoutEndpoints = logoutEndpoints('/v2/logout', async (ctx, params) => {
  const live = await findSession(ctx, 'account')
  const given = { clientId: params.get('client_id'), returnTo: params.get('returnTo'), user: live?.user }
  const { uri } = await requireReturnTo(ctx, given)
  return endSession(ctx, live, uri ?? '/u/signed-out')
})
