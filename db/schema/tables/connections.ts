import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'

export type ConnectionOptions = { disable_signup?: boolean; password_min_length?: number }

export function connectionTables(c: ColumnKit, { clients }: ReturnType<typeof clientTables>) {
  const connections = c.table(
    'connections',
    {
      id: c.text().primaryKey(),
      name: c.text().notNull(),
      displayName: c.text(),
      strategy: c.text().notNull(),
      options: c.json<ConnectionOptions>().notNull(),
      /** Domain level: every third-party client may use it, and first-party ones may be given it. */
      isDomainConnection: c.bool().notNull(),
      /** Holds the people of one of the program's own areas; never a domain connection, never given to a client. */
      area: c.text().$type<'portal' | 'admin'>(),
      createdAt: c.time().notNull(),
    },
    (t) => [c.unique('connections_name').on(t.name)],
  )

  /** The first-party clients that may use a connection. */
  const connectionClients = c.table(
    'connection_clients',
    {
      connectionId: c
        .text()
        .notNull()
        .references(() => connections.id, { onDelete: 'cascade' }),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
    },
    (t) => [
      c.primaryKey({ name: 'connection_clients_key', columns: [t.connectionId, t.clientId] }),
      c.index('connection_clients_client').on(t.clientId),
    ],
  )
  return { connections, connectionClients }
}
