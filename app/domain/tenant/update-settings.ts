import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { also } from '~db/database'
import { findTenantSettings, type TenantSettings, updateTenantSettings } from '~db/queries/tenant'

export type SettingsChange = Partial<Omit<TenantSettings, 'id' | 'createdAt' | 'updatedAt' | 'flags'>> & {
  flags?: Partial<TenantSettings['flags']>
}

/** Changes the tenant's settings; flags that are not given stay as they are. Returns the settings afterwards. */
export async function updateSettings(
  ctx: AppContext,
  { flags: changedFlags, ...change }: SettingsChange,
): Promise<TenantSettings> {
  const before = await findTenantSettings(ctx.db)
  const flags = { ...before.flags, ...changedFlags }
  const after = { ...change, flags, updatedAt: ctx.clock.now() }
  const fields = [
    ...Object.entries(change).flatMap(([name, value]) =>
      JSON.stringify(before[name as keyof TenantSettings]) === JSON.stringify(value) ? [] : [name],
    ),
    ...Object.entries(flags).flatMap(([name, value]) =>
      before.flags[name as keyof TenantSettings['flags']] === value ? [] : [`flags.${name}`],
    ),
  ]
  if (fields.length === 0) return before
  await ctx.db.atomically([
    also(updateTenantSettings(after)),
    also(auditEvent(ctx, 'settings.updated', { type: 'tenant', id: 'tenant' }, { details: { fields } })),
  ])
  return { ...before, ...after }
}
