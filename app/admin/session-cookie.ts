import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { sessionCookieName, startSession } from '~/domain/sessions/sessions'
import { clearCookie, setCookie } from '~/platform/cookies'
import type { User } from '~db/queries/users'

type Proof = { user: User; connectionId: string /** RFC 8176 values. */; amr: string[]; authenticatedAt?: number }

/**
 * Starts a session of the admin area, in place of the one that the browser had. Returns its cookie as headers; the page
 * that answers this request sees the new session too.
 */
export async function beginAdminSession(ctx: AppContext, proof: Proof): Promise<{ 'set-cookie': string }> {
  const name = sessionCookieName('admin')
  const { token, maxAge } = await startSession(ctx, 'admin', proof)
  ctx.request.cookies[name] = token
  return { 'set-cookie': setCookie(ctx.config, name, token, maxAge) }
}

/** Leads on, with the session forgotten by this browser too. */
export const leaveTo = (ctx: AppContext, path: string): Response =>
  redirect(path, { headers: { 'set-cookie': clearCookie(ctx.config, sessionCookieName('admin')) } })
