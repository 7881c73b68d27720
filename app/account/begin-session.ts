import type { AppContext } from '~/context'
import { accountCookies, clearAccountCookies } from '~/domain/sessions/account-cookies'
import { type LiveSession, sessionCookieName, signOut, startSession } from '~/domain/sessions/sessions'
import type { Session } from '~db/queries/sessions'
import type { User } from '~db/queries/users'

/** A session that has just begun, and the headers that give its cookies to the browser. */
export type BegunSession = { session: Session; headers: Headers }

/** How somebody proved who they are; `amr` holds RFC 8176 values. */
export type Proof = { user: User; connectionId: string; amr: string[]; authenticatedAt?: number; expiresAt?: number }

/** Starts the session of a person, and makes its cookies. The page that answers this request sees it too. */
export async function beginSession(ctx: AppContext, proof: Proof): Promise<BegunSession> {
  const name = sessionCookieName('account')
  const { session, token, maxAge } = await startSession(ctx, 'account', proof)
  ctx.request.cookies[name] = token
  return { session, headers: asHeaders(accountCookies(ctx.config, { token, maxAge })) }
}

/** Ends the session, on the server and in the browser. */
export async function endSession(ctx: AppContext, live: LiveSession): Promise<Headers> {
  await signOut(ctx, live)
  return asHeaders(clearAccountCookies(ctx.config))
}

function asHeaders(cookies: string[]): Headers {
  const headers = new Headers()
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return headers
}
