import type { ManifestChange } from '~/domain/apps/manifest-diff'
import { fieldLabels } from '~/ui/app-words'
import { type FieldChange, FieldDiff } from '~/ui/diff'
import type { ScopeRequest } from '~db/queries/clients'

/** What differs between two versions, field by field. */
export const ChangesView = ({ changes }: { changes: ManifestChange[] }) =>
  changes.length === 0 ? (
    <p className="text-muted">Nothing differs.</p>
  ) : (
    <FieldDiff fields={changes.map(fieldChange)} />
  )

function fieldChange(change: ManifestChange): FieldChange {
  const label = fieldLabels[change.field]
  if (change.kind === 'text') return { label, before: change.before || null, after: change.after || null }
  if (change.kind === 'list') {
    return { label, before: [...change.removed, ...change.kept], after: [...change.kept, ...change.added] }
  }
  const same = change.kept.map(sentenceOf)
  const before = [...change.removed, ...change.changed.map((pair) => pair.before)].map(sentenceOf)
  const after = [...change.added, ...change.changed.map((pair) => pair.after)].map(sentenceOf)
  return { label, before: [...before, ...same], after: [...same, ...after] }
}

const sentenceOf = ({ scope, reason, required }: ScopeRequest): string =>
  `${scope} (${required ? 'required' : 'optional'}): ${reason}`
