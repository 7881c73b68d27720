import { and, desc, eq, gt, isNull, lt, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { placeholder, rowPlaceholders } from './placeholders'
import type { User } from './users'

export type Session = Handle['t']['sessions']['$inferSelect']

const byToken = query<{ tokenHash: string; area: Session['area']; now: number }, { session: Session; user: User }>(
  'find_session',
  ({ sql, t: { sessions: s, users } }) =>
    sql
      .select({ session: s, user: users })
      .from(s)
      .innerJoin(users, eq(users.userId, s.userId))
      .where(
        and(
          eq(s.tokenHash, raw.placeholder('tokenHash')),
          eq(s.area, raw.placeholder('area')),
          isNull(s.endedAt),
          gt(s.expiresAt, raw.placeholder('now')),
          isNull(users.blockedAt),
        ),
      ),
)
/** The live session behind a cookie, and its person, who is not blocked. */
export const findSessionByToken = async (db: Database, area: Session['area'], tokenHash: string, now: number) =>
  (await byToken(db, { area, tokenHash, now }))[0]

export const insertSession = statement<Session>('insert_session', ({ sql, t }) =>
  sql.insert(t.sessions).values(rowPlaceholders(t.sessions)),
)

export const touchSession = statement<{ id: string; at: number; notSince: number }>('touch_session', ({ sql, t }) =>
  sql
    .update(t.sessions)
    .set({ lastSeenAt: placeholder('at') })
    .where(and(eq(t.sessions.id, raw.placeholder('id')), lt(t.sessions.lastSeenAt, raw.placeholder('notSince')))),
)

export const endSession = (sessionId: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.sessions)
      .set({ endedAt: at })
      .where(and(eq(t.sessions.id, sessionId), isNull(t.sessions.endedAt))),
  )

/** Ends every session of a person, but for the one that goes on. */
export const endSessionsOfUser = (userId: string, at: number, exceptId?: string) =>
  write(({ sql, t: { sessions: s } }) =>
    sql
      .update(s)
      .set({ endedAt: at })
      .where(and(eq(s.userId, userId), isNull(s.endedAt), exceptId ? raw`${s.id} <> ${exceptId}` : undefined)),
  )

export const listSessionsOfUser = (db: Database, userId: string, now: number): Promise<Session[]> => {
  const { sessions: s } = db.handle.t
  return db.handle.sql
    .select()
    .from(s)
    .where(and(eq(s.userId, userId), isNull(s.endedAt), gt(s.expiresAt, now)))
    .orderBy(desc(s.lastSeenAt))
}

/** Ends one live session of a person; touches no row when it has ended, or is somebody else's. */
export const endSessionOfUser = (userId: string, sessionId: string, at: number) =>
  write(({ sql, t: { sessions: s } }) =>
    sql
      .update(s)
      .set({ endedAt: at })
      .where(and(eq(s.id, sessionId), eq(s.userId, userId), isNull(s.endedAt))),
  )

const liveById = query<{ id: string; now: number }, { id: string }>(
  'find_live_session',
  ({ sql, t: { sessions: s } }) =>
    sql
      .select({ id: s.id })
      .from(s)
      .where(and(eq(s.id, raw.placeholder('id')), isNull(s.endedAt), gt(s.expiresAt, raw.placeholder('now')))),
)
export const isSessionLive = async (db: Database, id: string, now: number) =>
  (await liveById(db, { id, now })).length > 0
