import { z } from 'zod'
import { colour, webAddress } from '~/domain/tenant/tenant-fields'
import { updateBranding } from '~/domain/tenant/update-branding'
import { findTenantSettings } from '~db/queries/tenant'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { removable } from './fields'

const path = '/api/v2/branding'
const tag = 'Branding'

const branding = z.object({
  colors: z.object({ primary: z.string().optional(), page_background: z.string().optional() }).optional(),
  favicon_url: z.string().optional(),
  logo_url: z.string().optional(),
  font: z.object({ url: z.string() }).optional(),
})

/** Null removes a value, and so does an empty address. */
const body = z
  .strictObject({
    colors: z
      .strictObject({ primary: colour.nullable(), page_background: colour.nullable() })
      .partial()
      .nullable()
      .describe('Of the pages at which end users sign in. Text stays readable whatever they are.'),
    favicon_url: removable(webAddress),
    logo_url: removable(webAddress),
    font: z
      .strictObject({ url: removable(webAddress) })
      .nullable()
      .describe('A font file.'),
  })
  .partial()

const templatePath = `${path}/templates/universal-login`

const noTemplates = () =>
  new ManagementError(
    400,
    'operation_not_supported',
    'The pages here have no template of HTML: what a tenant writes could not be kept from reading passwords. Set colors, logo and font by PATCH /api/v2/branding, and texts by PUT /api/v2/prompts/{prompt}/custom-text/{language}.',
  )

export const brandingEndpoints = [
  endpoint({
    method: 'GET',
    path,
    summary: 'Get the branding',
    tag,
    scopes: ['read:branding'],
    answer: branding,
    run: async ({ db }) => (await findTenantSettings(db)).branding,
  }),
  endpoint({
    method: 'PATCH',
    path,
    summary: 'Update the branding',
    tag,
    scopes: ['update:branding'],
    body,
    answer: branding,
    run: (ctx, { body: change }) => updateBranding(ctx, change),
  }),
  endpoint({
    method: 'GET',
    path: templatePath,
    summary: 'Get the page template: there is none',
    tag,
    scopes: ['read:branding'],
    async run() {
      throw new ManagementError(404, 'inexistent_template', 'There is no page template.')
    },
  }),
  endpoint({
    method: 'PUT',
    path: templatePath,
    summary: 'Set the page template: refused',
    tag,
    scopes: ['update:branding'],
    body: z.unknown(),
    async run() {
      throw noTemplates()
    },
  }),
  endpoint({
    method: 'DELETE',
    path: templatePath,
    summary: 'Delete the page template: there is none',
    tag,
    scopes: ['delete:branding'],
    run: async () => undefined,
  }),
]
