import type { ColumnKit } from '../columns'

export type TenantFlags = {
  enable_client_connections: boolean
  enable_dynamic_client_registration: boolean
  use_scope_descriptions_for_consent: boolean
}

export function tenantTables(c: ColumnKit) {
  /** One row, `id = 'tenant'`. */
  const tenantSettings = c.table('tenant_settings', {
    id: c.text().primaryKey(),
    friendlyName: c.text().notNull(),
    pictureUrl: c.text(),
    supportEmail: c.text(),
    supportUrl: c.text(),
    defaultAudience: c.text(),
    defaultDirectory: c.text(),
    allowedLogoutUrls: c.json<string[]>().notNull(),
    /** Hours. */
    sessionLifetime: c.int().notNull(),
    /** Hours. */
    idleSessionLifetime: c.int().notNull(),
    defaultThirdPartySecurityMode: c.text().$type<'permissive' | 'strict'>().notNull(),
    /** Who may register clients where `enable_dynamic_client_registration` is set: everybody, or a holder of an initial access token. */
    registration: c.text().$type<'token' | 'open'>().notNull(),
    /** Whether a client that registered itself works at once, shown as not reviewed, or for nobody until it is approved. */
    registeredClientsAre: c.text().$type<'development' | 'pending'>().notNull(),
    /** The hosts whose client metadata documents are taken; `*` for any, empty for none. */
    clientMetadataHosts: c.json<string[]>().notNull(),
    flags: c.json<TenantFlags>().notNull(),
    createdAt: c.time().notNull(),
    updatedAt: c.time().notNull(),
  })
  return { tenantSettings }
}
