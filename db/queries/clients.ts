import { and, count, eq, gte, inArray, isNotNull, isNull, lt, notInArray, or, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, keptQuery, query, statement, write } from '../database'
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

const byId = keptQuery<{ clientId: string }, Client>('find_client', ({ sql, t }) =>
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

/** Holds the row of a client that proves itself with a secret until the transaction ends; touches none of another. */
export const lockSecretHolder = (clientId: string) =>
  write(({ sql, t: { clients: c } }) =>
    sql
      .update(c)
      .set({ updatedAt: c.updatedAt })
      .where(
        and(
          eq(c.clientId, clientId),
          or(isNull(c.tokenEndpointAuthMethod), notInArray(c.tokenEndpointAuthMethod, ['none', 'private_key_jwt'])),
        ),
      ),
  )

export const suspendClient = statement<{ clientId: string; at: number }>('suspend_client', ({ sql, t }) =>
  sql
    .update(t.clients)
    .set({ suspendedAt: placeholder('at'), updatedAt: placeholder('at') })
    .where(and(eq(t.clients.clientId, raw.placeholder('clientId')), isNull(t.clients.suspendedAt))),
)

export const deleteClient = (clientId: string) =>
  write(({ sql, t }) => sql.delete(t.clients).where(eq(t.clients.clientId, clientId)))

/** Deletes a client; touches no row while it is suspended. */
export const deleteClientNotSuspended = (clientId: string) =>
  write(({ sql, t: { clients: c } }) => sql.delete(c).where(and(eq(c.clientId, clientId), isNull(c.suspendedAt))))

/** The clients of these ids, in no order. */
export const listClientsById = async (db: Database, clientIds: string[]): Promise<Client[]> =>
  clientIds.length === 0
    ? []
    : db.handle.sql.select().from(db.handle.t.clients).where(inArray(db.handle.t.clients.clientId, clientIds))

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

export type ClientFilter = {
  is_first_party?: boolean
  app_type?: string[]
  external_client_id?: string
}

const matchingClients = ({ t: { clients: c } }: Handle, filter: ClientFilter): SQL | undefined =>
  and(
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

const suspendedDocument = query<{ address: string; first: string; behind: string }, Client>(
  'find_suspended_document',
  ({ sql, t: { clients: c } }) =>
    sql
      .select()
      .from(c)
      .where(
        and(
          eq(c.source, 'metadata-document'),
          isNotNull(c.suspendedAt),
          or(
            eq(c.clientId, raw.placeholder('address')),
            and(gte(c.clientId, raw.placeholder('first')), lt(c.clientId, raw.placeholder('behind'))),
          ),
        ),
      )
      .limit(1),
)
/** A suspended client whose metadata document lies at an address, whatever query the client id has. */
export const findSuspendedDocument = async (db: Database, address: string) =>
  (await suspendedDocument(db, { address, first: `${address}?`, behind: `${address}@` }))[0]
