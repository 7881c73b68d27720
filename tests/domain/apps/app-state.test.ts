import { expect, it } from 'vitest'
import { appStateOf } from '~/domain/apps/app-state'
import { newManifest } from '~/domain/apps/manifest'
import { changedFields, diffManifests } from '~/domain/apps/manifest-diff'
import type { VersionState } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'

type Of = Pick<Client, 'suspendedAt' | 'availability' | 'source'>
const stateOf = (availability: Of['availability'], proposed: VersionState | null, client: Partial<Of> = {}) =>
  appStateOf({
    client: { suspendedAt: null, source: 'portal', availability, ...client },
    proposed: proposed && { state: proposed },
  })

it('an app is in one state for people', () => {
  expect(stateOf('testers', 'draft')).toBe('development')
  expect(stateOf('testers', 'submitted')).toBe('in_review')
  expect(stateOf('testers', 'changes_requested')).toBe('changes_requested')
  expect(stateOf('testers', 'rejected')).toBe('rejected')
  expect(stateOf('everyone', null)).toBe('live')
  expect(stateOf('everyone', 'draft')).toBe('live_with_draft')
  expect(stateOf('everyone', 'changes_requested')).toBe('live_with_draft')
  expect(stateOf('everyone', 'submitted')).toBe('live_in_review')
  expect(stateOf('everyone', 'submitted', { suspendedAt: 1 })).toBe('suspended')
  expect(stateOf('testers', null, { source: 'registration' })).toBe('in_review')
  expect(stateOf('everyone', null, { source: 'metadata-document' })).toBe('live')
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
