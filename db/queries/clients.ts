import { and, count, desc, eq, gt, inArray, isNull, lt, or, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { placeholder, rowPlaceholders } from './placeholders'

export type {
  AppType,
  ClientKeyAlg,
  ClientSource,
  IdTokenAlg,
  RefreshTokenSettings,
  ScopeRequest,
  TokenEndpointAuthMethod,
} from '../schema/tables/clients'

import type { AppType } from '../schema/tables/clients'

export type Client = Handle['t']['clients']['$inferSelect']
export type ClientSecret = Handle['t']['clientSecrets']['$inferSelect']
export type ClientGrant = Handle['t']['clientGrants']['$inferSelect']

const byId = query<{ clientId: string }, Client>('find_client', ({ sql, t }) =>
  sql
    .select()
    .from(t.clients)
    .where(eq(t.clients.clientId, raw.placeholder('clientId'))),
)
export const findClient = async (db: Database, clientId: string) => (await byId(db, { clientId }))[0]

export const insertClient = statement<Client>('insert_client', ({ sql, t }) =>
  sql.insert(t.clients).values(rowPlaceholders(t.clients)).onConflictDoNothing(),
)

/** @param unchangedSince touches no row when the client was changed after this */
export const updateClient = (clientId: string, change: Partial<Client>, unchangedSince?: number) =>
  write(({ sql, t: { clients: c } }) =>
    sql
      .update(c)
      .set(change)
      .where(and(eq(c.clientId, clientId), unchangedSince === undefined ? undefined : eq(c.updatedAt, unchangedSince))),
  )

export const suspendClient = statement<{ clientId: string; at: number }>('suspend_client', ({ sql, t }) =>
  sql
    .update(t.clients)
    .set({ suspendedAt: placeholder('at'), updatedAt: placeholder('at') })
    .where(and(eq(t.clients.clientId, raw.placeholder('clientId')), isNull(t.clients.suspendedAt))),
)

export const reinstateClient = (clientId: string, at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.clients)
      .set({ suspendedAt: null, updatedAt: at })
      .where(and(eq(t.clients.clientId, clientId), raw`${t.clients.suspendedAt} is not null`)),
  )

export const deleteClient = (clientId: string) =>
  write(({ sql, t }) => sql.delete(t.clients).where(eq(t.clients.clientId, clientId)))

/** The secrets that work at a moment: neither retired nor past their overlap. */
export const listLiveClientSecrets = query<{ clientId: string; now: number }, ClientSecret>(
  'list_live_client_secrets',
  ({ sql, t: { clientSecrets: s } }) =>
    sql
      .select()
      .from(s)
      .where(
        and(
          eq(s.clientId, raw.placeholder('clientId')),
          isNull(s.retiredAt),
          or(isNull(s.expiresAt), gt(s.expiresAt, raw.placeholder('now'))),
        ),
      )
      .orderBy(desc(s.createdAt), desc(s.id)),
)

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
          raw`${s.id} <> ${exceptId}`,
          isNull(s.retiredAt),
          or(isNull(s.expiresAt), gt(s.expiresAt, expiresAt)),
        ),
      ),
  )

