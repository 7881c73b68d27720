import { and, desc, eq, gt, isNotNull, isNull, ne, notExists, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Client } from './clients'
import { type ConnectionUse, connectionUse } from './connections'
import type { Grant } from './grants'
import { placeholder, rowPlaceholders } from './placeholders'
import type { User } from './users'

export type TokenFamily = Handle['t']['tokenFamilies']['$inferSelect']
export type RefreshToken = Handle['t']['refreshTokens']['$inferSelect']
export type AccessToken = Handle['t']['accessTokens']['$inferSelect']

export const insertTokenFamily = statement<TokenFamily>('insert_token_family', ({ sql, t }) =>
  sql.insert(t.tokenFamilies).values(rowPlaceholders(t.tokenFamilies)),
)
/** Touches no row when the token is there: the successor of one that was presented again. */
export const insertRefreshToken = statement<RefreshToken>('insert_refresh_token', ({ sql, t }) =>
  sql.insert(t.refreshTokens).values(rowPlaceholders(t.refreshTokens)).onConflictDoNothing(),
)
export const insertAccessToken = statement<AccessToken>('insert_access_token', ({ sql, t }) =>
  sql.insert(t.accessTokens).values(rowPlaceholders(t.accessTokens)),
)

/** A family and what stands behind it, each row as it is now. */
export type FamilyWithParties = {
  family: TokenFamily
  client: Client
  user: User
  grant: Grant | null
  connection: ConnectionUse
}

const familyAndParties = (t: Handle['t']) => ({
  family: t.tokenFamilies,
  client: t.clients,
  user: t.users,
  grant: t.grants,
  connection: connectionUse(t),
})

/** The families of the program; the caller names the one. @param also a table that a caller joins besides */
const familiesWith = <Also extends Record<string, Handle['t']['refreshTokens'] | Handle['t']['accessTokens']>>(
  { sql, t }: Handle,
  also: Also,
) => {
  const { tokenFamilies: f, clients, users, grants, connections: n, connectionClients: cc } = t
  return sql
    .select({ ...familyAndParties(t), ...also })
    .from(f)
    .innerJoin(clients, eq(clients.clientId, f.clientId))
    .innerJoin(users, eq(users.userId, f.userId))
    .leftJoin(grants, eq(grants.id, f.grantId))
    .leftJoin(n, eq(n.id, f.connectionId))
    .leftJoin(cc, and(eq(cc.connectionId, f.connectionId), eq(cc.clientId, f.clientId)))
}

const familyById = query<{ id: string }, FamilyWithParties>('find_token_family', (handle) =>
  familiesWith(handle, {}).where(eq(handle.t.tokenFamilies.id, raw.placeholder('id'))),
)
/** A family with what stands behind it, whatever their state. */
export const findTokenFamily = async (db: Database, id: string) => (await familyById(db, { id }))[0]

const refreshByHash = query<{ tokenHash: string }, FamilyWithParties & { token: RefreshToken }>(
  'find_refresh_token',
  (handle) => {
    const { refreshTokens: r, tokenFamilies: f } = handle.t
    return familiesWith(handle, { token: r })
      .innerJoin(r, eq(r.familyId, f.id))
      .where(eq(r.tokenHash, raw.placeholder('tokenHash')))
  },
)
export const findRefreshToken = async (db: Database, tokenHash: string) => (await refreshByHash(db, { tokenHash }))[0]

const accessByHash = query<{ tokenHash: string }, FamilyWithParties & { token: AccessToken }>(
  'find_access_token',
  (handle) => {
    const { accessTokens: a, tokenFamilies: f } = handle.t
    return familiesWith(handle, { token: a })
      .innerJoin(a, eq(a.familyId, f.id))
      .where(eq(a.tokenHash, raw.placeholder('tokenHash')))
  },
)
export const findAccessToken = async (db: Database, tokenHash: string) => (await accessByHash(db, { tokenHash }))[0]

