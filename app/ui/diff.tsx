import { Minus, Plus } from 'lucide-react'

type Value = string | string[] | null
export type FieldChange = { label: string; before: Value; after: Value }

const lines = (value: Value): string[] => (value === null ? [] : [value].flat())

/** What a change changes, field by field. Signs and words say what is removed and added, not colour alone. */
export function FieldDiff({ fields }: { fields: FieldChange[] }) {
  return (
    <dl className="grid gap-4">
      {fields.map(({ label, before, after }) => {
        const old = lines(before)
        const fresh = lines(after)
        return (
          <div key={label}>
            <dt className="mb-1.5 text-sm font-semibold">{label}</dt>
            <dd className="overflow-hidden rounded-control border border-line text-sm">
              {old
                .filter((line) => !fresh.includes(line))
                .map((line) => (
                  <del key={`-${line}`} className="flex gap-2 bg-danger-soft px-3 py-1.5 no-underline">
                    <Minus aria-hidden className="mt-1 size-3.5 shrink-0 text-danger" />
                    <span className="sr-only">Removed:</span>
                    <span className="min-w-0">{line}</span>
                  </del>
                ))}
              {fresh
                .filter((line) => !old.includes(line))
                .map((line) => (
                  <ins key={`+${line}`} className="flex gap-2 bg-success-soft px-3 py-1.5 no-underline">
                    <Plus aria-hidden className="mt-1 size-3.5 shrink-0 text-success" />
                    <span className="sr-only">Added:</span>
                    <span className="min-w-0">{line}</span>
                  </ins>
                ))}
              {fresh
                .filter((line) => old.includes(line))
                .map((line) => (
                  <p key={`=${line}`} className="px-3 py-1.5 pl-8.5 text-muted">
                    {line}
                  </p>
                ))}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
