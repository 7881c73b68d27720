import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte, notExists, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { placeholder, rowPlaceholders } from './placeholders'
import type { User } from './users'

export type Authenticator = Handle['t']['authenticators']['$inferSelect']
export type RecoveryCode = Handle['t']['recoveryCodes']['$inferSelect']
export type MfaToken = Handle['t']['mfaTokens']['$inferSelect']

/** All authenticators of a person, also those that wait for their first code; the oldest first. */
export const listAuthenticators = query<{ userId: string }, Authenticator>(
  'list_authenticators',
  ({ sql, t: { authenticators: a } }) =>
    sql
      .select()
      .from(a)
      .where(eq(a.userId, raw.placeholder('userId')))
      .orderBy(asc(a.createdAt), asc(a.id)),
)

export const insertAuthenticator = statement<Authenticator>('insert_authenticator', ({ sql, t }) =>
  sql.insert(t.authenticators).values(rowPlaceholders(t.authenticators)),
)

/** Confirms a waiting authenticator; touches no row when it was confirmed, or when the person has another one. */
export const confirmAuthenticator = (userId: string, id: string, step: number, at: number) =>
  write(({ sql, t: { authenticators: a } }) => {
    const confirmed = raw`select 1 from ${a} as other where other.user_id = ${userId} and other.confirmed_at is not null`
    return sql
      .update(a)
      .set({ confirmedAt: at, lastStep: step, lastUsedAt: at })
      .where(and(eq(a.id, id), eq(a.userId, userId), isNull(a.confirmedAt), notExists(raw`(${confirmed})`)))
  })

/** Takes a time step; touches no row when this step or a later one was taken: a code works once (RFC 6238 §5.2). */
export const takeAuthenticatorStep = (id: string, step: number, at: number) =>
  write(({ sql, t: { authenticators: a } }) =>
    sql
      .update(a)
      .set({ lastStep: step, lastUsedAt: at })
      .where(and(eq(a.id, id), isNotNull(a.confirmedAt), or(isNull(a.lastStep), lt(a.lastStep, step)))),
  )

/** Removes the authenticators of a person that never got their first code. */
export const deleteWaitingAuthenticators = (userId: string, createdBefore: number) =>
  write(({ sql, t: { authenticators: a } }) =>
    sql.delete(a).where(and(eq(a.userId, userId), isNull(a.confirmedAt), lt(a.createdAt, createdBefore))),
  )

/** Touches no row unless the authenticator is this person's. */
export const renameAuthenticator = (userId: string, id: string, name: string) =>
  write(({ sql, t: { authenticators: a } }) =>
    sql
      .update(a)
      .set({ name })
      .where(and(eq(a.userId, userId), eq(a.id, id))),
  )

/** Deletes all authenticators of a person, also those that wait; touches no row when there is none. */
export const deleteAuthenticators = (userId: string) =>
  write(({ sql, t: { authenticators: a } }) => sql.delete(a).where(eq(a.userId, userId)))

export const insertRecoveryCode = statement<RecoveryCode>('insert_recovery_code', ({ sql, t }) =>
  sql.insert(t.recoveryCodes).values(rowPlaceholders(t.recoveryCodes)),
)

/** Uses a recovery code up; touches no row when it was used, or is somebody else's. */
export const redeemRecoveryCode = (userId: string, codeHash: string, at: number) =>
  write(({ sql, t: { recoveryCodes: r } }) =>
    sql
      .update(r)
      .set({ usedAt: at })
      .where(and(eq(r.userId, userId), eq(r.codeHash, codeHash), isNull(r.usedAt))),
  )

export const deleteRecoveryCodes = (userId: string) =>
  write(({ sql, t }) => sql.delete(t.recoveryCodes).where(eq(t.recoveryCodes.userId, userId)))

export const countUnusedRecoveryCodes = (db: Database, userId: string): Promise<number> => {
  const { recoveryCodes: r } = db.handle.t
  return db.handle.sql.$count(r, and(eq(r.userId, userId), isNull(r.usedAt)))
}

export const insertMfaToken = statement<MfaToken>('insert_mfa_token', ({ sql, t }) =>
  sql.insert(t.mfaTokens).values(rowPlaceholders(t.mfaTokens)),
)

const mfaTokenByHash = query<{ tokenHash: string; now: number }, { mfaToken: MfaToken; user: User }>(
  'find_mfa_token',
  ({ sql, t: { mfaTokens: m, users } }) =>
    sql
      .select({ mfaToken: m, user: users })
      .from(m)
      .innerJoin(users, eq(users.userId, m.userId))
      .where(
        and(
          eq(m.tokenHash, raw.placeholder('tokenHash')),
          isNull(m.usedAt),
          gt(m.expiresAt, raw.placeholder('now')),
          isNull(users.blockedAt),
          or(isNull(users.passwordChangedAt), lte(users.passwordChangedAt, m.createdAt)),
        ),
      ),
)
/** A token that still waits for the second factor, and its person: not blocked, and with the password of then. */
export const findMfaToken = async (db: Database, tokenHash: string, now: number) =>
  (await mfaTokenByHash(db, { tokenHash, now }))[0]

/** Uses a token up; touches no row when it was used, or has ended. */
export const redeemMfaToken = statement<{ tokenHash: string; at: number }>(
  'redeem_mfa_token',
  ({ sql, t: { mfaTokens: m } }) =>
    sql
      .update(m)
      .set({ usedAt: placeholder('at') })
      .where(
        and(eq(m.tokenHash, raw.placeholder('tokenHash')), isNull(m.usedAt), gt(m.expiresAt, raw.placeholder('at'))),
      ),
)

/** Ends the half of a sign-in that a person has done. */
export const endMfaTokensOfUser = (userId: string, at: number) =>
  write(({ sql, t: { mfaTokens: m } }) =>
    sql
      .update(m)
      .set({ usedAt: at })
      .where(and(eq(m.userId, userId), isNull(m.usedAt))),
  )

/** Those of some people who have a second factor that works. */
export const listUsersWithSecondFactor = async ({ handle }: Database, userIds: string[]): Promise<string[]> => {
  const { authenticators: a } = handle.t
  if (userIds.length === 0) return []
  const rows = await handle.sql
    .selectDistinct({ userId: a.userId })
    .from(a)
    .where(and(inArray(a.userId, userIds), isNotNull(a.confirmedAt)))
  return rows.map(({ userId }) => userId)
}
