import { NavLink, useLocation } from '@remix-run/react'
import clsx from 'clsx'
import { useEffect, useRef } from 'react'

export type Tab = { label: string; to: string; end?: boolean; count?: number }

/** Pages that belong together, as links. */
export function Tabs({ label, items }: { label: string; items: Tab[] }) {
  const ref = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // Where the row is longer than the screen, the current page is to be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another tab
  useEffect(() => {
    const current = ref.current?.querySelector<HTMLElement>('[aria-current="page"]')
    if (ref.current && current) ref.current.scrollLeft = current.offsetLeft - ref.current.clientWidth / 3
  }, [pathname])
  return (
    <nav
      ref={ref}
      aria-label={label}
      className="relative -mx-4 max-sm:fade-right mb-6 overflow-x-auto px-4 shadow-[inset_0_-1px_0_var(--line)] [scrollbar-width:none] sm:mx-0 sm:px-0"
    >
      <ul className="flex w-max gap-1 max-sm:pr-8">
        {items.map(({ label: text, to, end, count }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={end}
              className={({ isActive }) =>
                clsx(
                  'inline-flex min-h-11 items-center gap-1.5 border-b-2 px-3 text-sm font-medium whitespace-nowrap transition-colors focus-visible:-outline-offset-2',
                  isActive
                    ? 'border-accent text-text'
                    : 'border-transparent text-muted hover:border-line-strong hover:text-text',
                )
              }
            >
              {text}
              {count ? <span className="rounded-full bg-sunken px-1.5 text-xs tabular-nums">{count}</span> : null}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
