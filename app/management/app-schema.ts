/** Apps of partners on the wire: what a body may say of one, and what is told of it. */
import { z } from 'zod'
import type { AppContext } from '~/context'
import { APP_STATES, appStateOf } from '~/domain/apps/app-state'
import { currentManifest } from '~/domain/apps/edit-app'
import { APP_TYPES, MANIFEST_MEMBERS } from '~/domain/apps/manifest'
import { DEVICE_GRANT } from '~/domain/policy/client-policy'
import { type AppDetails, type AppManifest, findApp, findAppOfPartner } from '~db/queries/apps'
import type { Access } from './access'
import { requiresPkce } from './client-schema'
import { ManagementError } from './errors'
import { isoTime, withoutUnset } from './fields'

export const appParams = z.object({ client_id: z.string() })

const addresses = z.array(z.string().max(2000)).max(100)
const link = z.string().max(2000)

const scopeRequest = {
  audience: z.string().max(600).describe('The API, or the issuer’s `userinfo` for profile, email and offline_access.'),
  scope: z.string().max(280),
  reason: z.string().max(1000).describe('Why the app needs it; reviewers and end users read it.'),
}

/** What a partner proposes and an owner approves. */
const members = {
  name: z.string().max(1000),
  description: z.string().max(2000),
  homepage_uri: link,
  privacy_policy_uri: link,
  terms_uri: link,
  callbacks: addresses,
  allowed_logout_urls: addresses,
  web_origins: addresses,
  backchannel_logout_urls: addresses,
  extra_grant_types: z.array(z.enum(['implicit', DEVICE_GRANT])).max(2),
  id_token_alg: z.enum(['RS256', 'HS256']),
}

export const appType = z.enum(APP_TYPES)

/** A body; a member that is left out stays as it is. */
export const manifestBody = z.strictObject({
  ...z.object(members).partial().shape,
  homepage_uri: link.nullable().optional(),
  privacy_policy_uri: link.nullable().optional(),
  terms_uri: link.nullable().optional(),
  scope_requests: z
    .array(z.strictObject({ ...scopeRequest, required: z.boolean().optional().describe('False unless given.') }))
    .max(500)
    .optional(),
})

export const manifestAnswer = z.object({
  ...members,
  description: members.description.optional(),
  homepage_uri: link.optional(),
  privacy_policy_uri: link.optional(),
  terms_uri: link.optional(),
  scope_requests: z.array(z.object({ ...scopeRequest, required: z.boolean() })),
})

export const appAnswer = z.object({
  client_id: z.string(),
  partner_id: z.string(),
  app_type: appType.optional(),
  state: z.enum(APP_STATES),
  ...manifestAnswer.shape,
  require_pkce: z
    .boolean()
    .optional()
    .describe(
      'What the people who run the site have set for it. Left out: as the tenant says, or as its kind asks for.',
    ),
  live_version_id: z.string().optional().describe('What the authorization server obeys.'),
  proposed_version_id: z.string().optional().describe('What the members above say, where there is one.'),
  suspended_at: z.string().optional(),
  created_at: z.string(),
  updated_at: z.string(),
})

/** What a body says of a manifest, as the domain names it; what it does not say is left out. */
export function manifestChange(body: z.output<typeof manifestBody>): Partial<AppManifest> {
  const { scope_requests: requests, ...rest } = body
  const wire: Record<string, unknown> = {
    ...rest,
    scope_requests: requests?.map((request) => ({ ...request, required: request.required ?? false })),
  }
  const given = Object.entries(MANIFEST_MEMBERS).map(([member, name]) => [member, wire[name]])
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Partial<AppManifest>
}

export function serializeManifest(manifest: AppManifest): z.input<typeof manifestAnswer> {
  const wire = Object.entries(MANIFEST_MEMBERS).map(([member, name]) => [name, manifest[member as keyof AppManifest]])
  const whole = Object.fromEntries(wire) as Record<keyof z.input<typeof manifestAnswer>, unknown>
  return withoutUnset({ ...whole, description: manifest.description || undefined }) as z.input<typeof manifestAnswer>
}

export function serializeApp(details: AppDetails): z.input<typeof appAnswer> {
  const { app, client } = details
  return withoutUnset({
    client_id: app.clientId,
    partner_id: app.partnerId,
    app_type: client.appType ?? undefined,
    state: appStateOf(details),
    ...serializeManifest(currentManifest(details)),
    require_pkce: requiresPkce(client) ?? undefined,
    live_version_id: app.liveVersionId ?? undefined,
    proposed_version_id: app.proposedVersionId ?? undefined,
    suspended_at: client.suspendedAt === null ? undefined : isoTime(client.suspendedAt),
    created_at: isoTime(app.createdAt),
    updated_at: isoTime(app.updatedAt),
  })
}

/** The app of an address, as far as the caller reaches: another partner's is not there. @throws ManagementError 404 */
export async function requireApp(
  { db }: Pick<AppContext, 'db'>,
  { reach }: Access,
  clientId: string,
): Promise<AppDetails> {
  const found = reach.of === 'partner' ? findAppOfPartner(db, reach.partnerId, clientId) : findApp(db, clientId)
  const details = await found
  if (details && reach.of !== 'user') return details
  throw new ManagementError(404, 'inexistent_app', 'The app does not exist.')
}
