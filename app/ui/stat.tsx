import { Link } from '@remix-run/react'
import { ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'

export function StatGrid({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4 lg:has-[>:nth-child(5)]:grid-cols-3">{children}</div>
  )
}

/** A figure that leads to what it counts. */
export function Stat({ label, value, hint, to }: { label: string; value: ReactNode; hint?: ReactNode; to?: string }) {
  const content = (
    <>
      <p className="pr-5 text-sm text-muted">{label}</p>
      <p className="mt-1.5 text-2xl font-semibold tracking-tight tabular-nums">{value}</p>
      {hint ? <p className="mt-0.5 text-xs text-muted">{hint}</p> : null}
    </>
  )
  const box = 'group relative block rounded-card border border-line bg-raised p-4 shadow-card sm:p-5'
  return to ? (
    <Link to={to} className={`${box} transition-colors hover:border-line-strong`}>
      {content}
      <ArrowUpRight aria-hidden className="absolute top-4 right-4 size-4 text-muted group-hover:text-text" />
    </Link>
  ) : (
    <div className={box}>{content}</div>
  )
}
