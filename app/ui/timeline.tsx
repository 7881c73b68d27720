import clsx from 'clsx'
import { Circle, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Time } from './time'

type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger'
export type TimelineItem = {
  id: string
  at: number
  title: ReactNode
  who?: ReactNode
  body?: ReactNode
  tone?: Tone
  icon?: LucideIcon
}

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  info: 'bg-info-soft text-info',
  success: 'bg-success-soft text-success',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
}

/** What happened, one after the other. */
export function Timeline({ items }: { items: TimelineItem[] }) {
  return (
    <ol className="grid">
      {items.map(({ id, at, title, who, body, tone = 'neutral', icon: Icon = Circle }) => (
        <li key={id} className="group relative flex gap-3 pb-5 last:pb-0">
          <span aria-hidden className="absolute top-8 bottom-0 left-4 w-px bg-line group-last:hidden" />
          <span
            className={clsx(
              'relative inline-flex size-8 shrink-0 items-center justify-center rounded-full',
              TONES[tone],
            )}
          >
            <Icon aria-hidden className="size-4" />
          </span>
          <div className="min-w-0 flex-1 pt-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
              <p className="min-w-0 text-sm font-medium">{title}</p>
              <p className="text-xs text-muted">
                <Time at={at} relative />
              </p>
            </div>
            {who ? <p className="text-xs text-muted">{who}</p> : null}
            {body ? (
              <div className="mt-1.5 rounded-control border border-line bg-surface p-3 text-sm whitespace-pre-line">
                {body}
              </div>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  )
}
