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
    /** Who may register clients at `/oidc/register`: nobody, a holder of an initial access token, or everybody. */
    registration: c.text().$type<'off' | 'token' | 'open'>().notNull(),
    /** Whether a client that registered itself works for everybody, or for nobody until it is approved. */
    registeredClientsAre: c.text().$type<'live' | 'pending'>().notNull(),
    /** The hosts whose client metadata documents are taken; `*` for any, empty for none. */
    clientMetadataHosts: c.json<string[]>().notNull(),
    flags: c.json<TenantFlags>().notNull(),
    createdAt: c.time().notNull(),
    updatedAt: c.time().notNull(),
  })
  return { tenantSettings }
}
