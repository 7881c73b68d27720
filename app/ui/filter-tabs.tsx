import { Link } from '@remix-run/react'
import clsx from 'clsx'

type Props = {
  label: string
  name: string
  tabs: { value: string | null; label: string }[]
  current: string | null
  keep?: Record<string, string>
}

/** One of a few filters of what the page shows, as links. */
export function FilterTabs({ label, name, tabs, current, keep = {} }: Props) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-2">
      {tabs.map((tab) => {
        const isCurrent = tab.value === current
        return (
          <Link
            key={tab.label}
            to={`?${new URLSearchParams({ ...(tab.value ? { [name]: tab.value } : {}), ...keep })}`}
            preventScrollReset
            aria-current={isCurrent ? 'page' : undefined}
            className={clsx(
              'inline-flex min-h-10 items-center rounded-full border px-4 text-sm font-medium',
              isCurrent ? 'border-accent bg-accent-soft text-accent' : 'border-line bg-raised hover:border-line-strong',
            )}
          >
            {tab.label}
          </Link>
        )
      })}
    </nav>
  )
}
