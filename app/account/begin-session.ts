import type { AppContext } from '~/context'
import {
  type LiveSession,
  sessionCookieMaxAge,
  sessionCookieName,
  signOut,
  startSession,
} from '~/domain/sessions/sessions'
import { clearCookie, setCookie } from '~/platform/cookies'
import type { Session } from '~db/queries/sessions'
import type { User } from '~db/queries/users'

/** A session that has just begun, and the header that gives its cookie to the browser. */
export type BegunSession = { session: Session; headers: { 'Set-Cookie': string } }

/** Starts the session of a person who has proved who they are by a password, and makes its cookie. */
export async function beginSession(ctx: AppContext, user: User, connectionId: string): Promise<BegunSession> {
  const { session, token } = await startSession(ctx, 'account', { user, connectionId, amr: ['pwd'] })
  const cookie = setCookie(ctx.config, sessionCookieName('account'), token, sessionCookieMaxAge('account'))
  return { session, headers: { 'Set-Cookie': cookie } }
}

/** Ends the session, on the server and in the browser. */
export async function endSession(ctx: AppContext, live: LiveSession): Promise<{ 'Set-Cookie': string }> {
  await signOut(ctx, live)
  return { 'Set-Cookie': clearCookie(ctx.config, sessionCookieName('account')) }
}
