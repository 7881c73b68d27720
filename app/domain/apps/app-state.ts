import type { AppState } from '~db/queries/app-list'
import type { VersionState } from '~db/queries/apps'

export type { AppState }

type Parts = {
  client: { suspendedAt: number | null }
  app: { liveVersionId: string | null }
  proposed: { state: VersionState } | null | undefined
}

/** The state of an app, from its client, its live version and its proposed one. Pure. */
export function appStateOf({ client, app, proposed }: Parts): AppState {
  if (client.suspendedAt !== null) return 'suspended'
  if (app.liveVersionId !== null) {
    if (!proposed) return 'live'
    return proposed.state === 'submitted' ? 'live_in_review' : 'live_with_draft'
  }
  if (proposed?.state === 'submitted') return 'in_review'
  if (proposed?.state === 'changes_requested') return 'changes_requested'
  if (proposed?.state === 'rejected') return 'rejected'
  return 'development'
}
