import { and, asc, count, eq, gt, inArray, isNull, lt, ne, or, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, keptQuery, query, statement, write } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { placeholder, rowPlaceholders } from './placeholders'

export type {
  ConnectionKeyAlg,
  ConnectionOptions,
  PasswordPolicy,
  UpstreamAuthMethod,
} from '../schema/tables/connections'

export type Connection = Handle['t']['connections']['$inferSelect']
export type ConnectionKey = Handle['t']['connectionKeys']['$inferSelect']
export type UpstreamLogin = Handle['t']['upstreamLogins']['$inferSelect']

const connectionById = query<{ id: string }, Connection>('find_connection', ({ sql, t: { connections: c } }) =>
  sql
    .select()
    .from(c)
    .where(and(eq(c.id, raw.placeholder('id')), isNull(c.area))),
)
/** A connection of end users. */
export const findConnection = async (db: Database, id: string) => (await connectionById(db, { id }))[0]

/** All but those that are being deleted. */
export const listConnections = query<Record<never, never>, Connection>(
  'list_connections',
  ({ sql, t: { connections: c } }) =>
    sql
      .select()
      .from(c)
      .where(or(isNull(c.area), ne(c.area, 'closed')))
      .orderBy(asc(c.createdAt), asc(c.id)),
)

/** Those at which people can sign in. */
export const listDomainConnections = keptQuery<Record<never, never>, Connection>(
  'list_domain_connections',
  ({ sql, t }) =>
    sql
      .select()
      .from(t.connections)
      .where(
        and(eq(t.connections.isDomainConnection, true), eq(t.connections.isActive, true), isNull(t.connections.area)),
      )
      .orderBy(asc(t.connections.createdAt), asc(t.connections.id)),
)

const enabledFor = keptQuery<{ clientId: string }, { connection: Connection }>(
  'list_connections_of_client',
  ({ sql, t: { connections, connectionClients: cc } }) =>
    sql
      .select({ connection: connections })
      .from(cc)
      .innerJoin(connections, eq(connections.id, cc.connectionId))
      .where(
        and(eq(cc.clientId, raw.placeholder('clientId')), eq(connections.isActive, true), isNull(connections.area)),
      )
      .orderBy(asc(connections.createdAt), asc(connections.id)),
)
/** Those that a first-party client was given and at which people can sign in. */
export const listConnectionsOfClient = async (db: Database, clientId: string) =>
  (await enabledFor(db, { clientId })).map(({ connection }) => connection)

/**
 * What decides whether people of a connection may use a client; `enabledFor` is the client, if it was given it. All is
 * null of a connection that is gone.
 */
export type ConnectionUse = {
  [Column in 'isActive' | 'isDomainConnection' | 'area']: Connection[Column] | null
} & { enabledFor: string | null }

/** The columns of a `ConnectionUse`, for a query that joins both tables. */
export const connectionUse = ({ connections: n, connectionClients: cc }: Handle['t']) => ({
  isActive: n.isActive,
  isDomainConnection: n.isDomainConnection,
  area: n.area,
  enabledFor: cc.clientId,
})

const useOfConnection = keptQuery<{ connectionId: string; clientId: string }, ConnectionUse>(
  'find_connection_use',
  ({ sql, t }) =>
    sql
      .select(connectionUse(t))
      .from(t.connections)
      .leftJoin(
        t.connectionClients,
        and(
          eq(t.connectionClients.connectionId, t.connections.id),
          eq(t.connectionClients.clientId, raw.placeholder('clientId')),
        ),
      )
      .where(eq(t.connections.id, raw.placeholder('connectionId'))),
)
export const findConnectionUse = async (db: Database, key: { connectionId: string; clientId: string }) =>
  (await useOfConnection(db, key))[0]

export const findConnectionByArea = async (db: Database, area: 'portal' | 'admin') =>
  (await listConnections(db, {})).find((connection) => connection.area === area)

/** Touches no row when the name is taken. */
export const insertConnection = statement<Connection>('insert_connection', ({ sql, t }) =>
  sql.insert(t.connections).values(rowPlaceholders(t.connections)).onConflictDoNothing(),
)

/**
 * Touches no row for a connection of partners or of tenant members.
 * @param since touches no row either when the connection was changed after this
 */
export const updateConnection = (id: string, change: Partial<Connection>, since?: number) =>
  write(({ sql, t: { connections: c } }) =>
    sql
      .update(c)
      .set(change)
      .where(and(eq(c.id, id), isNull(c.area), since === undefined ? undefined : eq(c.updatedAt, since))),
  )

/** Touches no row while the connection is in use. */
export const deleteClosedConnection = (id: string) =>
  write(({ sql, t: { connections: c } }) => sql.delete(c).where(and(eq(c.id, id), eq(c.area, 'closed'))))

export const enableConnection = (connectionId: string, clientId: string) =>
  write(({ sql, t }) => sql.insert(t.connectionClients).values({ connectionId, clientId }).onConflictDoNothing())

/** Takes a connection from a client, or from all. */
export const disableConnection = (connectionId: string, clientId?: string) =>
  write(({ sql, t: { connectionClients: cc } }) =>
    sql.delete(cc).where(and(eq(cc.connectionId, connectionId), clientId ? eq(cc.clientId, clientId) : undefined)),
  )

export type ConnectionFilter = {
  name?: string
  strategies?: string[]
  /** Only those that the client can use: `domain` of a third-party one, else those that it was given. */
  usableBy?: { clientId: string; connections: 'domain' | 'enabled' }
}

