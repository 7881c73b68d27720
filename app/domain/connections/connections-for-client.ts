import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import type { Client } from '~db/queries/clients'
import { type Connection, listConnectionsOfClient, listDomainConnections } from '~db/queries/connections'

/**
 * Where a client's users may come from: domain-level connections for third-party clients, those that it was given for
 * first-party ones. The connections of partners and tenant members are in neither.
 */
export function connectionsForClient(ctx: Pick<AppContext, 'db'>, client: Client): Promise<Connection[]> {
  return policyFor(client).connections === 'domain'
    ? listDomainConnections(ctx.db, {})
    : listConnectionsOfClient(ctx.db, client.clientId)
}

/** The realms of a connection are its name, unless a program of the tenant has given it others. */
export const isRealm = ({ name, realms }: Connection, given: string): boolean =>
  given === name || realms.includes(given)
