import { and, desc, eq, inArray, isNull, lt, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { placeholder, rowPlaceholders } from './placeholders'

export type ClientKey = Handle['t']['clientKeys']['$inferSelect']

/** The keys that a client has registered, whether or not they have expired; the newest first. */
export const listClientKeys = query<{ clientId: string }, ClientKey>(
  'list_client_keys',
  ({ sql, t: { clientKeys: k } }) =>
    sql
      .select()
      .from(k)
      .where(eq(k.clientId, raw.placeholder('clientId')))
      .orderBy(desc(k.createdAt), desc(k.id)),
)

/** Touches no row where the client has a key of the same `kid`. */
export const insertClientKey = statement<ClientKey>('insert_client_key', ({ sql, t }) =>
  sql.insert(t.clientKeys).values(rowPlaceholders(t.clientKeys)).onConflictDoNothing(),
)

export const deleteClientKey = (clientId: string, id: string) =>
  write(({ sql, t: { clientKeys: k } }) => sql.delete(k).where(and(eq(k.clientId, clientId), eq(k.id, id))))

/** Notes the use of a key, unless it was noted after `notSince`. */
export const touchClientKey = statement<{ id: string; at: number; notSince: number }>(
  'touch_client_key',
  ({ sql, t: { clientKeys: k } }) =>
    sql
      .update(k)
      .set({ lastUsedAt: placeholder('at') })
      .where(
        and(eq(k.id, raw.placeholder('id')), or(isNull(k.lastUsedAt), lt(k.lastUsedAt, raw.placeholder('notSince')))),
      ),
)

const usedTokenIds = query<{ id: string }, { id: string }>('find_used_token_id', ({ sql, t: { usedTokenIds: u } }) =>
  sql
    .select({ id: u.id })
    .from(u)
    .where(eq(u.id, raw.placeholder('id'))),
)
export const isTokenIdUsed = async (db: Database, id: string): Promise<boolean> =>
  (await usedTokenIds(db, { id })).length > 0

/** Takes the id of an assertion or a proof; touches no row when it was taken before. */
export const insertUsedTokenId = statement<{ id: string; expiresAt: number }>('insert_used_token_id', ({ sql, t }) =>
  sql.insert(t.usedTokenIds).values(rowPlaceholders(t.usedTokenIds)).onConflictDoNothing(),
)

export const deleteClientKeys = (clientId: string) =>
  write(({ sql, t }) => sql.delete(t.clientKeys).where(eq(t.clientKeys.clientId, clientId)))

/** A key of one client. */
export const findClientKey = async (
  { handle }: Database,
  clientId: string,
  id: string,
): Promise<ClientKey | undefined> => {
  const { clientKeys: k } = handle.t
  const [row] = await handle.sql
    .select()
    .from(k)
    .where(and(eq(k.clientId, clientId), eq(k.id, id)))
  return row
}

/** The keys of some clients, the newest first. */
export const listClientKeysOf = async ({ handle }: Database, clientIds: string[]): Promise<ClientKey[]> => {
  const { clientKeys: k } = handle.t
  if (clientIds.length === 0) return []
  return handle.sql.select().from(k).where(inArray(k.clientId, clientIds)).orderBy(desc(k.createdAt), desc(k.id))
}

export const updateClientKey = (clientId: string, id: string, change: Partial<ClientKey>) =>
  write(({ sql, t: { clientKeys: k } }) =>
    sql
      .update(k)
      .set(change)
      .where(and(eq(k.clientId, clientId), eq(k.id, id))),
  )

/** Exactly these keys of a client are taken from now on. */
export const enableClientKeys = (clientId: string, ids: string[]) =>
  write(({ sql, t: { clientKeys: k } }) =>
    sql
      .update(k)
      .set({ enabled: ids.length > 0 ? raw`${k.id} in ${ids}` : raw`false` })
      .where(eq(k.clientId, clientId)),
  )
