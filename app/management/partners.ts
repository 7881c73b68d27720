/** An extension: the organizations that make apps. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { optionalMessage, suspensionReason } from '~/domain/moderation/review-fields'
import { reinstatePartner, suspendPartner } from '~/domain/moderation/suspend-partner'
import { editPartner } from '~/domain/partners/edit-partner'
import { partnerName, partnerWebsite } from '~/domain/partners/partner-fields'
import { countPartners, findPartner, listPartnerSlice, type Partner } from '~db/queries/partners'
import type { Access } from './access'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'
import { fieldsQuery, isoTime, pickFields, withoutUnset } from './fields'
import { listEndpoint } from './pagination'

const tag = 'Partners'
const params = z.object({ id: z.string() })

const partner = z.object({
  id: z.string(),
  name: z.string(),
  website_uri: z.string().optional(),
  suspended_at: z.string().optional(),
  created_at: z.string(),
  updated_at: z.string(),
})

const serialize = (row: Partner): z.input<typeof partner> =>
  withoutUnset({
    id: row.id,
    name: row.name,
    website_uri: row.websiteUri ?? undefined,
    suspended_at: row.suspendedAt === null ? undefined : isoTime(row.suspendedAt),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  })

/** The partner of an address, as far as the caller reaches. @throws ManagementError 404 */
export async function requirePartner({ db }: AppContext, { reach }: Access, id: string): Promise<Partner> {
  const isReached = reach.of === 'tenant' || (reach.of === 'partner' && reach.partnerId === id)
  const found = isReached ? await findPartner(db, id) : undefined
  if (found) return found
  throw new ManagementError(404, 'inexistent_partner', 'The partner does not exist.')
}

export const partnerEndpoints = [
  listEndpoint({
    path: '/api/v2/partners',
    summary: 'Get partners',
    tag,
    scopes: ['read:partners'],
    partnerScopes: ['read:partners'],
    key: 'partners',
    filters: {},
    item: partner,
    list: ({ db }, slice, { access: { reach } }) =>
      listPartnerSlice(db, { id: reach.of === 'partner' ? reach.partnerId : undefined }, slice),
    count: async ({ db }, { access: { reach } }) => (reach.of === 'partner' ? 1 : countPartners(db)),
    positionOf: ({ createdAt, id }) => [createdAt, id],
    serialize: (_ctx, rows) => rows.map(serialize),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/partners/{id}',
    summary: 'Get a partner',
    tag,
    scopes: ['read:partners'],
    partnerScopes: ['read:partners'],
    params,
    query: z.object(fieldsQuery),
    answer: partner.partial(),
    run: async (ctx, { params: { id }, query, access }) =>
      pickFields(serialize(await requirePartner(ctx, access, id)), query),
  }),
  endpoint({
    method: 'PATCH',
    path: '/api/v2/partners/{id}',
    summary: 'Update what a partner says about itself',
    tag,
    scopes: ['update:partners'],
    partnerScopes: ['update:partners'],
    params,
    body: z.strictObject({ name: partnerName.optional(), website_uri: z.string().max(2000).nullable().optional() }),
    answer: partner,
    async run(ctx, { params: { id }, body, access }) {
      const found = await requirePartner(ctx, access, id)
      const { name = found.name, website_uri: website } = body
      const websiteUri = website === undefined ? found.websiteUri : readWebsite(website)
      await editPartner(ctx, found, { name, websiteUri }, { byTenant: access.reach.of === 'tenant' })
      return serialize(await requirePartner(ctx, access, id))
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/partners/{id}/suspend',
    summary: 'Suspend a partner, with all its apps and programs',
    tag,
    scopes: ['update:partners'],
    params,
    body: z.strictObject({ reason: suspensionReason }),
    answer: partner,
    async run(ctx, { params: { id }, body, access }) {
      await suspendPartner(ctx, (await requirePartner(ctx, access, id)).id, body.reason)
      return serialize(await requirePartner(ctx, access, id))
    },
  }),
  endpoint({
    method: 'POST',
    path: '/api/v2/partners/{id}/reinstate',
    summary: 'Lift the suspension of a partner, and of the apps that were suspended with it',
    tag,
    scopes: ['update:partners'],
    params,
    body: z.strictObject({ message: optionalMessage }),
    answer: partner,
    async run(ctx, { params: { id }, body, access }) {
      await reinstatePartner(ctx, (await requirePartner(ctx, access, id)).id, body.message)
      return serialize(await requirePartner(ctx, access, id))
    },
  }),
]

/** A website as the portal takes it; none where it is null or empty. */
function readWebsite(given: string | null): string | null {
  const parsed = partnerWebsite.safeParse(given ?? '')
  if (parsed.success) return parsed.data
  const message = parsed.error.issues[0]?.message ?? ''
  throw new ManagementError(400, 'invalid_body', `Payload validation error: '${message}' on property website_uri.`)
}
