import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'

export function StatGrid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">{children}</div>
}

/** A figure that leads to what it counts. */
export function Stat({ label, value, hint, to }: { label: string; value: ReactNode; hint?: ReactNode; to?: string }) {
  const content = (
    <>
      <p className="text-sm text-muted">{label}</p>
      <p className="mt-1 text-2xl font-semibold tabular-nums">{value}</p>
      {hint ? <p className="mt-0.5 text-xs text-muted">{hint}</p> : null}
    </>
  )
  const box = 'block rounded-card border border-line bg-raised p-4 shadow-card'
  return to ? (
    <Link to={to} className={`${box} hover:border-line-strong`}>
      {content}
    </Link>
  ) : (
    <div className={box}>{content}</div>
  )
}
