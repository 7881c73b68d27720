import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import type { Client } from '~db/queries/clients'
import {
  type Connection,
  type ConnectionUse,
  findConnectionUse,
  listConnectionsOfClient,
  listDomainConnections,
} from '~db/queries/connections'

export type { ConnectionUse }

/**
 * Where a client's users may come from: domain-level connections for third-party clients, those that it was given for
 * first-party ones. The connections of partners and tenant members are in neither.
 */
export function connectionsForClient(ctx: Pick<AppContext, 'db'>, client: Client): Promise<Connection[]> {
  return policyFor(client).connections === 'domain'
    ? listDomainConnections(ctx.db, {})
    : listConnectionsOfClient(ctx.db, client.clientId)
}

/** How a client may use the connection of this id. */
export const findUseOfConnection = (
  { db }: Pick<AppContext, 'db'>,
  { clientId }: Client,
  connectionId: string | null,
): Promise<ConnectionUse | undefined> =>
  connectionId === null ? Promise.resolve(undefined) : findConnectionUse(db, { connectionId, clientId })

/** Whether people of a connection may use a client: the same question as `connectionsForClient`, of one connection. */
export function mayComeFrom(client: Client, use: ConnectionUse | undefined): boolean {
  if (!use?.isActive || use.area !== null) return false
  return policyFor(client).connections === 'domain'
    ? use.isDomainConnection === true
    : use.enabledFor === client.clientId
}

/** The realms of a connection are its name, unless a program of the tenant has given it others. */
export const isRealm = ({ name, realms }: Connection, given: string): boolean =>
  given === name || realms.includes(given)
