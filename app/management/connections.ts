import { z } from 'zod'
import type { AppContext } from '~/context'
import { createConnection } from '~/domain/connections/create-connection'
import { isFederated, providerOfConnection } from '~/domain/connections/provider-of-connection'
import { changeConnection, changeEnabledClients } from '~/domain/connections/update-connection'
import { deleteDatabaseUser } from '~/domain/identities/delete-account'
import { deleteConnection } from '~/domain/jobs/delete-connection'
import { policyFor } from '~/domain/policy/client-policy'
import { untilUnchanged } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { findClient } from '~db/queries/clients'
import {
  type Connection,
  countConnections,
  findConnection,
  listClientsOfConnection,
  listClientsOfConnections,
  listConnectionSlice,
} from '~db/queries/connections'
import {
  connectionAnswer,
  connectionChangeBody,
  newConnectionBody,
  serializeConnection,
  settingsOf,
} from './connection-schema'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, pickFields } from './fields'
import { checkpointQuery, listEndpoint, readOn } from './pagination'

const tag = 'Connections'
const params = z.object({ id: z.string() })
const strategy = z.array(z.string().max(50)).max(50).optional()

export async function requireConnection(ctx: Pick<AppContext, 'db'>, id: string): Promise<Connection> {
  const found = await findConnection(ctx.db, id)
  if (found) return found
  throw new ManagementError(404, 'inexistent_connection', 'The connection does not exist')
}

async function serializeAll({ db }: Pick<AppContext, 'db'>, connections: Connection[]) {
  const given = await listClientsOfConnections(
    db,
    connections.map(({ id }) => id),
  )
  return connections.map((connection) => {
    const clients = given.filter(({ connectionId }) => connectionId === connection.id)
    return serializeConnection(
      connection,
      clients.map(({ clientId }) => clientId),
    )
  })
}

async function answerOf(ctx: Pick<AppContext, 'db'>, connection: Connection) {
  const [answer] = await serializeAll(ctx, [connection])
  if (!answer) throw new Error('a connection was read and not written')
  return answer
}

const positionOf = ({ createdAt, id }: Connection) => [createdAt, id]

