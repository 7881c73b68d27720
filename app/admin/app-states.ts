import { type AppState, appStateOf } from '~/domain/apps/app-state'
import type { VersionState } from '~db/queries/apps'

type Parts = {
  client: { suspendedAt: number | null; availability: 'testers' | 'everyone' }
  proposed: { state: VersionState } | null | undefined
}

/** The state of any third-party app; one that no partner made has no versions, and is live when it is for everyone. */
export const listedState = ({ client, proposed }: Parts): AppState =>
  appStateOf({ client, app: { liveVersionId: client.availability === 'everyone' ? 'live' : null }, proposed })
