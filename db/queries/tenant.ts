import { and, eq, isNull, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, keptQuery, query, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type { AttemptRate, Branding, DeviceFlow, TenantFlags } from '../schema/tables/tenant'

export type TenantSettings = Handle['t']['tenantSettings']['$inferSelect']

const settings = keptQuery<Record<never, never>, TenantSettings>('find_tenant_settings', ({ sql, t }) =>
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

/** @param unchangedSince touches no row when the settings were changed after this */
export const updateTenantSettings = (change: Partial<TenantSettings>, unchangedSince?: number) =>
  write(({ sql, t: { tenantSettings: s } }) =>
    sql
      .update(s)
      .set(change)
      .where(and(eq(s.id, 'tenant'), unchangedSince === undefined ? undefined : eq(s.updatedAt, unchangedSince))),
  )

/** Notes the issuer of this start; touches no row when another one was noted since it was looked at. */
export const rememberIssuer = (before: string | null, change: Pick<TenantSettings, 'issuer' | 'formerIssuers'>) =>
  write(({ sql, t: { tenantSettings: s } }) =>
    sql
      .update(s)
      .set(change)
      .where(and(eq(s.id, 'tenant'), before === null ? isNull(s.issuer) : eq(s.issuer, before))),
  )

export type CustomTextsRow = Handle['t']['customTexts']['$inferSelect']

const textsOf = query<{ prompt: string; language: string }, CustomTextsRow>(
  'find_custom_texts',
  ({ sql, t: { customTexts: c } }) =>
    sql
      .select()
      .from(c)
      .where(and(eq(c.prompt, raw.placeholder('prompt')), eq(c.language, raw.placeholder('language')))),
)
export const findCustomTexts = async (db: Database, prompt: string, language: string) =>
  (await textsOf(db, { prompt, language }))[0]

export const upsertCustomTexts = (row: CustomTextsRow) =>
  write(({ sql, t: { customTexts: c } }) =>
    sql
      .insert(c)
      .values(row)
      .onConflictDoUpdate({ target: [c.prompt, c.language], set: { texts: row.texts, updatedAt: row.updatedAt } }),
  )
