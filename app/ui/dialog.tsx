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
        <h2 id={`${id}-title`} className="mb-2 text-xl font-semibold">
          {title}
        </h2>
        {children}
        <div className="mt-4 border-t border-line pt-4">
          <Button type="button" variant="quiet" {...popover({ popovertarget: id, popovertargetaction: 'hide' })}>
            Cancel
          </Button>
        </div>
      </div>
    </>
  )
}
