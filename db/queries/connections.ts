import { and, asc, eq, isNull, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type Connection = Handle['t']['connections']['$inferSelect']

export const listConnections = query<Record<never, never>, Connection>('list_connections', ({ sql, t }) =>
  sql.select().from(t.connections).orderBy(asc(t.connections.createdAt), asc(t.connections.id)),
)

export const listDomainConnections = query<Record<never, never>, Connection>('list_domain_connections', ({ sql, t }) =>
  sql
    .select()
    .from(t.connections)
    .where(and(eq(t.connections.isDomainConnection, true), isNull(t.connections.area)))
    .orderBy(asc(t.connections.createdAt), asc(t.connections.id)),
)

const enabledFor = query<{ clientId: string }, { connection: Connection }>(
  'list_connections_of_client',
  ({ sql, t: { connections, connectionClients: cc } }) =>
    sql
      .select({ connection: connections })
      .from(cc)
      .innerJoin(connections, eq(connections.id, cc.connectionId))
      .where(and(eq(cc.clientId, raw.placeholder('clientId')), isNull(connections.area)))
      .orderBy(asc(connections.createdAt), asc(connections.id)),
)
export const listConnectionsOfClient = async (db: Database, clientId: string) =>
  (await enabledFor(db, { clientId })).map(({ connection }) => connection)

export const findConnectionByArea = async (db: Database, area: 'portal' | 'admin') =>
  (await listConnections(db, {})).find((connection) => connection.area === area)

export const insertConnection = statement<Connection>('insert_connection', ({ sql, t }) =>
  sql.insert(t.connections).values(rowPlaceholders(t.connections)).onConflictDoNothing(),
)

export const updateConnection = (id: string, change: Partial<Connection>) =>
  write(({ sql, t }) => sql.update(t.connections).set(change).where(eq(t.connections.id, id)))

export const enableConnection = (connectionId: string, clientId: string) =>
  write(({ sql, t }) => sql.insert(t.connectionClients).values({ connectionId, clientId }).onConflictDoNothing())

export const findConnectionByName = async ({ handle }: Database, name: string): Promise<Connection | undefined> => {
  const [row] = await handle.sql.select().from(handle.t.connections).where(eq(handle.t.connections.name, name))
  return row
}
