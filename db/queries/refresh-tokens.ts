/** What holds refresh tokens that would be taken now: families, each of which a program knows as one refresh token. */
import { and, asc, count, eq, exists, gt, inArray, isNull, or, type SQL } from 'drizzle-orm'
import { type Database, type Handle, write } from '../database'
import type { Client } from './clients'
import { isBehind, type Slice, sortedBy } from './keyset'
import type { Session } from './sessions'
import type { RefreshToken, TokenFamily } from './tokens'

/** A family, whose newest token is the one that its client holds. */
export type LiveRefreshToken = {
  family: TokenFamily
  client: Client
  session: Session | null
  token: RefreshToken
}

export type RefreshTokenFilter = {
  now: number
  id?: string
  userId?: string
  clientId?: string
}

const isLive = ({ sql, t: { refreshTokens: r, tokenFamilies: f } }: Handle, now: number): SQL | undefined =>
  and(
    isNull(f.revokedAt),
    exists(
      sql
        .select({ hash: r.tokenHash })
        .from(r)
        .where(and(eq(r.familyId, f.id), isUsable(r, now))),
    ),
  )

const isUsable = (r: Handle['t']['refreshTokens'], now: number): SQL | undefined =>
  and(
    isNull(r.rotatedAt),
    or(isNull(r.expiresAt), gt(r.expiresAt, now)),
    or(isNull(r.idleExpiresAt), gt(r.idleExpiresAt, now)),
  )

const matching = (handle: Handle, { now, id, userId, clientId }: RefreshTokenFilter): SQL | undefined => {
  const { tokenFamilies: f } = handle.t
  return and(
    isLive(handle, now),
    id === undefined ? undefined : eq(f.id, id),
    userId === undefined ? undefined : eq(f.userId, userId),
    clientId === undefined ? undefined : eq(f.clientId, clientId),
  )
}

/** Part of the families that hold a refresh token, by id. */
export async function listRefreshTokenSlice(
  { handle }: Database,
  filter: RefreshTokenFilter,
  slice: Slice,
): Promise<LiveRefreshToken[]> {
  const { tokenFamilies: f, clients, sessions, refreshTokens: r } = handle.t
  const found = await handle.sql
    .select({ family: f, client: clients, session: sessions })
    .from(f)
    .innerJoin(clients, eq(clients.clientId, f.clientId))
    .leftJoin(sessions, eq(sessions.id, f.sessionId))
    .where(and(matching(handle, filter), isBehind([f.id], slice)))
    .orderBy(...sortedBy([f.id]))
    .limit(slice.limit)
    .offset(slice.skip)
  if (found.length === 0) return []
  const ids = found.map(({ family }) => family.id)
  const tokens = await handle.sql
    .select()
    .from(r)
    .where(and(inArray(r.familyId, ids), isUsable(r, filter.now)))
    .orderBy(asc(r.createdAt))
  const newest = new Map(tokens.map((token) => [token.familyId, token]))
  return found.flatMap((row) => {
    const token = newest.get(row.family.id)
    return token ? [{ ...row, token }] : []
  })
}

export const findRefreshTokenFamily = async (db: Database, id: string, now: number) =>
  (await listRefreshTokenSlice(db, { id, now }, { skip: 0, limit: 1 }))[0]

export async function countRefreshTokens({ handle }: Database, filter: RefreshTokenFilter): Promise<number> {
  const [row] = await handle.sql.select({ count: count() }).from(handle.t.tokenFamilies).where(matching(handle, filter))
  return row?.count ?? 0
}

/** How many such families each client has. */
export const countRefreshTokensByClient = (
  { handle }: Database,
  filter: RefreshTokenFilter,
): Promise<{ client: Client; count: number }[]> => {
  const { tokenFamilies: f, clients } = handle.t
  return handle.sql
    .select({ client: clients, count: count() })
    .from(f)
    .innerJoin(clients, eq(clients.clientId, f.clientId))
    .where(matching(handle, filter))
    .groupBy(clients.clientId)
}

/** Ends a family of a person; touches no row when it has ended, or is somebody else's. */
export const revokeFamilyOfUser = (userId: string, id: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.id, id), eq(f.userId, userId), isNull(f.revokedAt))),
  )

/** Ends the families of a person that hold a refresh token. */
export const revokeRefreshTokensOfUser = (userId: string, at: number) =>
  write((handle) =>
    handle.sql
      .update(handle.t.tokenFamilies)
      .set({ revokedAt: at })
      .where(and(eq(handle.t.tokenFamilies.userId, userId), isLive(handle, at))),
  )

/** Ends the families of a client that hold a refresh token. */
export const revokeRefreshTokensOfClient = (clientId: string, at: number) =>
  write((handle) =>
    handle.sql
      .update(handle.t.tokenFamilies)
      .set({ revokedAt: at })
      .where(and(eq(handle.t.tokenFamilies.clientId, clientId), isLive(handle, at))),
  )

/** Ends what was got in a session of a person. */
export const revokeFamiliesOfSession = (userId: string, sessionId: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.sessionId, sessionId), eq(f.userId, userId), isNull(f.revokedAt))),
  )

/** Touches no row when the token was revoked. */
export const updateFamilyMetadata = (id: string, metadata: Record<string, string>) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ metadata })
      .where(and(eq(f.id, id), isNull(f.revokedAt))),
  )