function matching({ sql, t: { connections: c, connectionClients: cc } }: Handle, filter: ConnectionFilter) {
  const { name, strategies, usableBy } = filter
  const conditions: (SQL | undefined)[] = [
    isNull(c.area),
    name === undefined ? undefined : eq(c.name, name),
    strategies ? inArray(c.strategy, strategies) : undefined,
  ]
  if (usableBy?.connections === 'domain') conditions.push(eq(c.isDomainConnection, true))
  if (usableBy?.connections === 'enabled') {
    const given = sql.select({ id: cc.connectionId }).from(cc).where(eq(cc.clientId, usableBy.clientId))
    conditions.push(inArray(c.id, given))
  }
  return and(...conditions)
}

/** Part of the list of end users' connections, the oldest first. */
export const listConnectionSlice = (
  { handle }: Database,
  filter: ConnectionFilter,
  slice: Slice,
): Promise<Connection[]> => {
  const { connections: c } = handle.t
  const order = [c.createdAt, c.id]
  return handle.sql
    .select()
    .from(c)
    .where(and(matching(handle, filter), isBehind(order, slice)))
    .orderBy(...sortedBy(order))
    .limit(slice.limit)
    .offset(slice.skip)
}

export const countConnections = async ({ handle }: Database, filter: ConnectionFilter): Promise<number> => {
  const [row] = await handle.sql.select({ count: count() }).from(handle.t.connections).where(matching(handle, filter))
  return row?.count ?? 0
}

/** Which clients have which of some connections. */
export const listClientsOfConnections = async (
  { handle }: Database,
  connectionIds: string[],
): Promise<{ connectionId: string; clientId: string }[]> => {
  const { connectionClients: cc } = handle.t
  if (connectionIds.length === 0) return []
  return handle.sql
    .select()
    .from(cc)
    .where(inArray(cc.connectionId, connectionIds))
    .orderBy(asc(cc.connectionId), asc(cc.clientId))
}

/** Part of the list of the clients that have a connection. */
export const listClientsOfConnection = (
  { handle }: Database,
  connectionId: string,
  slice: Slice,
): Promise<{ clientId: string }[]> => {
  const { connectionClients: cc } = handle.t
  return handle.sql
    .select({ clientId: cc.clientId })
    .from(cc)
    .where(and(eq(cc.connectionId, connectionId), isBehind([cc.clientId], slice)))
    .orderBy(asc(cc.clientId))
    .limit(slice.limit)
    .offset(slice.skip)
}

/** The keys of a connection: those that signed, then the one that does, then the next. */
export const listConnectionKeys = query<{ connectionId: string }, ConnectionKey>(
  'list_connection_keys',
  ({ sql, t: { connectionKeys: k } }) =>
    sql
      .select()
      .from(k)
      .where(eq(k.connectionId, raw.placeholder('connectionId')))
      .orderBy(raw`case when ${k.activatedAt} is null then 1 else 0 end`, asc(k.activatedAt), asc(k.kid)),
)

export const insertConnectionKey = statement<ConnectionKey>('insert_connection_key', ({ sql, t }) =>
  sql.insert(t.connectionKeys).values(rowPlaceholders(t.connectionKeys)),
)

/** Makes a key sign; touches no row when it does already. */
export const activateConnectionKey = (kid: string, at: number) =>
  write(({ sql, t: { connectionKeys: k } }) =>
    sql
      .update(k)
      .set({ activatedAt: at })
      .where(and(eq(k.kid, kid), isNull(k.activatedAt))),
  )

/** Keys that sign do so no longer from a moment on. */
export const retireConnectionKeys = (connectionId: string, at: number) =>
  write(({ sql, t: { connectionKeys: k } }) =>
    sql
      .update(k)
      .set({ retiredAt: at })
      .where(and(eq(k.connectionId, connectionId), isNull(k.retiredAt), raw`${k.activatedAt} is not null`)),
  )

export const deleteRetiredConnectionKeys = (connectionId: string, before: number) =>
  write(({ sql, t: { connectionKeys: k } }) =>
    sql.delete(k).where(and(eq(k.connectionId, connectionId), lt(k.retiredAt, before))),
  )

export const insertUpstreamLogin = statement<UpstreamLogin>('insert_upstream_login', ({ sql, t }) =>
  sql.insert(t.upstreamLogins).values(rowPlaceholders(t.upstreamLogins)),
)

const loginByState = query<{ stateHash: string }, UpstreamLogin>(
  'find_upstream_login',
  ({ sql, t: { upstreamLogins: u } }) =>
    sql
      .select()
      .from(u)
      .where(eq(u.stateHash, raw.placeholder('stateHash'))),
)
/** The sign-in of a `state`, in whatever browser, and whether or not it was used or has ended. */
export const findUpstreamLogin = async (db: Database, stateHash: string) => (await loginByState(db, { stateHash }))[0]

/** Uses a sign-in elsewhere up; touches no row when it was, or has ended. */
export const redeemUpstreamLogin = statement<{ stateHash: string; at: number }>(
  'redeem_upstream_login',
  ({ sql, t: { upstreamLogins: u } }) =>
    sql
      .update(u)
      .set({ usedAt: placeholder('at') })
      .where(
        and(eq(u.stateHash, raw.placeholder('stateHash')), isNull(u.usedAt), gt(u.expiresAt, raw.placeholder('at'))),
      ),
)

export const findConnectionByName = async ({ handle }: Database, name: string): Promise<Connection | undefined> => {
  const [row] = await handle.sql.select().from(handle.t.connections).where(eq(handle.t.connections.name, name))
  return row
}
