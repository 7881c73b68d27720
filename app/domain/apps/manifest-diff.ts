import type { AppManifest, ScopeRequest } from '~db/queries/apps'

/** A field whose value differs. `before` is undefined where there was no version before. */
export type TextChange = { kind: 'text'; field: TextField; before: string | undefined; after: string }
/** A list of which entries came, went or stayed. */
export type ListChange = { kind: 'list'; field: ListField; added: string[]; removed: string[]; kept: string[] }
/** Scope requests that came, went, or whose reason or necessity changed. */
export type ScopesChange = {
  kind: 'scopes'
  field: 'scopeRequests'
  added: ScopeRequest[]
  removed: ScopeRequest[]
  changed: { before: ScopeRequest; after: ScopeRequest }[]
  kept: ScopeRequest[]
}
export type ManifestChange = TextChange | ListChange | ScopesChange

export const TEXT_FIELDS = ['name', 'description', 'homepageUri', 'privacyPolicyUri', 'termsUri', 'idTokenAlg'] as const
export const LIST_FIELDS = [
  'callbacks',
  'allowedLogoutUrls',
  'webOrigins',
  'backchannelLogoutUris',
  'extraGrantTypes',
] as const
type TextField = (typeof TEXT_FIELDS)[number]
type ListField = (typeof LIST_FIELDS)[number]
export type ManifestField = keyof AppManifest

/** What differs between two manifests, field by field; against nothing, everything that is filled in. Pure. */
export function diffManifests(before: AppManifest | undefined, after: AppManifest): ManifestChange[] {
  return [
    ...TEXT_FIELDS.flatMap((field) => textChange(field, before, after)),
    ...LIST_FIELDS.flatMap((field) => listChange(field, before, after)),
    ...scopesChange(before?.scopeRequests ?? [], after.scopeRequests),
  ]
}

/** The names of the fields that differ: what the audit log keeps of an edit. */
export const changedFields = (before: AppManifest, after: AppManifest): ManifestField[] =>
  diffManifests(before, after).map(({ field }) => field)

function textChange(field: TextField, before: AppManifest | undefined, after: AppManifest): TextChange[] {
  const from = before?.[field] ?? ''
  const to = after[field] ?? ''
  return from === to ? [] : [{ kind: 'text', field, before: before && from, after: to }]
}

function listChange(field: ListField, before: AppManifest | undefined, after: AppManifest): ListChange[] {
  const from = before?.[field] ?? []
  const to = after[field]
  const added = to.filter((entry) => !from.includes(entry))
  const removed = from.filter((entry) => !to.includes(entry))
  const kept = to.filter((entry) => from.includes(entry))
  return added.length + removed.length === 0 ? [] : [{ kind: 'list', field, added, removed, kept }]
}

function scopesChange(before: ScopeRequest[], after: ScopeRequest[]): ScopesChange[] {
  const find = (list: ScopeRequest[], { audience, scope }: ScopeRequest) =>
    list.find((other) => other.audience === audience && other.scope === scope)
  const added = after.filter((request) => !find(before, request))
  const removed = before.filter((request) => !find(after, request))
  const both = after.flatMap((request) => {
    const earlier = find(before, request)
    return earlier ? [{ before: earlier, after: request }] : []
  })
  const changed = both.filter((pair) => !isSame(pair.before, pair.after))
  const kept = both.filter((pair) => isSame(pair.before, pair.after)).map((pair) => pair.after)
  if (added.length + removed.length + changed.length === 0) return []
  return [{ kind: 'scopes', field: 'scopeRequests', added, removed, changed, kept }]
}

const isSame = (a: ScopeRequest, b: ScopeRequest): boolean => a.reason === b.reason && a.required === b.required
