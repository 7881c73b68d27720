import type { ColumnKit } from '../columns'
import type { clientTables } from './clients'

export type PasswordPolicy = 'none' | 'low' | 'fair' | 'good' | 'excellent'
export type UpstreamAuthMethod = 'client_secret_post' | 'client_secret_basic' | 'private_key_jwt' | 'none'
/** What signs assertions to upstream providers. */
export type ConnectionKeyAlg = 'RS256' | 'PS256' | 'ES256'

/**
 * What a connection of one strategy is told, as the Management API has it; `app/domain/connections/options.ts` says which
 * members each strategy takes. The secret at the upstream provider is not among them.
 */
export type ConnectionOptions = {
  disable_signup?: boolean
  passwordPolicy?: PasswordPolicy
  password_complexity_options?: { min_length?: number }
  password_dictionary?: { enable: boolean; dictionary?: string[] }
  password_no_personal_info?: { enable: boolean }
  client_id?: string
  issuer?: string
  discovery_url?: string
  authorizationURL?: string
  tokenURL?: string
  userInfoURL?: string
  scope?: string | string[]
  email?: boolean
  profile?: boolean
  token_endpoint_auth_method?: UpstreamAuthMethod
  token_endpoint_auth_signing_alg?: ConnectionKeyAlg
  /** Where in an answer about a person each member of their profile stands, as a path with dots. */
  attribute_map?: { mapping_mode?: string; attributes?: Record<string, string> }
  set_user_root_attributes?: 'on_each_login' | 'on_first_login'
  [member: string]: unknown
}

export function connectionTables(c: ColumnKit, { clients }: ReturnType<typeof clientTables>) {
  const connections = c.table(
    'connections',
    {
      id: c.text().primaryKey(),
      name: c.text().notNull(),
      displayName: c.text(),
      strategy: c.text().notNull(),
      options: c.json<ConnectionOptions>().notNull(),
      /** The secret that this server has at the upstream provider. */
      encryptedClientSecret: c.ciphertext(),
      /** Names by which the password grant of Auth0 knows it. */
      realms: c.json<string[]>().notNull(),
      metadata: c.json<Record<string, string>>(),
      /** Of a provider: whether the sign-in pages have a button for it; requests can name it either way. */
      showAsButton: c.bool().notNull(),
      /** Nobody signs in at a connection that is not active. */
      isActive: c.bool().notNull(),
      /** Domain level: every third-party client may use it, and first-party ones may be given it. */
      isDomainConnection: c.bool().notNull(),
      /** Its provider knows the callback that all connections had once; new connections have a callback of their own. */
      hasSharedCallback: c.bool().notNull().default(false),
      /**
       * Holds the people of one of the program's own areas, or is being deleted with those that it held; never a domain
       * connection, never given to a client.
       */
      area: c.text().$type<'portal' | 'admin' | 'closed'>(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [c.unique('connections_name').on(t.name), c.index('connections_created_at').on(t.createdAt)],
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

  /** What this server proves itself with at an upstream provider that takes `private_key_jwt`. */
  const connectionKeys = c.table(
    'connection_keys',
    {
      kid: c.text().primaryKey(),
      connectionId: c
        .text()
        .notNull()
        .references(() => connections.id, { onDelete: 'cascade' }),
      alg: c.text().$type<ConnectionKeyAlg>().notNull(),
      publicJwk: c.json<Record<string, unknown>>().notNull(),
      encryptedPrivateJwk: c.ciphertext().notNull(),
      /** The certificate that holds the public key, signed by itself. */
      certificate: c.text().notNull(),
      createdAt: c.time().notNull(),
      /** From when it signs; published before. */
      activatedAt: c.time(),
      retiredAt: c.time(),
    },
    (t) => [c.index('connection_keys_connection').on(t.connectionId)],
  )

  /** Somebody was sent to an upstream provider and is expected back, once, in the same browser. */
  const upstreamLogins = c.table(
    'upstream_logins',
    {
      stateHash: c.text().primaryKey(),
      connectionId: c
        .text()
        .notNull()
        .references(() => connections.id, { onDelete: 'cascade' }),
      visitorHash: c.text().notNull(),
      /** The authorization request that waits for the sign-in. */
      requestId: c.text(),
      /** Outside of one: the page of the account that comes next. */
      continueAt: c.text(),
      /** The session to whose person the identity is to be added. */
      linkSessionId: c.text(),
      /** Where freshness counts: the person has to sign in there at this time or later. */
      freshSince: c.time(),
      createdAt: c.time().notNull(),
      expiresAt: c.time().notNull(),
      usedAt: c.time(),
    },
    (t) => [
      c.index('upstream_logins_connection').on(t.connectionId),
      c.index('upstream_logins_expires').on(t.expiresAt),
    ],
  )
  return { connections, connectionClients, connectionKeys, upstreamLogins }
}
