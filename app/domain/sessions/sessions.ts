import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DAY, HOUR, MINUTE, toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import {
  endSession,
  findSessionByToken,
  insertSession,
  renewSession,
  type Session,
  touchSession,
} from '~db/queries/sessions'
import { findTenantSettings } from '~db/queries/tenant'
import { countLogin, holdSignedInUser, type User } from '~db/queries/users'

/**
 * Each area has sessions and a cookie of its own: being signed in to one says nothing in another. How long those of end
 * users live is the tenant's to say.
 */
const AREAS = {
  account: { cookie: 'session', lifetime: undefined, idle: undefined },
  portal: { cookie: 'portal_session', lifetime: 7 * DAY, idle: 1 * DAY },
  admin: { cookie: 'admin_session', lifetime: 12 * HOUR, idle: 1 * HOUR },
} as const

const TOUCH_EVERY = 1 * MINUTE

export const sessionCookieName = (area: Session['area']): string => AREAS[area].cookie

/** Holds the token of an end user's session where a page of another site asks in a frame; see `accountCookies`. */
export const SILENT_SESSION_COOKIE = 'silent_session'

/** Milliseconds. */
type Lifetimes = { lifetime: number; idle: number; endsWithBrowser?: boolean }

/** How long sessions of an area live at most, and how long when nobody is at them. */
export async function sessionLifetimes(ctx: Pick<AppContext, 'db'>, area: Session['area']): Promise<Lifetimes> {
  if (area !== 'account') return AREAS[area]
  const { sessionLifetime, idleSessionLifetime, sessionCookieMode } = await findTenantSettings(ctx.db)
  const endsWithBrowser = sessionCookieMode === 'non-persistent'
  return { lifetime: sessionLifetime * HOUR, idle: idleSessionLifetime * HOUR, endsWithBrowser }
}

export type LiveSession = { session: Session; user: User }

/** Whether nobody has been at a session for so long that it is over. */
export const isIdle = ({ lastSeenAt }: Pick<Session, 'lastSeenAt'>, { idle }: Lifetimes, now: number): boolean =>
  lastSeenAt + idle <= now

/** The live session of an area that the request's cookie names, if its person may still come in. */
export const findSession = (ctx: AppContext, area: Session['area']): Promise<LiveSession | undefined> =>
  findByToken(ctx, area, ctx.request.cookies[AREAS[area].cookie])

/**
 * The session of an end user for a request that shows no page, which another site's page may make in a frame: there the
 * browser sends the cookie alone that decides nothing.
 */
export const findSilentSession = (ctx: AppContext): Promise<LiveSession | undefined> =>
  findByToken(ctx, 'account', ctx.request.cookies[AREAS.account.cookie] ?? ctx.request.cookies[SILENT_SESSION_COOKIE])

async function findByToken(
  ctx: AppContext,
  area: Session['area'],
  token: string | undefined,
): Promise<LiveSession | undefined> {
  if (!token) return undefined
  const now = ctx.clock.now()
  const found = await findSessionByToken(ctx.db, area, hashSecret(token), now)
  if (!found || isIdle(found.session, await sessionLifetimes(ctx, area), now)) return undefined
  if (found.session.lastSeenAt + TOUCH_EVERY <= now) {
    await ctx.db.run(touchSession({ id: found.session.id, at: now, notSince: now - TOUCH_EVERY + 1 }))
  }
  return found
}

/**
 * Signs a person in to an area, under a token that the browser did not have before (OWASP ASVS 7.2.4). Who proves anew
 * who they are goes on in the session that they have, so that no client is told that it ended; another person's ends.
 * @param amr how the person proved who they are, as RFC 8176 values
 * @param authenticatedAt when they began to: of a second factor that is added later, when the password was given; of a
 *   provider, when it says that they signed in there
 * @param expiresAt of a session that goes on as it is
 * @returns the session, the token for its cookie, and how long the cookie lives (seconds; undefined: as the browser)
 */
export async function startSession(
  ctx: AppContext,
  area: Session['area'],
  {
    user,
    connectionId,
    amr,
    authenticatedAt = ctx.clock.now(),
    expiresAt,
  }: { user: User; connectionId: string; amr: string[]; authenticatedAt?: number; expiresAt?: number },
): Promise<{ session: Session; token: string; maxAge: number | undefined }> {
  const now = ctx.clock.now()
  const token = newSecret('ses')
  const { lifetime, endsWithBrowser } = await sessionLifetimes(ctx, area)
  const before = await findSession(ctx, area)
  const isSame = before?.user.userId === user.userId && before.session.connectionId === connectionId
  const session: Session = {
    id: isSame ? before.session.id : newId('sid', 24),
    tokenHash: hashSecret(token),
    area,
    userId: user.userId,
    connectionId,
    amr,
    authenticatedAt,
    createdAt: isSame ? before.session.createdAt : now,
    lastSeenAt: now,
    expiresAt: expiresAt ?? now + lifetime,
    endedAt: null,
    logoutQueuedAt: null,
    metadata: null,
    ip: ctx.request.ip ?? null,
    userAgent: ctx.request.userAgent ?? null,
  }
  const ended = () => new DomainError('expired', 'What you signed in with has just ended. Sign in again.')
  const actor = asUser(user)
  await ctx.db.atomically([
    must(holdSignedInUser(user), ended),
    ...(before && !isSame ? [also(endSession(before.session.id, now))] : []),
    isSame ? must(renewSession(session), ended) : also(insertSession(session)),
    also(countLogin({ userId: user.userId, at: now, ip: ctx.request.ip ?? null })),
    also(
      auditEvent(actingAs(ctx, actor), 'user.signed-in', asUser(user), {
        userId: user.userId,
        connectionId,
        details: { area, amr },
      }),
    ),
  ])
  return { session, token, maxAge: endsWithBrowser ? undefined : toSeconds(session.expiresAt - now) }
}

/** Signs out: the session ends on the server, not only in the browser. */
export async function signOut(ctx: AppContext, { session, user }: LiveSession): Promise<void> {
  await ctx.db.atomically([
    also(endSession(session.id, ctx.clock.now())),
    also(
      auditEvent(ctx, 'user.signed-out', asUser(user), {
        userId: user.userId,
        connectionId: session.connectionId,
        details: { area: session.area },
      }),
    ),
  ])
}
