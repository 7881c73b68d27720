import { and, count, eq, gt, inArray, isNull, lt, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import type { Client } from './clients'
import { isBehind, type Slice, sortedBy } from './keyset'
import { rowPlaceholders } from './placeholders'

export type InitialAccessToken = Handle['t']['initialAccessTokens']['$inferSelect']

export const insertInitialAccessToken = statement<InitialAccessToken>('insert_initial_access_token', ({ sql, t }) =>
  sql.insert(t.initialAccessTokens).values(rowPlaceholders(t.initialAccessTokens)),
)

/** Part of the list, the newest first. */
export const listInitialAccessTokens = ({ handle }: Database, slice: Slice): Promise<InitialAccessToken[]> => {
  const { initialAccessTokens: i } = handle.t
  const order = [i.createdAt, i.id]
  return handle.sql
    .select()
    .from(i)
    .where(isBehind(order, slice, 'descending'))
    .orderBy(...sortedBy(order, 'descending'))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countInitialAccessTokens = async ({ handle }: Database): Promise<number> => {
  const [row] = await handle.sql.select({ count: count() }).from(handle.t.initialAccessTokens)
  return row?.count ?? 0
}

const initialAccessById = query<{ id: string }, InitialAccessToken>(
  'find_initial_access_token',
  ({ sql, t: { initialAccessTokens: i } }) =>
    sql
      .select()
      .from(i)
      .where(eq(i.id, raw.placeholder('id'))),
)

export const findInitialAccessToken = async (db: Database, id: string) => (await initialAccessById(db, { id }))[0]

/** Takes one registration off a token; touches no row when there is none left, or it has ended. */
export const takeInitialAccess = (tokenHash: string, now: number) =>
  write(({ sql, t: { initialAccessTokens: i } }) =>
    sql
      .update(i)
      .set({ used: raw`${i.used} + 1` })
      .where(and(eq(i.tokenHash, tokenHash), isNull(i.revokedAt), gt(i.expiresAt, now), raw`${i.used} < ${i.quota}`)),
  )

export const revokeInitialAccess = (id: string, at: number) =>
  write(({ sql, t: { initialAccessTokens: i } }) =>
    sql
      .update(i)
      .set({ revokedAt: at })
      .where(and(eq(i.id, id), isNull(i.revokedAt))),
  )

const byRegistrationToken = query<{ clientId: string; tokenHash: string }, Client>(
  'find_registered_client',
  ({ sql, t: { clients: c } }) =>
    sql
      .select()
      .from(c)
      .where(
        and(
          eq(c.clientId, raw.placeholder('clientId')),
          eq(c.registrationTokenHash, raw.placeholder('tokenHash')),
          eq(c.source, 'registration'),
        ),
      ),
)

/** A client that registered itself, found by what it manages itself with (RFC 7592 §3). */
export const findRegisteredClient = async (db: Database, clientId: string, tokenHash: string) =>
  (await byRegistrationToken(db, { clientId, tokenHash }))[0]

/**
 * Deletes clients that nobody here made, that no user has let anything have since, and of which no owner has decided
 * anything: a suspension has to outlast them.
 */
export const deleteUnusedRegistrations = (createdBefore: number) =>
  write(({ sql, t: { clients: c, tokenFamilies: f, grants: g, clientGrants: cg } }) =>
    sql
      .delete(c)
      .where(
        and(
          inArray(c.source, ['registration', 'metadata-document']),
          lt(c.createdAt, createdBefore),
          isNull(c.reviewedAt),
          isNull(c.suspendedAt),
          raw`not exists (select 1 from ${f} where ${f.clientId} = ${c.clientId})`,
          raw`not exists (select 1 from ${g} where ${g.clientId} = ${c.clientId})`,
          raw`not exists (select 1 from ${cg} where ${cg.clientId} = ${c.clientId})`,
        ),
      ),
  )
