import type { ManifestChange, ScopesChange } from '~/domain/apps/manifest-diff'
import { fieldLabels } from '~/ui/app-words'
import { type FieldChange, FieldDiff } from '~/ui/diff'

/** What differs between two versions, field by field. */
export function Changes({ changes }: { changes: ManifestChange[] }) {
  if (changes.length === 0) return <p className="text-sm text-muted">Nothing differs.</p>
  return <FieldDiff fields={changes.map(fieldChange)} />
}

function fieldChange(change: ManifestChange): FieldChange {
  const label = fieldLabels[change.field]
  switch (change.kind) {
    case 'text':
      return { label, before: change.before || '(empty)', after: change.after || '(empty)' }
    case 'list':
      return { label, before: [...change.kept, ...change.removed], after: [...change.kept, ...change.added] }
    case 'scopes': {
      const { kept, removed, added, changed } = change
      return {
        label,
        before: [...kept, ...removed, ...changed.map((pair) => pair.before)].map(scopeText),
        after: [...kept, ...added, ...changed.map((pair) => pair.after)].map(scopeText),
      }
    }
  }
}

const scopeText = ({ scope, audience, reason, required }: ScopesChange['added'][number]): string =>
  `${scope} (${audience}, ${required ? 'required' : 'optional'}): ${reason}`
