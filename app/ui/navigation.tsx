import { NavLink } from '@remix-run/react'
import clsx from 'clsx'
import type { LucideIcon } from 'lucide-react'

export type NavigationItem = { label: string; to: string; icon?: LucideIcon; count?: number; end?: boolean }

/** The pages of an area. */
export function Navigation({ label, items }: { label: string; items: NavigationItem[] }) {
  return (
    <nav aria-label={label}>
      <ul className="grid gap-0.5">
        {items.map(({ label: text, to, icon: Icon, count, end }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={end}
              className={({ isActive }) =>
                clsx(
                  'group/link flex min-h-11 items-center gap-2.5 rounded-control px-2.5 text-sm font-medium ring-inset focus-visible:-outline-offset-2 lg:min-h-9',
                  isActive
                    ? 'bg-raised text-text shadow-card ring-1 ring-line'
                    : 'text-muted hover:bg-sunken hover:text-text',
                )
              }
            >
              {Icon ? <Icon aria-hidden className="size-4 shrink-0 group-aria-[current]/link:text-area" /> : null}
              <span className="min-w-0 truncate">{text}</span>
              {count ? (
                <span className="ml-auto rounded-full bg-area-soft px-2 text-xs font-semibold text-area tabular-nums">
                  {count}
                </span>
              ) : null}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
