/**
 * Deletions of what has had its time. Each takes a bounded number of rows, or of token families, so that no request waits
 * behind a long one: whoever sweeps goes on until fewer than `AT_ONCE` were deleted.
 */
import { type AnyColumn, and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte, notExists, or } from 'drizzle-orm'
import { type Database, type Handle, type Write, write } from '../database'

export const AT_ONCE = 1000

type Tables = Handle['t']

/** What ends at a time: the table, what its rows are known by, and the indexed column that says when. */
const ENDING = {
  accessTokens: ({ accessTokens: a }: Tables) => ({ from: a, key: a.tokenHash, end: a.expiresAt }),
  authorizationCodes: ({ authorizationCodes: c }: Tables) => ({ from: c, key: c.codeHash, end: c.expiresAt }),
  authorizationRequests: ({ authorizationRequests: r }: Tables) => ({ from: r, key: r.id, end: r.expiresAt }),
  identityChanges: ({ identityChanges: c }: Tables) => ({ from: c, key: c.id, end: c.expiresAt }),
  deviceCodes: ({ deviceCodes: d }: Tables) => ({ from: d, key: d.deviceCodeHash, end: d.expiresAt }),
  loginTickets: ({ loginTickets: l }: Tables) => ({ from: l, key: l.ticketHash, end: l.expiresAt }),
  mfaTokens: ({ mfaTokens: m }: Tables) => ({ from: m, key: m.tokenHash, end: m.expiresAt }),
  pushedRequests: ({ pushedRequests: r }: Tables) => ({ from: r, key: r.requestUriHash, end: r.expiresAt }),
  refusals: ({ refusals: r }: Tables) => ({ from: r, key: r.id, end: r.at }),
  sessions: ({ sessions: s }: Tables) => ({ from: s, key: s.id, end: s.expiresAt }),
  tickets: ({ tickets: t }: Tables) => ({ from: t, key: t.ticketHash, end: t.expiresAt }),
  upstreamLogins: ({ upstreamLogins: u }: Tables) => ({ from: u, key: u.stateHash, end: u.expiresAt }),
  usedTokenIds: ({ usedTokenIds: u }: Tables) => ({ from: u, key: u.id, end: u.expiresAt }),
} as const

export type Ending = keyof typeof ENDING

/** Deletes some of what ended before a time. */
export const deleteEnded = (what: Ending, before: number): Write =>
  write(({ sql, t }) => {
    const { from, key, end } = ENDING[what](t) as ReturnType<typeof ENDING.sessions>
    const some = sql.select({ key }).from(from).where(lt(end, before)).limit(AT_ONCE)
    return sql.delete(from).where(inArray(key, some))
  })

/** The id at which a part of the token families ends that begins behind an id; none of the last part. */
export async function findEndOfFamilies({ handle }: Database, after: string): Promise<string | undefined> {
  const { tokenFamilies: f } = handle.t
  const rows = await handle.sql
    .select({ id: f.id })
    .from(f)
    .where(gt(f.id, after))
    .orderBy(asc(f.id))
    .limit(1)
    .offset(AT_ONCE - 1)
  return rows[0]?.id
}

/** A part of the token families, by their ids: behind one, up to another, or to the end. */
export type Part = { after: string; upTo: string | undefined }

const isOf = (column: AnyColumn, { after, upTo }: Part) =>
  and(gt(column, after), upTo === undefined ? undefined : lte(column, upTo))

/** Of a part of the families, the refresh tokens that were replaced before a time. */
export const deleteReplacedTokens = (part: Part, before: number): Write =>
  write(({ sql, t: { refreshTokens: r } }) =>
    sql.delete(r).where(and(isOf(r.familyId, part), isNotNull(r.rotatedAt), lt(r.rotatedAt, before))),
  )

/**
 * Of a part of the families, those from which nothing was issued since a time, and can be any more. While the session is
 * there that they began in, its clients are to be told when it ends.
 */
export const deleteDeadFamilies = (part: Part, before: number, now: number): Write =>
  write(({ sql, t: { tokenFamilies: f, refreshTokens: r, sessions: s } }) => {
    const usable = sql
      .select({ hash: r.tokenHash })
      .from(r)
      .where(
        and(
          eq(r.familyId, f.id),
          isNull(r.rotatedAt),
          or(isNull(r.expiresAt), gt(r.expiresAt, now)),
          or(isNull(r.idleExpiresAt), gt(r.idleExpiresAt, now)),
        ),
      )
    const session = sql.select({ id: s.id }).from(s).where(eq(s.id, f.sessionId))
    const isDead = and(or(isNotNull(f.revokedAt), notExists(usable)), notExists(session))
    return sql.delete(f).where(and(isOf(f.id, part), lt(f.lastUsedAt, before), isDead))
  })

/** Some of the events of the log before an id. */
export const deleteEventsBefore = (id: string): Write =>
  write(({ sql, t: { auditEvents: e } }) => {
    const some = sql.select({ id: e.id }).from(e).where(lt(e.id, id)).limit(AT_ONCE)
    return sql.delete(e).where(inArray(e.id, some))
  })
