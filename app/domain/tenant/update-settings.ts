import { isDeepStrictEqual } from 'node:util'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { accountConnections } from '~/domain/connections/account-connections'
import { DomainError } from '~/platform/errors'
import { also } from '~db/database'
import { findResourceServer } from '~db/queries/resource-servers'
import { findTenantSettings, type TenantSettings, updateTenantSettings } from '~db/queries/tenant'

export type SettingsChange = Partial<Omit<TenantSettings, 'id' | 'createdAt' | 'updatedAt' | 'flags'>> & {
  flags?: Partial<TenantSettings['flags']>
}

/**
 * Changes the tenant's settings; what is not given stays as it is, and so do flags one by one. Returns them afterwards.
 * @throws DomainError `invalid` for a default API or a default directory that there is not
 */
export async function updateSettings(
  ctx: AppContext,
  { flags: changedFlags, ...change }: SettingsChange,
): Promise<TenantSettings> {
  const before = await findTenantSettings(ctx.db)
  await requireExisting(ctx, change)
  const flags = { ...before.flags, ...changedFlags }
  const after = { ...change, ...(changedFlags ? { flags } : {}), updatedAt: ctx.clock.now() }
  const fields = [
    ...Object.entries(change).flatMap(([name, value]) =>
      value === undefined || isDeepStrictEqual(before[name as keyof TenantSettings], value) ? [] : [name],
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
  return findTenantSettings(ctx.db)
}

async function requireExisting(ctx: AppContext, { defaultAudience, defaultDirectory }: SettingsChange): Promise<void> {
  if (defaultAudience && !(await findResourceServer(ctx.db, defaultAudience)))
    throw new DomainError('invalid', 'There is no API with this identifier', { field: 'default_audience' })
  if (!defaultDirectory) return
  const isKnown = (await accountConnections(ctx)).some(({ name }) => name === defaultDirectory)
  if (!isKnown) throw new DomainError('invalid', 'There is no database of this name', { field: 'default_directory' })
}
