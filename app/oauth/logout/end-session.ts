import type { AppContext, MachineEndpoint } from '~/context'
import { asUser } from '~/domain/audit/who'
import { clearAccountCookies } from '~/domain/sessions/account-cookies'
import { type LiveSession, signOut } from '~/domain/sessions/sessions'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer } from '~/platform/http'
import { AuthorizationRefused, errorPage } from '../authorize/error-page'
import type { Parameters } from '../endpoint'
import { readForm } from '../endpoint'
import { OAuthError } from '../errors'
import { formAsGet } from '../form-as-get'

/** Ends the session, on the server and in the browser, and sends the person on. */
export async function endSession(
  ctx: AppContext,
  live: LiveSession | undefined,
  location: string,
): Promise<HttpAnswer> {
  if (live) await signOut({ ...ctx, actor: asUser(live.user) }, live)
  return {
    status: 302,
    headers: {
      location,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...(live ? { 'set-cookie': clearAccountCookies(ctx.config) } : {}),
    },
  }
}

type Run = (ctx: AppContext, params: Parameters) => Promise<HttpAnswer>

/**
 * An endpoint that a browser is sent to for signing out. What is refused is shown to the person: nothing goes to an address that is not proven.
 */
export function logoutEndpoints(path: string, run: Run): MachineEndpoint[] {
  return [
    {
      method: 'GET',
      path,
      interactive: true,
      run: (ctx, { queryString }) => answerWithPage(ctx, path, async () => run(ctx, readForm(queryString))),
    },
    formAsGet(path),
  ]
}

async function answerWithPage(ctx: AppContext, path: string, answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof OAuthError)) throw error
    const refused = new AuthorizationRefused(
      400,
      `invalid_request: ${error instanceof OAuthError ? error.description : error.message}`,
      'You could not be signed out from here',
      'The app sent you with a request that is not right. To sign out, open your account on this site.',
    )
    return errorPage(ctx, refused, path)
  }
}
