import type { AppContext } from '~/context'
import { listAskableApis } from '~/domain/apps/askable-scopes'
import { isAskable } from '~/domain/apps/manifest'
import type { ScopeRequest } from '~db/queries/clients'

export type ScopeRow = {
  audience: string
  scope: string
  description: string
  sensitivity: 'basic' | 'sensitive' | 'restricted' | 'gone'
  asked: boolean
  reason: string
  required: boolean
}
export type ScopeGroup = {
  name: string
  audience: string
  description: string | null
  rows: ScopeRow[]
  /** Whether a request for the API may ask for `offline_access`. */
  allowOfflineAccess: boolean
}

/** The scopes that can be asked for, by API, with what is asked for already. */
export async function scopeGroups(ctx: AppContext, requests: ScopeRequest[]): Promise<ScopeGroup[]> {
  const askable = await listAskableApis(ctx)
  const groups = askable.map(({ audience, name, description, scopes, allowOfflineAccess }) => ({
    name,
    audience,
    description,
    allowOfflineAccess,
    rows: scopes.map(({ value, description, sensitivity }): ScopeRow => {
      const request = requests.find((asked) => asked.audience === audience && asked.scope === value)
      return {
        audience,
        scope: value,
        description,
        sensitivity,
        asked: request !== undefined,
        reason: request?.reason ?? '',
        required: request?.required ?? false,
      }
    }),
  }))
  const gone = requests
    .filter((request) => !isAskable(askable, request))
    .map((request): ScopeRow => ({ ...request, description: '', sensitivity: 'gone', asked: true }))
  if (gone.length === 0) return groups
  const description = 'Partners can no longer ask for these. Untick them before you save.'
  return [...groups, { name: 'No longer available', audience: '', description, rows: gone, allowOfflineAccess: true }]
}
