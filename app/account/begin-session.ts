import type { AppContext } from '~/context'
import { type LiveSession, sessionCookieName, signOut, startSession } from '~/domain/sessions/sessions'
import { clearCookie, setCookie } from '~/platform/cookies'
import type { Session } from '~db/queries/sessions'
import type { User } from '~db/queries/users'

/** A session that has just begun, and the header that gives its cookie to the browser. */
export type BegunSession = { session: Session; headers: { 'Set-Cookie': string } }

/** How somebody proved who they are; `amr` holds RFC 8176 values. */
export type Proof = { user: User; connectionId: string; amr: string[]; authenticatedAt?: number }

/** Starts the session of a person, and makes its cookie. The page that answers this request sees it too. */
export async function beginSession(ctx: AppContext, proof: Proof): Promise<BegunSession> {
  const name = sessionCookieName('account')
  const { session, token, maxAge } = await startSession(ctx, 'account', proof)
  ctx.request.cookies[name] = token
  const cookie = setCookie(ctx.config, name, token, maxAge)
  return { session, headers: { 'Set-Cookie': cookie } }
}

/** Ends the session, on the server and in the browser. */
export async function endSession(ctx: AppContext, live: LiveSession): Promise<{ 'Set-Cookie': string }> {
  await signOut(ctx, live)
  return { 'Set-Cookie': clearCookie(ctx.config, sessionCookieName('account')) }
}
