import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { sessionCookieName, startSession } from '~/domain/sessions/sessions'
import { clearCookie, setCookie } from '~/platform/cookies'
import type { User } from '~db/queries/users'

/** Signs a person in to the portal, in this browser, and leads on. */
export async function signInTo(
  ctx: AppContext,
  { user, connectionId, path }: { user: User; connectionId: string; path: string },
): Promise<Response> {
  const { token, maxAge } = await startSession(ctx, 'portal', { user, connectionId, amr: ['pwd'] })
  const cookie = setCookie(ctx.config, sessionCookieName('portal'), token, maxAge)
  return redirect(path, { headers: { 'set-cookie': cookie } })
}

/** Leads on, with the session forgotten by this browser too. */
export const leaveTo = (ctx: AppContext, path: string): Response =>
  redirect(path, { headers: { 'set-cookie': clearCookie(ctx.config, sessionCookieName('portal')) } })
