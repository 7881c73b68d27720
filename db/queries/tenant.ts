import { eq } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type { AttemptRate, Branding, DeviceFlow, TenantFlags } from '../schema/tables/tenant'

export type TenantSettings = Handle['t']['tenantSettings']['$inferSelect']

const settings = query<Record<never, never>, TenantSettings>('find_tenant_settings', ({ sql, t }) =>
  sql.select().from(t.tenantSettings).where(eq(t.tenantSettings.id, 'tenant')),
)
/** Throws before the first start has made them. */
export async function findTenantSettings(db: Database): Promise<TenantSettings> {
  const [row] = await settings(db, {})
  if (!row) throw new Error('the tenant is not set up; start the program once')
  return row
}
export const isSetUp = async (db: Database): Promise<boolean> => (await settings(db, {})).length > 0

/** Touches no row when another node was first. */
export const insertTenantSettings = statement<TenantSettings>('insert_tenant_settings', ({ sql, t }) =>
  sql.insert(t.tenantSettings).values(rowPlaceholders(t.tenantSettings)).onConflictDoNothing(),
)

export const updateTenantSettings = (change: Partial<TenantSettings>) =>
  write(({ sql, t }) => sql.update(t.tenantSettings).set(change).where(eq(t.tenantSettings.id, 'tenant')))
