/** The page on the look of the pages at which end users sign in. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { mix, readableOn } from '~/domain/tenant/contrast'
import { updateBranding } from '~/domain/tenant/update-branding'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { findTenantSettings } from '~db/queries/tenant'
import { brandingForm } from './forms'
import type { AdminForm } from './guard'

/** What the program has in their place, in the light theme. */
const OWN = { primary: '#0b6b4f', ground: '#f6f8f7' }

export async function brandingPage(ctx: AppContext) {
  const { branding, friendlyName } = await findTenantSettings(ctx.db)
  const fill = branding.colors?.primary ?? OWN.primary
  const ground = branding.colors?.page_background ?? OWN.ground
  return {
    fields: {
      primary: branding.colors?.primary ?? '',
      page_background: branding.colors?.page_background ?? '',
      logo_url: branding.logo_url ?? '',
      favicon_url: branding.favicon_url ?? '',
      font_url: branding.font?.url ?? '',
    },
    sketch: {
      name: friendlyName,
      ground,
      onGround: readableOn(ground),
      line: mix(ground, readableOn(ground), 0.15),
      fill,
      onFill: readableOn(fill),
    },
  }
}

export type BrandingPage = Awaited<ReturnType<typeof brandingPage>>

export const brandingActs = { save: { by: 'owner', fresh: true, run: save } } satisfies Acts<AdminForm>

async function save({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: brandingForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { primary, page_background, logo_url, favicon_url, font_url: url } = parsed.value
  await updateBranding(ctx, { colors: { primary, page_background }, logo_url, favicon_url, font: { url } })
  return redirect('/admin/settings/branding?notice=saved')
}
