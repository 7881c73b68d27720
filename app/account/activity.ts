import type { AppContext } from '~/context'
import type { AuditAction } from '~/domain/audit/audit-event'
import { shownSignInTime } from '~/domain/sessions/auth-time'
import { isIdle, sessionLifetimes } from '~/domain/sessions/sessions'
import { listAuditEvents } from '~db/queries/audit'
import { listSessionsOfUser, type Session } from '~db/queries/sessions'
import type { User } from '~db/queries/users'
import { browserName } from './browser-name'

export type SignInEvent = { id: string; at: number; succeeded: boolean; browser: string; ip: string | null }
export type OpenSession = {
  id: string
  browser: string
  ip: string | null
  startedAt: number
  lastSeenAt: number
  isThis: boolean
}

const SIGN_INS: AuditAction[] = ['user.signed-in', 'user.sign-in-failed']

/** The newest attempts to sign in to a person's account, whether they went well or not. */
export async function listSignIns(ctx: Pick<AppContext, 'db'>, userId: string, limit: number): Promise<SignInEvent[]> {
  const found = await Promise.all(SIGN_INS.map((action) => listAuditEvents(ctx.db, { userId, action }, limit)))
  return found
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
    .map(({ id, at, action, userAgent, ip }) => ({
      id,
      at,
      succeeded: action === 'user.signed-in',
      browser: browserName(userAgent),
      ip,
    }))
}

/** Where a person is signed in: this browser first. */
export async function listOpenSessions(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  user: User,
  current: Session,
): Promise<OpenSession[]> {
  const now = ctx.clock.now()
  const lifetimes = await sessionLifetimes(ctx, 'account')
  const sessions = await listSessionsOfUser(ctx.db, user.userId, now)
  return sessions
    .filter((session) => !isIdle(session, lifetimes, now))
    .map((session) => ({
      id: session.id,
      browser: browserName(session.userAgent),
      ip: session.ip,
      startedAt: shownSignInTime(session),
      lastSeenAt: session.lastSeenAt,
      isThis: session.id === current.id,
    }))
    .sort((a, b) => Number(b.isThis) - Number(a.isThis))
}
