import type { AppContext } from '~/context'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { accountCookies } from '~/domain/sessions/account-cookies'
import { takeLoginTicket } from '~/domain/sessions/login-ticket'
import { sessionCookieName, startSession } from '~/domain/sessions/sessions'
import type { Client } from '~db/queries/clients'

/**
 * Signs in the person whose password was right on the client's own page, if the ticket is good here. Somebody with a
 * second factor is not signed in by a password alone: they come to our own sign-in page.
 * @returns the session's id, and the cookies for the answer
 */
export async function signInByTicket(
  ctx: AppContext,
  client: Client,
  ticket: string,
): Promise<{ sessionId: string; cookies: string[] } | undefined> {
  const found = await takeLoginTicket(ctx, client, ticket)
  if (!found || (await hasAuthenticator(ctx, found.user.userId))) return undefined
  const name = sessionCookieName('account')
  const { session, token, maxAge } = await startSession(ctx, 'account', { ...found, amr: ['pwd'] })
  ctx.request.cookies[name] = token
  return { sessionId: session.id, cookies: accountCookies(ctx.config, { token, maxAge }) }
}