/** Marks a refresh token as replaced; touches no row when it was already, or is past its ends. */
export const rotateRefreshToken = statement<{ tokenHash: string; at: number }>(
  'rotate_refresh_token',
  ({ sql, t: { refreshTokens: r } }) =>
    sql
      .update(r)
      .set({ rotatedAt: placeholder('at') })
      .where(
        and(
          eq(r.tokenHash, raw.placeholder('tokenHash')),
          isNull(r.rotatedAt),
          or(isNull(r.expiresAt), gt(r.expiresAt, raw.placeholder('at'))),
          or(isNull(r.idleExpiresAt), gt(r.idleExpiresAt, raw.placeholder('at'))),
        ),
      ),
)

/** Undoes a rotation of a moment; touches no row where it was another one, or the successor has been used. */
export const takeRotationBack = ({
  tokenHash,
  successorHash,
  at,
}: {
  tokenHash: string
  successorHash: string
  at: number
}) =>
  write(({ sql, t: { refreshTokens: r } }) => {
    const used = sql
      .select({ hash: r.tokenHash })
      .from(r)
      .where(and(eq(r.tokenHash, successorHash), isNotNull(r.rotatedAt)))
    return sql
      .update(r)
      .set({ rotatedAt: null })
      .where(and(eq(r.tokenHash, tokenHash), eq(r.rotatedAt, at), notExists(used)))
  })

/** Moves the idle end of a token that is not rotated. */
export const extendRefreshToken = statement<{ tokenHash: string; idleExpiresAt: number | null }>(
  'extend_refresh_token',
  ({ sql, t: { refreshTokens: r } }) =>
    sql
      .update(r)
      .set({ idleExpiresAt: placeholder('idleExpiresAt') })
      .where(eq(r.tokenHash, raw.placeholder('tokenHash'))),
)

/** Notes a use; touches no row when the family was revoked, so that nothing is issued from it. */
export const touchTokenFamily = statement<{ id: string; at: number }>(
  'use_token_family',
  ({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ lastUsedAt: placeholder('at') })
      .where(and(eq(f.id, raw.placeholder('id')), isNull(f.revokedAt))),
)

export const revokeFamily = (id: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.id, id), isNull(f.revokedAt))),
  )

/** Ends all tokens of a person, or those that one client has of them, or all but one family. */
export const revokeFamiliesOfUser = (
  userId: string,
  at: number,
  { clientId, exceptId }: { clientId?: string; exceptId?: string } = {},
) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(
        and(
          eq(f.userId, userId),
          isNull(f.revokedAt),
          clientId ? eq(f.clientId, clientId) : undefined,
          exceptId ? ne(f.id, exceptId) : undefined,
        ),
      ),
  )

/** Ends all tokens of people who signed in at a connection for them. */
export const revokeFamiliesOfConnection = (connectionId: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.connectionId, connectionId), isNull(f.revokedAt))),
  )

export const revokeFamiliesOfGrant = (grantId: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.grantId, grantId), isNull(f.revokedAt))),
  )

/** Ends all tokens that a client has of people. */
export const revokeFamiliesOfClient = (clientId: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.clientId, clientId), isNull(f.revokedAt))),
  )

/** Ends the tokens of a person that rest on a consent. */
export const revokeConsentedFamiliesOfUser = (userId: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.userId, userId), isNotNull(f.grantId), isNull(f.revokedAt))),
  )

/** When each client last used what a person lets it have. */
export const listLastUses = async (db: Database, userId: string) => {
  const { tokenFamilies: f } = db.handle.t
  return db.handle.sql
    .select({ clientId: f.clientId, lastUsedAt: raw<number>`max(${f.lastUsedAt})`.mapWith(Number) })
    .from(f)
    .where(eq(f.userId, userId))
    .groupBy(f.clientId)
    .orderBy(desc(f.clientId))
}

/** Ends all tokens for one audience. */
export const revokeFamiliesOfAudience = (audience: string, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(and(eq(f.audience, audience), isNull(f.revokedAt))),
  )
