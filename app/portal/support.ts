import type { AppContext } from '~/context'
import { findTenantSettings } from '~db/queries/tenant'

export type Support = { siteName: string; email: string | null; url: string | null }

/** How the people who run this site are called and can be reached. */
export async function supportOf(ctx: Pick<AppContext, 'db'>): Promise<Support> {
  const { friendlyName, supportEmail, supportUrl } = await findTenantSettings(ctx.db)
  return { siteName: friendlyName, email: supportEmail, url: supportUrl?.startsWith('https://') ? supportUrl : null }
}

export const siteNameOf = async (ctx: Pick<AppContext, 'db'>): Promise<string> => (await supportOf(ctx)).siteName
