import { and, desc, eq, gt, inArray, isNull, lt, ne, or, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, keptQuery, query, statement, write } from '../database'
import { placeholder, rowPlaceholders } from './placeholders'

export type ClientSecret = Handle['t']['clientSecrets']['$inferSelect']

const notRetired = keptQuery<{ clientId: string }, ClientSecret>(
  'list_client_secrets_not_retired',
  ({ sql, t: { clientSecrets: s } }) =>
    sql
      .select()
      .from(s)
      .where(and(eq(s.clientId, raw.placeholder('clientId')), isNull(s.retiredAt)))
      .orderBy(desc(s.createdAt), desc(s.id)),
)
/** The secrets of a client that work at a moment: neither retired nor past their overlap. The newest first. */
export const listLiveClientSecrets = async (db: Database, { clientId, now }: { clientId: string; now: number }) =>
  (await notRetired(db, { clientId })).filter(({ expiresAt }) => expiresAt === null || expiresAt > now)

/** All secrets that a client ever had, the newest first. */
export const listClientSecrets = query<{ clientId: string }, ClientSecret>(
  'list_client_secrets',
  ({ sql, t: { clientSecrets: s } }) =>
    sql
      .select()
      .from(s)
      .where(eq(s.clientId, raw.placeholder('clientId')))
      .orderBy(desc(s.createdAt), desc(s.id)),
)

export const insertClientSecret = statement<ClientSecret>('insert_client_secret', ({ sql, t }) =>
  sql.insert(t.clientSecrets).values(rowPlaceholders(t.clientSecrets)),
)

/** Gives the live secrets of a client, but for `exceptId`, an end. One that ends sooner keeps its end. */
export const expireClientSecrets = (clientId: string, exceptId: string, expiresAt: number) =>
  write(({ sql, t: { clientSecrets: s } }) =>
    sql
      .update(s)
      .set({ expiresAt })
      .where(
        and(
          eq(s.clientId, clientId),
          ne(s.id, exceptId),
          isNull(s.retiredAt),
          or(isNull(s.expiresAt), gt(s.expiresAt, expiresAt)),
        ),
      ),
  )

/** Gives the newest secret of a client its end; touches no row when another is the newest meanwhile. */
export const expireNewestSecret = (clientId: string, secretId: string, expiresAt: number) =>
  write(({ sql, t: { clientSecrets: s } }) =>
    sql
      .update(s)
      .set({ expiresAt })
      .where(and(eq(s.clientId, clientId), eq(s.id, secretId), isNull(s.retiredAt), isNull(s.expiresAt))),
  )

/** Deletes every secret of a client, or every one but one. */
export const deleteClientSecrets = (clientId: string, exceptId?: string) =>
  write(({ sql, t: { clientSecrets: s } }) =>
    sql.delete(s).where(and(eq(s.clientId, clientId), exceptId === undefined ? undefined : ne(s.id, exceptId))),
  )

/** Ends one secret now; never the newest one, which has no end of its own. */
export const retireClientSecret = (clientId: string, secretId: string, at: number) =>
  write(({ sql, t: { clientSecrets: s } }) =>
    sql
      .update(s)
      .set({ retiredAt: at })
      .where(and(eq(s.clientId, clientId), eq(s.id, secretId), isNull(s.retiredAt), gt(s.expiresAt, at))),
  )

/** Notes the use of a secret, unless it was noted after `notSince`. */
export const touchClientSecret = statement<{ id: string; at: number; notSince: number }>(
  'touch_client_secret',
  ({ sql, t: { clientSecrets: s } }) =>
    sql
      .update(s)
      .set({ lastUsedAt: placeholder('at') })
      .where(
        and(eq(s.id, raw.placeholder('id')), or(isNull(s.lastUsedAt), lt(s.lastUsedAt, raw.placeholder('notSince')))),
      ),
)

/** The secrets of some clients that work at a moment, the newest first. */
export const listLiveClientSecretsOf = async (
  { handle }: Database,
  clientIds: string[],
  now: number,
): Promise<ClientSecret[]> => {
  const { clientSecrets: s } = handle.t
  if (clientIds.length === 0) return []
  return handle.sql
    .select()
    .from(s)
    .where(and(inArray(s.clientId, clientIds), isNull(s.retiredAt), or(isNull(s.expiresAt), gt(s.expiresAt, now))))
    .orderBy(desc(s.createdAt), desc(s.id))
}
