import { and, eq, inArray, isNotNull, isNull, ne, not, or, type SQL } from 'drizzle-orm'
import type { Handle } from '../database'

/** What people call the state of an app, whoever made it. Each door has its own words and colours for them. */
export const APP_STATES = [
  'development',
  'in_review',
  'changes_requested',
  'rejected',
  'live',
  'live_with_draft',
  'live_in_review',
  'suspended',
] as const
export type AppState = (typeof APP_STATES)[number]

/** The SQL of `appStateOf`, of a client and its proposed version: whether it is one of some states. */
export const isInStates = (t: Handle['t'], states: readonly AppState[]): SQL | undefined =>
  or(...states.map((state) => isInState(t, state)))

function isInState({ clients: c, appVersions: v }: Handle['t'], state: AppState): SQL | undefined {
  if (state === 'suspended') return isNotNull(c.suspendedAt)
  const madeItself = inArray(c.source, ['registration', 'metadata-document'])
  const proposal = {
    development: and(not(madeItself), or(isNull(v.state), inArray(v.state, ['draft', 'approved', 'superseded']))),
    in_review: or(madeItself, eq(v.state, 'submitted')),
    changes_requested: eq(v.state, 'changes_requested'),
    rejected: eq(v.state, 'rejected'),
    live: isNull(v.state),
    live_with_draft: ne(v.state, 'submitted'),
    live_in_review: eq(v.state, 'submitted'),
  }[state]
  return and(isNull(c.suspendedAt), eq(c.availability, state.startsWith('live') ? 'everyone' : 'testers'), proposal)
}
