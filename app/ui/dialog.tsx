import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, type ButtonSize, type ButtonVariant } from './button'

type ConfirmDialogProps = {
  id: string
  trigger: { label: ReactNode; variant?: ButtonVariant; size?: ButtonSize }
  title: string
  /** The text, and the form with the button that does it. */
  children: ReactNode
}

/** React 18 does not know the popover attributes, which make the dialog work without script. */
const popover = (attributes: Record<string, string>) => attributes as object

/** Asks once more before something that cannot be undone easily. */
export function ConfirmDialog({ id, trigger, title, children }: ConfirmDialogProps) {
  return (
    <>
      <Button
        type="button"
        variant={trigger.variant ?? 'secondary'}
        size={trigger.size ?? 'md'}
        {...popover({ popovertarget: id })}
      >
        {trigger.label}
      </Button>
      <div
        id={id}
        role="dialog"
        aria-labelledby={`${id}-title`}
        {...popover({ popover: 'auto' })}
        className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-card border border-line bg-raised p-6 text-left text-base font-normal whitespace-normal text-text shadow-float"
      >
        <div className="mb-2 flex items-start justify-between gap-3">
          <h2 id={`${id}-title`} className="text-xl font-semibold">
            {title}
          </h2>
          <Button
            type="button"
            variant="quiet"
            size="sm"
            aria-label="Cancel"
            title="Cancel"
            className="-mt-1 -mr-2 min-w-10 px-2.5!"
            {...popover({ popovertarget: id, popovertargetaction: 'hide' })}
          >
            <X aria-hidden className="size-4" />
          </Button>
        </div>
        {children}
      </div>
    </>
  )
}
