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
    flags: c.json<TenantFlags>().notNull(),
    createdAt: c.time().notNull(),
    updatedAt: c.time().notNull(),
  })
  return { tenantSettings }
}
