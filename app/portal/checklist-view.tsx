import { Link } from '@remix-run/react'
import type { ChecklistItem } from '~/domain/apps/checklist'
import { ChecklistSign } from '~/ui/checklist-sign'

/** What is there and what is missing, each with the way to the page where it can be added. */
export function ChecklistView({ items, clientId }: { items: ChecklistItem[]; clientId: string }) {
  return (
    <ul className="grid gap-3">
      {items.map(({ label, isDone, isAdvice, hint, page }) => (
        <li key={label} className="flex items-start gap-3">
          <ChecklistSign isDone={isDone} isAdvice={isAdvice} />
          <div className="min-w-0">
            {isDone ? (
              label
            ) : (
              <>
                <Link to={`/portal/apps/${clientId}/${page}`} className="font-medium underline underline-offset-2">
                  {label}
                </Link>
                <p className="text-sm text-muted">{hint}</p>
              </>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