/** Deletes every secret of a client but one. */
export const deleteClientSecretsExcept = (clientId: string, exceptId: string) =>
  write(({ sql, t: { clientSecrets: s } }) =>
    sql.delete(s).where(and(eq(s.clientId, clientId), raw`${s.id} <> ${exceptId}`)),
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

type GrantKey = Pick<ClientGrant, 'clientId' | 'audience' | 'subjectType'>

const grantOf = query<GrantKey, ClientGrant>('find_client_grant', ({ sql, t: { clientGrants: g } }) =>
  sql
    .select()
    .from(g)
    .where(
      and(
        eq(g.clientId, raw.placeholder('clientId')),
        eq(g.audience, raw.placeholder('audience')),
        eq(g.subjectType, raw.placeholder('subjectType')),
      ),
    ),
)
export const findClientGrant = async (db: Database, key: GrantKey) => (await grantOf(db, key))[0]

export const upsertClientGrant = (grant: ClientGrant) =>
  write(({ sql, t: { clientGrants: g } }) =>
    sql
      .insert(g)
      .values(grant)
      .onConflictDoUpdate({ target: [g.clientId, g.audience, g.subjectType], set: { scope: grant.scope } }),
  )

/** Touches no row when the client has a grant for the API. */
export const insertClientGrant = (grant: ClientGrant) =>
  write(({ sql, t }) => sql.insert(t.clientGrants).values(grant).onConflictDoNothing())

export const updateClientGrant = (id: string, scope: string[]) =>
  write(({ sql, t }) => sql.update(t.clientGrants).set({ scope }).where(eq(t.clientGrants.id, id)))

export const deleteClientGrant = (id: string) =>
  write(({ sql, t }) => sql.delete(t.clientGrants).where(eq(t.clientGrants.id, id)))

export const findClientGrantById = async ({ handle }: Database, id: string): Promise<ClientGrant | undefined> => {
  const [row] = await handle.sql.select().from(handle.t.clientGrants).where(eq(handle.t.clientGrants.id, id))
  return row
}

export type ClientGrantFilter = { client_id?: string; audience?: string; subject_type?: ClientGrant['subjectType'] }

const matchingGrants = ({ t: { clientGrants: g } }: Handle, filter: ClientGrantFilter): SQL | undefined =>
  and(
    filter.client_id === undefined ? undefined : eq(g.clientId, filter.client_id),
    filter.audience === undefined ? undefined : eq(g.audience, filter.audience),
    filter.subject_type === undefined ? undefined : eq(g.subjectType, filter.subject_type),
  )

/** Part of the list of client grants, the oldest first. */
export const listClientGrantSlice = (
  { handle }: Database,
  filter: ClientGrantFilter,
  slice: Slice,
): Promise<ClientGrant[]> => {
  const { clientGrants: g } = handle.t
  const order = [g.createdAt, g.id]
  return handle.sql
    .select()
    .from(g)
    .where(and(matchingGrants(handle, filter), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countClientGrants = async ({ handle }: Database, filter: ClientGrantFilter): Promise<number> => {
  const [row] = await handle.sql
    .select({ count: count() })
    .from(handle.t.clientGrants)
    .where(matchingGrants(handle, filter))
  return row?.count ?? 0
}

/** The clients of the tenant itself that are granted an API in their own name: the newest first. */
export const listPrograms = query<{ audience: string }, { client: Client; scope: string[] }>(
  'list_programs',
  ({ sql, t: { clients: c, clientGrants: g } }) =>
    sql
      .select({ client: c, scope: g.scope })
      .from(g)
      .innerJoin(c, eq(c.clientId, g.clientId))
      .where(and(eq(g.audience, raw.placeholder('audience')), eq(g.subjectType, 'client'), eq(c.isFirstParty, true)))
      .orderBy(desc(c.createdAt), desc(c.clientId)),
)
export const findProgram = async (db: Database, audience: string, clientId: string): Promise<Client | undefined> =>
  (await listPrograms(db, { audience })).find(({ client }) => client.clientId === clientId)?.client

export const deleteClientGrantsExcept = (clientId: string, audiences: string[]) =>
  write(({ sql, t: { clientGrants: g } }) =>
    sql
      .delete(g)
      .where(and(eq(g.clientId, clientId), audiences.length > 0 ? raw`${g.audience} not in ${audiences}` : undefined)),
  )

export const deleteClientGrantsOfAudience = (audience: string) =>
  write(({ sql, t }) => sql.delete(t.clientGrants).where(eq(t.clientGrants.audience, audience)))

/** The clients of these ids, in no order. */
export const listClientsById = async (db: Database, clientIds: string[]): Promise<Client[]> =>
  clientIds.length === 0
    ? []
    : db.handle.sql.select().from(db.handle.t.clients).where(inArray(db.handle.t.clients.clientId, clientIds))

export const listClientGrants = (db: Database, clientId: string): Promise<ClientGrant[]> =>
  db.handle.sql.select().from(db.handle.t.clientGrants).where(eq(db.handle.t.clientGrants.clientId, clientId))

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

/** Takes the id of an assertion or a proof; touches no row when it was taken before. */
export const insertUsedTokenId = statement<{ id: string; expiresAt: number }>('insert_used_token_id', ({ sql, t }) =>
  sql.insert(t.usedTokenIds).values(rowPlaceholders(t.usedTokenIds)).onConflictDoNothing(),
)
export const deleteExpiredUsedTokenIds = (before: number) =>
  write(({ sql, t: { usedTokenIds: u } }) => sql.delete(u).where(lt(u.expiresAt, before)))

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

export const deleteClientKeys = (clientId: string) =>
  write(({ sql, t }) => sql.delete(t.clientKeys).where(eq(t.clientKeys.clientId, clientId)))

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

type ClientOrigin = Handle['t']['clientOrigins']['$inferSelect']

export const insertClientOrigin = statement<ClientOrigin>('insert_client_origin', ({ sql, t }) =>
  sql.insert(t.clientOrigins).values(rowPlaceholders(t.clientOrigins)),
)

export const deleteClientOrigins = statement<{ clientId: string }>('delete_client_origins', ({ sql, t }) =>
  sql.delete(t.clientOrigins).where(eq(t.clientOrigins.clientId, raw.placeholder('clientId'))),
)

const byOrigin = query<{ origin: string }, { clientId: string }>(
  'find_client_origin',
  ({ sql, t: { clientOrigins: o } }) =>
    sql
      .select({ clientId: o.clientId })
      .from(o)
      .where(eq(o.origin, raw.placeholder('origin')))
      .limit(1),
)
/** Whether some client has registered an origin. */
export const isRegisteredOrigin = async (db: Database, origin: string) => (await byOrigin(db, { origin })).length > 0

export type Refusal = Handle['t']['refusals']['$inferSelect']

export const insertRefusal = statement<Refusal>('insert_refusal', ({ sql, t }) =>
  sql.insert(t.refusals).values(rowPlaceholders(t.refusals)),
)

/** A refusal of one client's request. */
export const findRefusal = async (db: Database, clientId: string, id: string): Promise<Refusal | undefined> => {
  const { refusals: r } = db.handle.t
  const [row] = await db.handle.sql
    .select()
    .from(r)
    .where(and(eq(r.id, id), eq(r.clientId, clientId)))
  return row
}

/** The newest refusals of one client's requests. */
export const listRefusals = (db: Database, clientId: string, limit: number): Promise<Refusal[]> => {
  const { refusals: r } = db.handle.t
  return db.handle.sql.select().from(r).where(eq(r.clientId, clientId)).orderBy(desc(r.at), desc(r.id)).limit(limit)
}

export const deleteOldRefusals = (before: number) =>
  write(({ sql, t }) => sql.delete(t.refusals).where(lt(t.refusals.at, before)))

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

export type ClientFilter = {
  /** None is global here, so a list of those is empty. */
  is_global?: boolean
  is_first_party?: boolean
  app_type?: string[]
  external_client_id?: string
}

const matchingClients = ({ t: { clients: c } }: Handle, filter: ClientFilter): SQL | undefined =>
  and(
    filter.is_global ? raw`1 = 0` : undefined,
    filter.is_first_party === undefined ? undefined : eq(c.isFirstParty, filter.is_first_party),
    filter.app_type ? inArray(c.appType, filter.app_type as AppType[]) : undefined,
    filter.external_client_id === undefined
      ? undefined
      : and(eq(c.clientId, filter.external_client_id), eq(c.source, 'metadata-document')),
  )

/** Part of the list of clients, the oldest first. */
export const listClientSlice = ({ handle }: Database, filter: ClientFilter, slice: Slice): Promise<Client[]> => {
  const { clients: c } = handle.t
  const order = [c.createdAt, c.clientId]
  return handle.sql
    .select()
    .from(c)
    .where(and(matchingClients(handle, filter), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countClients = async ({ handle }: Database, filter: ClientFilter): Promise<number> => {
  const [row] = await handle.sql
    .select({ count: count() })
    .from(handle.t.clients)
    .where(matchingClients(handle, filter))
  return row?.count ?? 0
}
