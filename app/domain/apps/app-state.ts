import { APP_STATES, type AppState } from '~db/queries/app-states'
import type { VersionState } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'

export { APP_STATES, type AppState }

type Parts = {
  client: Pick<Client, 'suspendedAt' | 'availability' | 'source'>
  proposed: { state: VersionState } | null | undefined
}

/**
 * The state of an app of a third party, from its client and its proposed version. One that no partner made has no
 * versions; one that registered itself, and is not for everyone, waits for an owner. Pure.
 */
export function appStateOf({ client, proposed }: Parts): AppState {
  if (client.suspendedAt !== null) return 'suspended'
  if (client.availability === 'everyone') {
    if (!proposed) return 'live'
    return proposed.state === 'submitted' ? 'live_in_review' : 'live_with_draft'
  }
  if (client.source === 'registration' || client.source === 'metadata-document') return 'in_review'
  if (proposed?.state === 'submitted') return 'in_review'
  if (proposed?.state === 'changes_requested') return 'changes_requested'
  if (proposed?.state === 'rejected') return 'rejected'
  return 'development'
}

/** What the lists of all third parties are filtered by, and the states that each filter shows. */
export const STATE_FILTERS = {
  live: ['live', 'live_with_draft', 'live_in_review'],
  in_review: ['in_review', 'live_in_review'],
  changes_requested: ['changes_requested'],
  rejected: ['rejected'],
  in_development: ['development', 'changes_requested', 'rejected'],
  suspended: ['suspended'],
} as const satisfies Record<string, AppState[]>
export type StateFilter = keyof typeof STATE_FILTERS
export const STATE_FILTER_NAMES = Object.keys(STATE_FILTERS) as StateFilter[]
