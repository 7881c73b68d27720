import type { VersionState } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import { type AppState, appStateOf } from './app-state'

type Parts = {
  client: Pick<Client, 'suspendedAt' | 'availability' | 'source'>
  proposed: { state: VersionState } | null | undefined
}

/**
 * The state of any third-party app; one that no partner made has no versions, and is live when it is for everyone. One
 * that registered itself, and is not, waits for an owner.
 */
export function listedState({ client, proposed }: Parts): AppState {
  const isLive = client.availability === 'everyone'
  const madeItself = client.source === 'registration' || client.source === 'metadata-document'
  if (madeItself && !isLive && client.suspendedAt === null) return 'in_review'
  return appStateOf({ client, app: { liveVersionId: isLive ? 'live' : null }, proposed })
}
