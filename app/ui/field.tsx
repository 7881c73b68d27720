import clsx from 'clsx'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

/** What every input has around it. */
export type FieldProps = {
  name: string
  label: ReactNode
  help?: ReactNode
  errors?: string[]
  id?: string
  required?: boolean
}

export const CONTROL =
  'w-full rounded-control border bg-raised px-3 text-base text-text shadow-card placeholder:text-muted focus-visible:border-accent focus-visible:-outline-offset-1 disabled:bg-sunken disabled:text-muted [input&]:read-only:bg-sunken [input&]:read-only:text-muted'

export const controlBorder = (errors: string[] | undefined) =>
  errors?.length ? 'border-danger' : 'border-line-strong hover:border-muted'

/** The ids that tie an input to its help and its errors. */
export function describedBy(id: string, { help, errors }: Pick<FieldProps, 'help' | 'errors'>): string | undefined {
  return [help ? `${id}-help` : '', errors?.length ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined
}

export function Field({
  name,
  label,
  help,
  errors,
  id = name,
  required,
  children,
}: FieldProps & { children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
        {required === false ? ' (optional)' : null}
      </label>
      {help ? (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      ) : null}
      {children}
      <FieldErrors id={id} errors={errors} />
    </div>
  )
}

export function FieldErrors({
  id,
  errors,
  className,
}: {
  id: string
  errors: string[] | undefined
  className?: string
}) {
  if (!errors?.length) return null
  return (
    <ul id={`${id}-error`} className={clsx('grid gap-1 text-sm text-danger', className)}>
      {errors.map((error) => (
        <li key={error} className="flex items-start gap-1.5">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </li>
      ))}
    </ul>
  )
}
