import clsx from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { InputHTMLAttributes, ReactNode } from 'react'
import { describedBy, FieldErrors } from './field'

const CARD =
  'flex cursor-pointer items-start gap-3 rounded-card border bg-raised p-4 shadow-card transition-colors hover:border-line-strong has-checked:border-accent has-checked:bg-accent-soft/50 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent has-disabled:cursor-default has-disabled:bg-sunken has-disabled:shadow-none has-disabled:hover:border-line'

type CheckboxProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> & {
  label: ReactNode
  help?: ReactNode
  errors?: string[]
}

export function Checkbox({ label, help, errors, id, className, ...rest }: CheckboxProps) {
  const ownId = id ?? [rest.name, rest.value].filter(Boolean).join('-')
  return (
    <div className={clsx('grid gap-1', className)}>
      <div className="flex items-start gap-2.5">
        <input
          {...rest}
          type="checkbox"
          id={ownId}
          aria-invalid={errors?.length ? true : undefined}
          aria-describedby={describedBy(ownId, { help, errors })}
          className="mt-[0.2rem] size-4.5 shrink-0 accent-accent"
        />
        <div>
          <label htmlFor={ownId} className="font-medium">
            {label}
          </label>
          {help ? (
            <p id={`${ownId}-help`} className="text-sm text-muted">
              {help}
            </p>
          ) : null}
        </div>
      </div>
      <FieldErrors id={ownId} errors={errors} className="pl-7" />
    </div>
  )
}

export type RadioOption = { value: string; title: string; description?: string; icon?: LucideIcon }
type RadioCardsProps = {
  name: string
  legend: string
  help?: ReactNode
  options: readonly RadioOption[]
  defaultValue?: string
  errors?: string[]
  id?: string
}

/** One of a few, each with a title and what it means. */
export function RadioCards({ name, legend, help, options, defaultValue, errors, id = name }: RadioCardsProps) {
  return (
    <fieldset aria-describedby={describedBy(id, { help, errors })} className="min-w-0">
      <legend id={id} tabIndex={-1} className="mb-1.5 text-sm font-semibold">
        {legend}
      </legend>
      {help ? (
        <p id={`${id}-help`} className="mb-2 text-sm text-muted">
          {help}
        </p>
      ) : null}
      <div className="grid gap-3 sm:grid-cols-2">
        {options.map(({ value, title, description, icon: Icon }) => (
          <label key={value} className={clsx(CARD, errors?.length ? 'border-danger' : 'border-line')}>
            <input
              type="radio"
              name={name}
              value={value}
              defaultChecked={value === defaultValue}
              className="mt-[0.2rem] size-4.5 shrink-0 accent-accent outline-none"
            />
            <span className="min-w-0 flex-1">
              <span className="flex items-center gap-2 font-medium">
                {Icon ? <Icon aria-hidden className="size-4 text-muted" /> : null}
                {title}
              </span>
              {description ? <span className="mt-0.5 block text-sm text-muted">{description}</span> : null}
            </span>
          </label>
        ))}
      </div>
      <FieldErrors id={id} errors={errors} className="mt-2" />
    </fieldset>
  )
}
