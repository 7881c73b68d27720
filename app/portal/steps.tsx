import type { ReactNode } from 'react'
import { Card } from '~/ui/card'

type Step = { title: string; text: string }

/** What is done one after the other, and the way to begin. */
export function Steps({ title, steps, action }: { title: string; steps: Step[]; action: ReactNode }) {
  return (
    <Card>
      <h2 className="text-lg font-semibold">{title}</h2>
      <ol className="mt-4 grid gap-5 sm:grid-cols-3">
        {steps.map((step, index) => (
          <li key={step.title} className="flex gap-3 sm:block">
            <span
              aria-hidden
              className="inline-flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent"
            >
              {index + 1}
            </span>
            <div className="min-w-0 sm:mt-2">
              <p className="font-medium">{step.title}</p>
              <p className="text-sm text-muted">{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
      <div className="mt-6">{action}</div>
    </Card>
  )
}
