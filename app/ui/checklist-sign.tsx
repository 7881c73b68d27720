import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react'

/** Whether an item of a list is done, needed or advised: in words too. */
export function ChecklistSign({ isDone, isAdvice }: { isDone: boolean; isAdvice: boolean }) {
  if (isDone) return <CircleCheck aria-label="Done:" className="mt-0.5 size-5 shrink-0 text-success" />
  if (isAdvice) return <CircleDashed aria-label="Advised:" className="mt-0.5 size-5 shrink-0 text-muted" />
  return <CircleAlert aria-label="Needed:" className="mt-0.5 size-5 shrink-0 text-danger" />
}
