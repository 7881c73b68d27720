import { Link } from '@remix-run/react'
import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react'
import type { ChecklistItem } from './checklist'

/** What is there and what is missing, each with the way to the page where it can be added. */
export function ChecklistView({ items, clientId }: { items: ChecklistItem[]; clientId: string }) {
  return (
    <ul className="grid gap-3">
      {items.map(({ label, isDone, isAdvice, hint, page }) => (
        <li key={label} className="flex items-start gap-3">
          <Sign isDone={isDone} isAdvice={isAdvice} />
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

function Sign({ isDone, isAdvice }: Pick<ChecklistItem, 'isDone' | 'isAdvice'>) {
  if (isDone) return <CircleCheck aria-label="Done:" className="mt-0.5 size-5 shrink-0 text-success" />
  if (isAdvice) return <CircleDashed aria-label="Advised:" className="mt-0.5 size-5 shrink-0 text-muted" />
  return <CircleAlert aria-label="Needed:" className="mt-0.5 size-5 shrink-0 text-danger" />
}
