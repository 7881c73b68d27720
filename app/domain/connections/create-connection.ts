import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import { type Connection, insertConnection } from '~db/queries/connections'
import { FIRST_DATABASE_OPTIONS, readOptions, type Strategy } from './options'
import { enabledClientSteps, proofSteps } from './save-connection'

/** What can be said of a connection when it is made and later; its options are read by the rules of its strategy. */
export type ConnectionSettings = Partial<
  Pick<Connection, 'displayName' | 'isDomainConnection' | 'realms' | 'metadata' | 'showAsButton' | 'isActive'>
> & {
  options?: unknown
  /** The clients that have it, instead of those that had it before. */
  enabledClients?: string[]
  /**
   * Of a change of who vouches for the ids of people: whether those whom the connection knows are the people whom the new
   * issuer knows by the same ids, or others, who sign in no more while it is the new one.
   */
  keepsPeople?: boolean
}

export type NewConnection = ConnectionSettings & { name: string; strategy: Strategy }

/**
 * Makes a connection: a database of people with passwords, or a provider that people sign in at. The secret at the
 * provider is kept encrypted, and told to nobody.
 * @throws DomainError `invalid` at a member that breaks a rule, `conflict` where the name is taken
 */
export async function createConnection(
  ctx: AppContext,
  { name, strategy, options: given, enabledClients = [], keepsPeople: _, ...settings }: NewConnection,
): Promise<Connection> {
  const now = ctx.clock.now()
  const first = strategy === 'auth0' ? FIRST_DATABASE_OPTIONS : {}
  const { options, clientSecret } = readOptions(strategy, { ...first, ...Object(given) })
  const connection: Connection = {
    id: newId('con'),
    name,
    strategy,
    displayName: null,
    realms: [name],
    metadata: null,
    showAsButton: true,
    isActive: true,
    isDomainConnection: false,
    hasSharedCallback: false,
    ...settings,
    options,
    encryptedClientSecret: clientSecret === undefined ? null : await ctx.encryption.encrypt(clientSecret),
    area: null,
    createdAt: now,
    updatedAt: now,
  }
  const taken = () => new DomainError('conflict', 'A connection with the same name already exists', { field: 'name' })
  await ctx.db.atomically([
    must(insertConnection(connection), taken),
    ...(await proofSteps(ctx, connection)),
    ...(await enabledClientSteps(ctx, connection.id, enabledClients)),
    also(
      auditEvent(
        ctx,
        'connection.created',
        { type: 'connection', id: connection.id, name },
        { connectionId: connection.id, details: { strategy, isDomainConnection: connection.isDomainConnection } },
      ),
    ),
  ])
  return connection
}
