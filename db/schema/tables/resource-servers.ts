import type { ColumnKit } from '../columns'

export type ScopeSensitivity = 'basic' | 'sensitive' | 'restricted'
export type SigningAlg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

export function resourceServerTables(c: ColumnKit) {
  const resourceServers = c.table(
    'resource_servers',
    {
      id: c.text().primaryKey(),
      name: c.text().notNull(),
      /** The `audience`, byte for byte. */
      identifier: c.text().notNull(),
      description: c.text(),
      signingAlg: c.text().$type<SigningAlg>().notNull(),
      /** Seconds. */
      tokenLifetime: c.int().notNull(),
      /** Seconds, for tokens that a browser receives (implicit and hybrid). */
      tokenLifetimeForWeb: c.int().notNull(),
      allowOfflineAccess: c.bool().notNull(),
      skipConsentForVerifiableFirstPartyClients: c.bool().notNull(),
      /** Whether partners may ask for its scopes in the portal. */
      openToPartners: c.bool().notNull(),
      isSystem: c.bool().notNull(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [
      c.unique('resource_servers_identifier').on(t.identifier),
      c.index('resource_servers_created_at').on(t.createdAt, t.id),
    ],
  )

  const resourceServerScopes = c.table(
    'resource_server_scopes',
    {
      resourceServerId: c
        .text()
        .notNull()
        .references(() => resourceServers.id, { onDelete: 'cascade' }),
      value: c.text().notNull(),
      description: c.text().notNull(),
      sensitivity: c.text().$type<ScopeSensitivity>().notNull(),
      position: c.int().notNull(),
      /** A scope that is deleted and made again is another one: nothing that was given before counts for it. */
      createdAt: c.time().notNull().default(0),
    },
    (t) => [c.primaryKey({ name: 'resource_server_scopes_key', columns: [t.resourceServerId, t.value] })],
  )
  return { resourceServers, resourceServerScopes }
}
