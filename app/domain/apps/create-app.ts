import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { createClientSecret } from '~/domain/clients/client-secrets'
import { newClientRow } from '~/domain/clients/new-client'
import { newClientSteps } from '~/domain/clients/save-client'
import { holdsSecret } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must } from '~db/database'
import { type AppManifest, type AppVersion, insertApp, insertAppVersion } from '~db/queries/apps'
import type { AppType, Client } from '~db/queries/clients'
import { holdActivePartner, type Partner } from '~db/queries/partners'
import { appsOfPartner, roomSteps } from '~db/queries/room'
import { findTenantSettings } from '~db/queries/tenant'
import { clientChangeFrom } from './apply-manifest'

export const MAX_APPS_PER_PARTNER = 20

/**
 * Makes an app of a partner: a third-party client that only its team and testers can use, and its first version, a
 * draft. The client obeys the draft, so that the team can try it out.
 * @returns the client, and its secret if its type can keep one; it is shown once
 * @throws DomainError `conflict` when the partner has as many apps as it may have, or is suspended, `throttled`
 */
export async function createApp(
  ctx: AppContext,
  partner: Partner,
  { appType, manifest }: { appType: AppType; manifest: AppManifest },
): Promise<{ client: Client; secret: string | undefined }> {
  await ctx.throttle.take('partner-change', partner.id)
  const now = ctx.clock.now()
  const client: Client = {
    ...newClientRow(now, {
      name: manifest.name,
      appType,
      isFirstParty: false,
      thirdPartySecurityMode: (await findTenantSettings(ctx.db)).defaultThirdPartySecurityMode,
      availability: 'testers',
      source: 'portal',
    }),
    ...clientChangeFrom(appType, manifest, now),
  }
  const version = newVersion(client.clientId, 1, manifest, now)
  const credential = holdsSecret(client) ? await createClientSecret(ctx, client.clientId) : undefined
  await ctx.db.atomically([
    must(holdActivePartner(partner.id), suspended),
    ...roomSteps(appsOfPartner(partner.id), MAX_APPS_PER_PARTNER, full),
    ...newClientSteps(client),
    also(
      insertApp({
        clientId: client.clientId,
        partnerId: partner.id,
        liveVersionId: null,
        proposedVersionId: version.id,
        createdAt: now,
        updatedAt: now,
      }),
    ),
    also(insertAppVersion(version)),
    ...(credential ? [also(credential.write)] : []),
    also(
      auditEvent(ctx, 'app.created', asClient(client), {
        clientId: client.clientId,
        partnerId: partner.id,
        details: { appType },
      }),
    ),
  ])
  return { client, secret: credential?.secret }
}

const suspended = () => new DomainError('conflict', 'The organization is suspended: reinstate it first.')

const full = () =>
  new DomainError(
    'conflict',
    `Your organization has ${MAX_APPS_PER_PARTNER} apps, which is the most. Delete one that you no longer need.`,
  )

/** A draft of an app. */
export const newVersion = (clientId: string, number: number, manifest: AppManifest, now: number): AppVersion => ({
  id: newId('ver'),
  clientId,
  number,
  state: 'draft',
  manifest,
  submissions: 0,
  sentBackManifest: null,
  createdAt: now,
  updatedAt: now,
  submittedAt: null,
  submittedBy: null,
  decidedAt: null,
  decidedBy: null,
})
