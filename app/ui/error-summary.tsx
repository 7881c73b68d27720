import clsx from 'clsx'
import { CircleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'

export type FormError = { /** The id of the field. */ field?: string; message: string }

/** What is wrong with a form, above it, with links to the fields. It takes the focus, so that it is read out. */
export function ErrorSummary({
  title = 'Something is not right yet',
  errors,
}: {
  title?: string
  errors: FormError[]
}) {
  const ref = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer of the server is to be read out
  useEffect(() => ref.current?.focus(), [errors])
  if (errors.length === 0) return null
  return (
    <div
      ref={ref}
      role="alert"
      tabIndex={-1}
      className="rounded-card border border-danger/50 bg-danger-soft p-4 outline-none"
    >
      <p className="flex items-center gap-2 font-semibold text-danger">
        <CircleAlert aria-hidden className="size-5 shrink-0" />
        {title}
      </p>
      <ul className={clsx('mt-1 space-y-1 pl-7 text-sm', errors.length > 1 && 'list-disc pl-11')}>
        {errors.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            {field ? (
              <a href={`#${field}`} className="underline underline-offset-2">
                {message}
              </a>
            ) : (
              message
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
