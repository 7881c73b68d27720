import type { ReactNode } from 'react'

export function DescriptionList({ items }: { items: { term: string; description: ReactNode }[] }) {
  return (
    <dl className="divide-y divide-line">
      {items.map(({ term, description }) => (
        <div
          key={term}
          className="grid gap-1 py-3 first:pt-0 last:pb-0 sm:grid-cols-[11rem_1fr] sm:items-baseline sm:gap-4"
        >
          <dt className="text-sm text-muted">{term}</dt>
          <dd className="min-w-0">{description}</dd>
        </div>
      ))}
    </dl>
  )
}
