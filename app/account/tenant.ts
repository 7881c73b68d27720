import type { AppContext } from '~/context'
import { findTenantSettings } from '~db/queries/tenant'

/** What people are told about the site that they sign in to. */
export async function readTenant(ctx: Pick<AppContext, 'db'>) {
  const { friendlyName, supportEmail, supportUrl } = await findTenantSettings(ctx.db)
  return { name: friendlyName, supportEmail, supportUrl }
}