export const connectionEndpoints = [
  listEndpoint({
    path: '/api/v2/connections',
    summary: 'Get all connections',
    tag,
    scopes: ['read:connections'],
    key: 'connections',
    filters: {
      strategy: strategy.describe('Only those of these strategies; may stand several times.'),
      name: z.string().max(128).optional(),
    },
    item: connectionAnswer,
    list: ({ db }, slice, { query }) =>
      listConnectionSlice(db, { name: query.name, strategies: query.strategy }, slice),
    count: ({ db }, { query }) => countConnections(db, { name: query.name, strategies: query.strategy }),
    positionOf,
    serialize: serializeAll,
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/connections',
    summary: 'Create a connection',
    tag,
    scopes: ['create:connections'],
    body: newConnectionBody,
    answer: connectionAnswer,
    status: 201,
    run: async (ctx, { body }) =>
      answerOf(ctx, await createConnection(ctx, { ...settingsOf(body), name: body.name, strategy: body.strategy })),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/connections/{id}',
    summary: 'Get a connection',
    tag,
    scopes: ['read:connections'],
    params,
    query: z.object(fieldsQuery),
    answer: connectionAnswer.partial(),
    run: async (ctx, { params: { id }, query }) =>
      pickFields(await answerOf(ctx, await requireConnection(ctx, id)), query),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/connections/{id}',
    summary: 'Update a connection',
    tag,
    scopes: ['update:connections'],
    params,
    body: connectionChangeBody,
    answer: connectionAnswer,
    async run(ctx, { params: { id }, body }) {
      const changed = await untilUnchanged(async () => {
        const before = await requireConnection(ctx, id)
        return changeConnection(ctx, before, settingsOf(body, before.metadata)).catch(namingMember)
      })
      return answerOf(ctx, changed)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/connections/{id}',
    summary: 'Delete a connection at once, and its users one after the other',
    tag,
    scopes: ['delete:connections'],
    params,
    answer: z.object({ deleted_at: z.string() }),
    status: 202,
    async run(ctx, { params: { id } }) {
      const found = await findConnection(ctx.db, id)
      if (found) await deleteConnection(ctx, found)
      return { deleted_at: new Date(ctx.clock.now()).toISOString() }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/connections/{id}/clients',
    summary: 'Get the clients that have a connection',
    tag,
    scopes: ['read:connections'],
    params,
    query: z.object(checkpointQuery),
    answer: z.object({ clients: z.array(z.object({ client_id: z.string() })), next: z.string().optional() }),
    async run(ctx, { params: { id }, query, http }) {
      await requireConnection(ctx, id)
      const list = (slice: Parameters<typeof listClientsOfConnection>[2]) => listClientsOfConnection(ctx.db, id, slice)
      const { rows, next } = await readOn(ctx, http.path, query, list, ({ clientId }) => [clientId])
      return { clients: rows.map(({ clientId }) => ({ client_id: clientId })), next }
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/connections/{id}/clients',
    summary: 'Give a connection to clients, and take it from others',
    tag,
    scopes: ['update:connections'],
    params,
    body: z
      .array(z.strictObject({ client_id: z.string().max(500), status: z.boolean() }))
      .min(1)
      .max(50),
    async run(ctx, { params: { id }, body }) {
      const changes = body.map(({ client_id: clientId, status: isEnabled }) => ({ clientId, isEnabled }))
      await changeEnabledClients(ctx, await requireConnection(ctx, id), changes)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/connections/{id}/status',
    summary: 'Whether people can sign in at a connection: 404 where its provider does not answer',
    tag,
    scopes: ['read:connections'],
    params,
    status: 200,
    async run(ctx, { params: { id } }) {
      const connection = await requireConnection(ctx, id)
      if (isFederated(connection)) await providerOfConnection(ctx, connection).catch(offline)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/api/v2/connections/{id}/users',
    summary: 'Delete the user of a database connection who has an e-mail address',
    tag,
    scopes: ['delete:users'],
    params,
    query: z.object({ email: z.string().max(254) }),
    async run(ctx, { params: { id }, query, access }) {
      const connection = await requireConnection(ctx, id)
      if (isFederated(connection))
        throw new ManagementError(400, 'operation_not_supported', 'Users are deleted so from databases only')
      await deleteDatabaseUser(ctx, connection, query.email, access.client)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/clients/{id}/connections',
    summary: 'Get the connections that the users of a client may come from',
    tag: 'Clients',
    scopes: ['read:connections'],
    params,
    query: z.object({ ...checkpointQuery, ...fieldsQuery, strategy }),
    answer: z.object({ connections: z.array(connectionAnswer.partial()), next: z.string().optional() }),
    async run(ctx, { params: { id }, query, http }) {
      const client = await findClient(ctx.db, id)
      if (!client) throw new ManagementError(404, 'inexistent_client', 'The client does not exist')
      const usableBy = { clientId: client.clientId, connections: policyFor(client).connections }
      const list = (slice: Parameters<typeof listConnectionSlice>[2]) =>
        listConnectionSlice(ctx.db, { strategies: query.strategy, usableBy }, slice)
      const { rows, next } = await readOn(ctx, [http.path, query.strategy], query, list, positionOf)
      const connections = await serializeAll(ctx, rows)
      return { connections: connections.map((connection) => pickFields(connection, query)), next }
    },
  }),
]

/** The page asks for it in a field; a program is told the member. */
function namingMember(error: unknown): never {
  if (!(error instanceof DomainError) || error.options.field !== 'keeps_people') throw error
  throw new ManagementError(409, 'conflict', `${error.message} Send keeps_people: true for the same, false for others.`)
}

const offline = (): never => {
  throw new ManagementError(404, 'connection_not_online', 'The provider of the connection does not answer')
}
