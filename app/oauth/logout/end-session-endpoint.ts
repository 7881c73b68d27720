import { requireLogoutReturn, withState } from '~/domain/sessions/logout-return'
import { findSession } from '~/domain/sessions/sessions'
import { readIdTokenHint } from '~/domain/tokens/id-token-hint'
import { findTenantSettings } from '~db/queries/tenant'
import { OAuthError } from '../errors'
import { endSession, logoutEndpoints } from './end-session'

/**
 * OpenID Connect RP-Initiated Logout §2. The person is signed out without a question where an ID token of theirs, or the
 * id of their session, shows that the app knows them; otherwise a page asks, so that no link can sign anybody out.
 */
export const endSessionEndpoints = logoutEndpoints('/oidc/logout', async (ctx, params) => {
  const token = params.get('id_token_hint')
  const hint = token === undefined ? undefined : await readIdTokenHint(ctx, token)
  if (token !== undefined && !hint)
    throw new OAuthError('invalid_request', 'The id_token_hint is not an ID token that was issued here.')
  const named = params.get('client_id')
  if (hint && named !== undefined && named !== hint.clientId)
    throw new OAuthError('invalid_request', 'The client_id is not the one that the id_token_hint was issued to.')
  const clientId = hint?.clientId ?? named
  const sessionId = params.get('logout_hint')
  const live = await findSession(ctx, 'account')
  const isKnown = live !== undefined && (hint?.subject === live.user.userId || sessionId === live.session.id)
  const { client, uri } = await requireLogoutReturn(ctx, {
    clientId,
    uri: params.get('post_logout_redirect_uri'),
    user: live?.user,
  })
  const state = params.get('state')
  const isProven = hint !== undefined || isKnown
  const isAsked = live && !isKnown && (await findTenantSettings(ctx.db)).asksBeforeLogout
  // Nobody is led away by a link alone; who is signed out already finds the way back on the page.
  if (isAsked || (!live && !isProven && uri !== undefined)) {
    const page = new URLSearchParams({
      ...(client ? { client_id: client.clientId } : {}),
      ...(uri === undefined ? {} : { post_logout_redirect_uri: uri }),
      ...(uri === undefined || state === undefined ? {} : { state }),
    })
    return { status: 302, headers: { location: `/u/logout?${page}`, 'cache-control': 'no-store' } }
  }
  return endSession(ctx, live, isProven && uri !== undefined ? withState(uri, state) : '/u/signed-out')
})
