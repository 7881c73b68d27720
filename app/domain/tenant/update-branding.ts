import type { AppContext } from '~/context'
import type { Branding } from '~db/queries/tenant'
import { updateSettings } from './update-settings'

/** Null takes a value away; what is not given stays. */
export type BrandingChange = {
  colors?: { primary?: string | null; page_background?: string | null } | null
  favicon_url?: string | null
  logo_url?: string | null
  font?: { url?: string | null } | null
}

/** Changes the look of the pages of end users, members of an object one by one. Returns it afterwards. */
export const updateBranding = async (ctx: AppContext, change: BrandingChange): Promise<Branding> =>
  (await updateSettings(ctx, ({ branding }) => ({ branding: merged(branding, change) }))).branding

function merged(before: Branding, change: BrandingChange): Branding {
  const colors = change.colors === null ? {} : withoutEmpty({ ...before.colors, ...change.colors })
  const font = change.font === null ? {} : withoutEmpty({ ...before.font, ...change.font })
  return withoutEmpty({ ...before, ...change, colors, font })
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)

const withoutEmpty = (members: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)))
