import { expect, it } from 'vitest'
import { appStateOf } from '~/domain/apps/app-state'
import { newManifest } from '~/domain/apps/manifest'
import { changedFields, diffManifests } from '~/domain/apps/manifest-diff'
import type { VersionState } from '~db/queries/apps'

const stateOf = (live: string | null, proposed: VersionState | null, suspendedAt: number | null = null) =>
  appStateOf({ client: { suspendedAt }, app: { liveVersionId: live }, proposed: proposed && { state: proposed } })

it('an app is in one state for people', () => {
  expect(stateOf(null, 'draft')).toBe('development')
  expect(stateOf(null, 'submitted')).toBe('in_review')
  expect(stateOf(null, 'changes_requested')).toBe('changes_requested')
  expect(stateOf(null, 'rejected')).toBe('rejected')
  expect(stateOf('v1', null)).toBe('live')
  expect(stateOf('v1', 'draft')).toBe('live_with_draft')
  expect(stateOf('v1', 'changes_requested')).toBe('live_with_draft')
  expect(stateOf('v1', 'submitted')).toBe('live_in_review')
  expect(stateOf('v1', 'submitted', 1)).toBe('suspended')
})

it('two versions differ by field, and lists by entry', () => {
  const read = { audience: 'https://api.example/', scope: 'read', reason: 'To read it', required: true }
  const before = newManifest({ name: 'A', callbacks: ['https://a/', 'https://b/'], scopeRequests: [read] })
  const after = newManifest({
    name: 'A',
    description: 'New',
    callbacks: ['https://b/', 'https://c/'],
    scopeRequests: [{ ...read, reason: 'To show it' }],
  })
  expect(diffManifests(before, after)).toEqual([
    { kind: 'text', field: 'description', before: '', after: 'New' },
    { kind: 'list', field: 'callbacks', added: ['https://c/'], removed: ['https://a/'], kept: ['https://b/'] },
    {
      kind: 'scopes',
      field: 'scopeRequests',
      added: [],
      removed: [],
      changed: [{ before: read, after: { ...read, reason: 'To show it' } }],
      kept: [],
    },
  ])
  expect(changedFields(before, before)).toEqual([])
  expect(diffManifests(undefined, before)).toEqual([
    { kind: 'text', field: 'name', before: undefined, after: 'A' },
    { kind: 'text', field: 'idTokenAlg', before: undefined, after: 'RS256' },
    { kind: 'list', field: 'callbacks', added: before.callbacks, removed: [], kept: [] },
    { kind: 'scopes', field: 'scopeRequests', added: [read], removed: [], changed: [], kept: [] },
  ])
})
