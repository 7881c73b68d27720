import { isDeepStrictEqual } from 'node:util'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { accountConnections } from '~/domain/connections/account-connections'
import { didYouMean } from '~/domain/resource-servers/resource-spelling'
import { changedAt, changedMeanwhile, untilUnchanged } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { findResourceServer } from '~db/queries/resource-servers'
import { findTenantSettings, type TenantSettings, updateTenantSettings } from '~db/queries/tenant'

export type SettingsChange = Partial<
  Omit<TenantSettings, 'id' | 'issuer' | 'formerIssuers' | 'createdAt' | 'updatedAt' | 'flags'>
> & {
  flags?: Partial<TenantSettings['flags']>
}

/**
 * Changes the tenant's settings; what is not given stays as it is, and so do flags one by one. Returns them afterwards.
 * @param changeOf the change of the settings as they are; asked again when somebody else changes them first
 * @throws DomainError `invalid` for a default API or a default directory that there is not
 */
export const updateSettings = (
  ctx: AppContext,
  changeOf: (before: TenantSettings) => SettingsChange,
): Promise<TenantSettings> =>
  untilUnchanged(async () => {
    const before = await findTenantSettings(ctx.db)
    return changeSettings(ctx, before, changeOf(before))
  })

async function changeSettings(
  ctx: AppContext,
  before: TenantSettings,
  { flags: changedFlags, ...change }: SettingsChange,
): Promise<TenantSettings> {
  await requireExisting(ctx, change)
  const flags = { ...before.flags, ...changedFlags }
  const updatedAt = changedAt(ctx.clock.now(), before)
  const after = { ...change, ...(changedFlags ? { flags } : {}), updatedAt }
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
    must(updateTenantSettings(after, before.updatedAt), () => changedMeanwhile('The tenant’s settings')),
    also(auditEvent(ctx, 'settings.updated', { type: 'tenant', id: 'tenant' }, { details: { fields } })),
  ])
  return findTenantSettings(ctx.db)
}

async function requireExisting(ctx: AppContext, { defaultAudience, defaultDirectory }: SettingsChange): Promise<void> {
  if (defaultAudience && !(await findResourceServer(ctx.db, defaultAudience)))
    throw new DomainError(
      'invalid',
      `There is no API with this identifier${await didYouMean(ctx.db, defaultAudience)}`,
      {
        field: 'default_audience',
      },
    )
  if (!defaultDirectory) return
  const isKnown = (await accountConnections(ctx)).some(({ name }) => name === defaultDirectory)
  if (!isKnown) throw new DomainError('invalid', 'There is no database of this name', { field: 'default_directory' })
}
