import {
  and,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  or,
  sql as raw,
} from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Client } from './clients'
import { isBehind, type Slice, sortedBy } from './keyset'
import { held, placeholder, rowPlaceholders } from './placeholders'
import type { User } from './users'

export type Session = Handle['t']['sessions']['$inferSelect']

const byToken = query<{ tokenHash: string; area: Session['area']; now: number }, { session: Session; user: User }>(
  'find_session',
  ({ sql, t: { sessions: s, users, connections: n } }) =>
    sql
      .select({ session: s, user: users })
      .from(s)
      .innerJoin(users, eq(users.userId, s.userId))
      .innerJoin(n, and(eq(n.id, s.connectionId), eq(n.isActive, true), or(isNull(n.area), ne(n.area, 'closed'))))
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
/** The live session behind a cookie, and its person, who is not blocked; nobody is signed in at a connection that is off. */
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

/** Keeps a session from ending until the transaction does; touches no row when it has ended. */
export const holdSession = statement<{ id: string }>('hold_session', ({ sql, t: { sessions: s } }) =>
  held(
    sql
      .select({ id: s.id })
      .from(s)
      .where(and(eq(s.id, raw.placeholder('id')), isNull(s.endedAt))),
  ),
)

/** Goes on with a session after its person has proved anew who they are, under a new token. */
export const renewSession = (session: Session) =>
  write(({ sql, t }) =>
    sql
      .update(t.sessions)
      .set(session)
      .where(and(eq(t.sessions.id, session.id), isNull(t.sessions.endedAt))),
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

/** Ends every session that began at a connection. */
export const endSessionsOfConnection = (connectionId: string, at: number) =>
  write(({ sql, t: { sessions: s } }) =>
    sql
      .update(s)
      .set({ endedAt: at })
      .where(and(eq(s.connectionId, connectionId), isNull(s.endedAt))),
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

/** Touches no row when the session has ended. */
export const updateSessionMetadata = (sessionId: string, metadata: Record<string, string>) =>
  write(({ sql, t: { sessions: s } }) =>
    sql
      .update(s)
      .set({ metadata })
      .where(and(eq(s.id, sessionId), isNull(s.endedAt))),
  )

export type SessionFilter = {
  id?: string
  userId?: string
  now: number
  /** Sessions that nobody has been at since then are over. */
  seenSince: number
}

const liveAccountSessions = ({ t: { sessions: s } }: Handle, { id, userId, now, seenSince }: SessionFilter) =>
  and(
    eq(s.area, 'account'),
    isNull(s.endedAt),
    gt(s.expiresAt, now),
    gt(s.lastSeenAt, seenSince),
    id === undefined ? undefined : eq(s.id, id),
    userId === undefined ? undefined : eq(s.userId, userId),
  )

/** Part of the live sessions of end users, the oldest first. */
export const listSessionSlice = ({ handle }: Database, filter: SessionFilter, slice: Slice): Promise<Session[]> => {
  const { sessions: s } = handle.t
  return handle.sql
    .select()
    .from(s)
    .where(and(liveAccountSessions(handle, filter), isBehind([s.createdAt, s.id], slice)))
    .orderBy(...sortedBy([s.createdAt, s.id]))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countSessions = ({ handle }: Database, filter: SessionFilter): Promise<number> =>
  handle.sql.$count(handle.t.sessions, liveAccountSessions(handle, filter))

/** The clients that got tokens in some sessions. */
export const listClientsOfSessions = async ({ handle }: Database, sessionIds: string[]) => {
  const { tokenFamilies: f } = handle.t
  if (sessionIds.length === 0) return []
  return handle.sql
    .selectDistinct({ sessionId: f.sessionId, clientId: f.clientId })
    .from(f)
    .where(inArray(f.sessionId, sessionIds))
}

/** What was proved in a session, as it counts from now on. */
export const setSessionAmr = (sessionId: string, amr: string[]) =>
  write(({ sql, t: { sessions: s } }) => sql.update(s).set({ amr }).where(eq(s.id, sessionId)))

export type LogoutDelivery = Handle['t']['logoutDeliveries']['$inferSelect']

/** Sessions that have ended and of which no client was told, the longest ago first. */
export const listUntoldSessions = query<{ limit: number }, Session>(
  'list_untold_sessions',
  ({ sql, t: { sessions: s } }) =>
    sql
      .select()
      .from(s)
      .where(and(isNull(s.logoutQueuedAt), raw`${s.endedAt} is not null`))
      .orderBy(s.endedAt)
      .limit(raw.placeholder('limit')),
)

/** A person's sessions of whose end clients would have to be told: those that go on, and those that have just ended. */
export const listUntoldSessionsOfUser = (db: Database, userId: string, now: number): Promise<Session[]> => {
  const { sessions: s } = db.handle.t
  return db.handle.sql
    .select()
    .from(s)
    .where(and(eq(s.userId, userId), isNull(s.logoutQueuedAt), or(isNotNull(s.endedAt), gt(s.expiresAt, now))))
}

/** Takes a session up to tell its clients; touches no row when another node has. */
export const markLogoutQueued = (sessionId: string, at: number) =>
  write(({ sql, t: { sessions: s } }) =>
    sql
      .update(s)
      .set({ logoutQueuedAt: at })
      .where(and(eq(s.id, sessionId), isNull(s.logoutQueuedAt))),
  )

/** The clients that got tokens in a session and want to be told when it ends. */
export const listClientsToTell = async (db: Database, sessionId: string): Promise<Client[]> => {
  const { tokenFamilies: f, clients } = db.handle.t
  const rows = await db.handle.sql.selectDistinct({ clientId: f.clientId }).from(f).where(eq(f.sessionId, sessionId))
  const ids = rows.map(({ clientId }) => clientId)
  if (ids.length === 0) return []
  const found = await db.handle.sql.select().from(clients).where(inArray(clients.clientId, ids))
  return found.filter(({ backchannelLogoutUris }) => backchannelLogoutUris.length > 0)
}

export const insertLogoutDelivery = statement<LogoutDelivery>('insert_logout_delivery', ({ sql, t }) =>
  sql.insert(t.logoutDeliveries).values(rowPlaceholders(t.logoutDeliveries)),
)

/** From which addresses a person has signed in, as far back as sessions are kept. */
export const listAddressesOfSessions = query<{ userId: string }, { ip: string | null }>(
  'list_addresses_of_sessions',
  ({ sql, t: { sessions: s } }) =>
    sql
      .selectDistinct({ ip: s.ip })
      .from(s)
      .where(eq(s.userId, raw.placeholder('userId'))),
)

/** What is due, the oldest first; of each client only so many, so that one with many rows hides none of the others. */
export const listDueLogoutDeliveries = query<{ now: number; limit: number; each: number }, LogoutDelivery>(
  'list_due_logout_deliveries',
  ({ sql, t: { logoutDeliveries: d } }) => {
    const place = raw<number>`row_number() over (partition by ${d.clientId} order by ${d.nextAttemptAt}, ${d.id})`
    const due = sql
      .select({ id: d.id, place: place.as('place') })
      .from(d)
      .where(and(isNull(d.deliveredAt), lte(d.nextAttemptAt, raw.placeholder('now'))))
      .as('due')
    return sql
      .select(getTableColumns(d))
      .from(d)
      .innerJoin(due, eq(d.id, due.id))
      .where(lte(due.place, raw.placeholder('each')))
      .orderBy(d.nextAttemptAt)
      .limit(raw.placeholder('limit'))
  },
)

/** Takes a delivery up; touches no row when another node has. */
export const takeLogoutDelivery = ({ id, attempts }: LogoutDelivery, nextAttemptAt: number) =>
  write(({ sql, t: { logoutDeliveries: d } }) =>
    sql
      .update(d)
      .set({ attempts: attempts + 1, nextAttemptAt })
      .where(and(eq(d.id, id), eq(d.attempts, attempts), isNull(d.deliveredAt))),
  )

export const updateLogoutDelivery = (id: string, change: Partial<LogoutDelivery>) =>
  write(({ sql, t: { logoutDeliveries: d } }) => sql.update(d).set(change).where(eq(d.id, id)))

export const deleteOldLogoutDeliveries = (before: number) =>
  write(({ sql, t: { logoutDeliveries: d } }) => sql.delete(d).where(lt(d.createdAt, before)))

export type LoginTicket = Handle['t']['loginTickets']['$inferSelect']

export const insertLoginTicket = statement<LoginTicket>('insert_login_ticket', ({ sql, t }) =>
  sql.insert(t.loginTickets).values(rowPlaceholders(t.loginTickets)),
)

const ticketByHash = query<{ hash: string; now: number }, { ticket: LoginTicket; user: User }>(
  'find_login_ticket',
  ({ sql, t: { loginTickets: l, users } }) =>
    sql
      .select({ ticket: l, user: users })
      .from(l)
      .innerJoin(users, eq(users.userId, l.userId))
      .where(
        and(
          eq(l.ticketHash, raw.placeholder('hash')),
          isNull(l.usedAt),
          gt(l.expiresAt, raw.placeholder('now')),
          isNull(users.blockedAt),
          or(isNull(users.passwordChangedAt), lte(users.passwordChangedAt, l.createdAt)),
        ),
      ),
)
/** A login ticket that was not used, and its person: not blocked, and with the password of then. */
export const findLoginTicket = async (db: Database, hash: string, now: number) =>
  (await ticketByHash(db, { hash, now }))[0]

/** Uses a ticket up; touches no row when it was. */
export const redeemLoginTicket = statement<{ ticketHash: string; at: number }>(
  'redeem_login_ticket',
  ({ sql, t: { loginTickets: l } }) =>
    sql
      .update(l)
      .set({ usedAt: placeholder('at') })
      .where(and(eq(l.ticketHash, raw.placeholder('ticketHash')), isNull(l.usedAt))),
)

/** Ends what a password has proved at a page of a client's own. */
export const endLoginTicketsOfUser = (userId: string, at: number) =>
  write(({ sql, t: { loginTickets: l } }) =>
    sql
      .update(l)
      .set({ usedAt: at })
      .where(and(eq(l.userId, userId), isNull(l.usedAt))),
  )
