import clsx from 'clsx'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

export type NoticeTone = 'info' | 'success' | 'warning' | 'danger'

const TONES = {
  info: { icon: Info, box: 'border-info/25 bg-info-soft', text: 'text-info' },
  success: { icon: CircleCheck, box: 'border-success/25 bg-success-soft', text: 'text-success' },
  warning: { icon: TriangleAlert, box: 'border-warning/25 bg-warning-soft', text: 'text-warning' },
  danger: { icon: CircleAlert, box: 'border-danger/25 bg-danger-soft', text: 'text-danger' },
} as const

/** A message that belongs to the page: what happened, what to know, what is wrong. */
export function Notice({
  tone = 'info',
  title,
  children,
}: {
  tone?: NoticeTone
  title?: string
  children?: ReactNode
}) {
  const { icon: Icon, box, text } = TONES[tone]
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={clsx('flex items-start gap-3 rounded-card border p-4', box)}
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-5 shrink-0', text)} />
      <div className="min-w-0 flex-1">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children ? <div className={clsx('text-sm', title && 'mt-0.5')}>{children}</div> : null}
      </div>
    </div>
  )
}
