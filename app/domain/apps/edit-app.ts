import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { changeClientSteps } from '~/domain/clients/save-client'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import {
  type AppDetails,
  type AppManifest,
  insertAppVersion,
  listAppVersions,
  proposeAppVersion,
  updateApp,
  updateAppVersion,
} from '~db/queries/apps'
import { clientChangeFrom } from './apply-manifest'
import { newVersion } from './create-app'
import { changedFields, type ManifestField } from './manifest-diff'

/** The states in which a proposal is its partner's to change. */
export const EDITABLE_STATES = ['draft', 'changes_requested', 'rejected'] as const

/** What a partner sees and edits: the proposal, or what is live where there is none. */
export function currentManifest({ proposed, live }: Pick<AppDetails, 'proposed' | 'live'>): AppManifest {
  const version = proposed ?? live
  if (!version) throw new Error('the app has neither a live version nor a proposal')
  return version.manifest
}

/**
 * Changes what a partner proposes. Before the approval the client obeys it at once; the first edit of a live app makes
 * a new draft, and the client obeys what was approved until that draft is approved too.
 * @returns the names of the fields that changed; none, and nothing is written, when all stays as it was
 * @throws DomainError `conflict` while the version is in review, or when somebody else was faster, `throttled`
 */
export async function editApp(ctx: AppContext, details: AppDetails, manifest: AppManifest): Promise<ManifestField[]> {
  const { app, client, live, proposed } = details
  if (proposed?.state === 'submitted') throw inReview()
  const fields = changedFields(currentManifest(details), manifest)
  if (fields.length === 0) return []
  await ctx.throttle.take('partner-change', app.partnerId)
  const now = ctx.clock.now()
  const steps: Step[] = proposed
    ? [
        must(updateAppVersion(proposed.id, [...EDITABLE_STATES], { manifest, updatedAt: now }), inReview),
        also(updateApp(app.clientId, { updatedAt: now })),
      ]
    : await draftSteps(ctx, app.clientId, manifest)
  await ctx.db.atomically([
    ...steps,
    ...(live ? [] : changeClientSteps(ctx, client, clientChangeFrom(client.appType, manifest, now))),
    also(
      auditEvent(ctx, 'app.edited', asClient({ clientId: client.clientId, name: manifest.name }), {
        clientId: client.clientId,
        partnerId: app.partnerId,
        details: { fields },
      }),
    ),
  ])
  return fields
}

async function draftSteps(ctx: AppContext, clientId: string, manifest: AppManifest): Promise<Step[]> {
  const now = ctx.clock.now()
  const [newest] = await listAppVersions(ctx.db, clientId)
  const version = newVersion(clientId, (newest?.number ?? 0) + 1, manifest, now)
  const raced = () => new DomainError('conflict', 'Somebody of your team has just begun a draft. Look again to see it.')
  return [must(proposeAppVersion(clientId, version.id, now), raced), also(insertAppVersion(version))]
}

const inReview = () =>
  new DomainError(
    'conflict',
    'This version is in review and cannot be changed. Withdraw it first, or wait for the answer.',
  )
