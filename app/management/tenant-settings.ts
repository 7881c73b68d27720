import { z } from 'zod'
import { updateSettings } from '~/domain/tenant/update-settings'
import { findTenantSettings } from '~db/queries/tenant'
import { endpoint } from './endpoint'
import { fieldsQuery, pickFields } from './fields'
import { changeOf, serializeTenantSettings, tenantSettings, tenantSettingsBody } from './tenant-settings-schema'

const path = '/api/v2/tenants/settings'
const tag = 'Tenant'

export const tenantSettingsEndpoints = [
  endpoint({
    method: 'GET',
    path,
    summary: 'Get the tenant’s settings',
    tag,
    scopes: ['read:tenant_settings'],
    query: z.object(fieldsQuery),
    answer: tenantSettings.partial(),
    run: async ({ db }, { query }) => pickFields(serializeTenantSettings(await findTenantSettings(db)), query),
  }),
  endpoint({
    method: 'PATCH',
    path,
    summary: 'Update the tenant’s settings',
    tag,
    scopes: ['update:tenant_settings'],
    body: tenantSettingsBody,
    answer: tenantSettings,
    run: async (ctx, { body }) =>
      serializeTenantSettings(await updateSettings(ctx, (before) => changeOf(body, before))),
  }),
]
