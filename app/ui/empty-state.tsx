import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** What stands where a list will be: why it is empty, and what to do. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon?: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="rounded-card border border-dashed border-line-strong/60 bg-raised/60 px-6 py-12 text-center">
      {Icon ? (
        <span className="mx-auto mb-4 inline-flex h-13 w-11 items-center justify-center rounded-t-full bg-accent-soft text-accent">
          <Icon aria-hidden className="mt-1 size-5" />
        </span>
      ) : null}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children ? <div className="mx-auto mt-1 max-w-md text-sm text-muted">{children}</div> : null}
      {action ? <div className="mt-5">{action}</div> : null}
    </div>
  )
}
