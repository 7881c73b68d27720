import { Link } from '@remix-run/react'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'

type PageHeaderProps = {
  title: string
  description?: ReactNode
  back?: { to: string; label: string }
  badge?: ReactNode
  actions?: ReactNode
}

export function PageHeader({ title, description, back, badge, actions }: PageHeaderProps) {
  return (
    <header className="mb-7">
      {back ? (
        <Link
          to={back.to}
          className="mb-2 inline-flex min-h-10 items-center sm:min-h-9 gap-1.5 text-sm text-muted hover:text-text"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {back.label}
        </Link>
      ) : null}
      <div className="flex flex-col gap-x-6 gap-y-4 sm:flex-row sm:items-start sm:justify-between">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
            {badge}
          </div>
          {description ? <p className="mt-1.5 max-w-2xl text-muted">{description}</p> : null}
        </div>
        {actions ? <div className="flex shrink-0 flex-wrap gap-2">{actions}</div> : null}
      </div>
    </header>
  )
}
