/** The look that the tenant has given the pages of end users. */
import { createHash } from 'node:crypto'
import type { AppContext, MachineEndpoint } from '~/context'
import { brandSheet } from '~/domain/tenant/brand-sheet'
import { findTenantSettings } from '~db/queries/tenant'

const SHEET = '/brand.css'

/** What the document around the pages needs of it; nothing, where the tenant has said nothing. */
export async function readBrand({ db }: Pick<AppContext, 'db'>) {
  const { branding, pictureUrl } = await findTenantSettings(db)
  const sheet = brandSheet(branding)
  const version = createHash('sha256').update(sheet).digest('base64url').slice(0, 12)
  return {
    sheet: sheet === '' ? null : `${SHEET}?v=${version}`,
    icon: branding.favicon_url ?? null,
    logo: branding.logo_url ?? pictureUrl,
  }
}

/** Where pictures and fonts of these pages come from, for their content security policy. */
export async function brandOrigins({ db }: Pick<AppContext, 'db'>) {
  const { branding, pictureUrl } = await findTenantSettings(db)
  const originsOf = (addresses: (string | null | undefined)[]) => [
    ...new Set(addresses.flatMap((address) => (address ? [new URL(address).origin] : []))),
  ]
  return {
    images: originsOf([branding.favicon_url, branding.logo_url ?? pictureUrl]),
    fonts: originsOf([branding.font?.url]),
  }
}

export const brandEndpoints: MachineEndpoint[] = [
  {
    method: 'GET',
    path: SHEET,
    interactive: false,
    run: async ({ db }) => ({
      status: 200,
      headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' },
      body: brandSheet((await findTenantSettings(db)).branding),
    }),
  },
]
