import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { also, type Step } from '~db/database'
import { type Client, listClientsById } from '~db/queries/clients'
import { type Connection, disableConnection, enableConnection } from '~db/queries/connections'
import { endSessionsOfConnection } from '~db/queries/sessions'
import { revokeFamiliesOfConnection } from '~db/queries/tokens'
import { firstConnectionKeySteps } from './connection-keys'

/**
 * The steps that give a connection to some clients, and to no others.
 * @throws DomainError `invalid` for a client that there is not
 */
export async function enabledClientSteps(
  ctx: Pick<AppContext, 'db'>,
  connectionId: string,
  clientIds: string[],
): Promise<Step[]> {
  const clients = await findGivenClients(ctx, clientIds)
  return [
    also(disableConnection(connectionId)),
    ...clients.map(({ clientId }) => also(enableConnection(connectionId, clientId))),
  ]
}

/**
 * Of some clients those that can be given a connection. Third-party clients have the domain-level connections and no
 * others, whatever is asked: they are left out.
 * @throws DomainError `invalid` for one that there is not
 */
export async function findGivenClients(ctx: Pick<AppContext, 'db'>, clientIds: string[]): Promise<Client[]> {
  const clients = await listClientsById(ctx.db, clientIds)
  const unknown = clientIds.find((id) => !clients.some(({ clientId }) => clientId === id))
  if (unknown !== undefined)
    throw new DomainError('invalid', `There is no client ${unknown}`, { field: 'enabled_clients' })
  return clients.filter((client) => policyFor(client).connections === 'enabled')
}

/** Ends what rests on sign-ins at a connection at which nobody signs in any more: sessions here, and the tokens of apps. */
export const endAccessSteps = (connectionId: string, now: number): Step[] => [
  also(endSessionsOfConnection(connectionId, now)),
  also(revokeFamiliesOfConnection(connectionId, now)),
]

/** What a connection needs to prove itself as its options say: a key, where it is by one and it has none. */
export const proofSteps = async (ctx: AppContext, connection: Connection): Promise<Step[]> =>
  connection.options.token_endpoint_auth_method === 'private_key_jwt' ? firstConnectionKeySteps(ctx, connection) : []
