import clsx from 'clsx'
import { ChevronDown, Eye, EyeOff } from 'lucide-react'
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useState,
} from 'react'
import { CONTROL, controlBorder, describedBy, Field, type FieldProps } from './field'

type TextFieldProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, keyof FieldProps>

export function TextField({ label, help, errors, id, required, className, ...rest }: TextFieldProps) {
  const field = { name: rest.name, label, help, errors, id: id ?? rest.name, required }
  return (
    <Field {...field}>
      <input
        type="text"
        {...rest}
        id={field.id}
        required={required || undefined}
        aria-invalid={errors?.length ? true : undefined}
        aria-describedby={describedBy(field.id, field)}
        className={clsx(CONTROL, controlBorder(errors), 'min-h-11', className)}
      />
    </Field>
  )
}

/** A password; with script it can be shown. It is never filled in by the server. */
export function PasswordField({
  label,
  help,
  errors,
  id,
  required,
  className,
  defaultValue: _never,
  ...rest
}: TextFieldProps) {
  const [isShown, setShown] = useState(false)
  const field = { name: rest.name, label, help, errors, id: id ?? rest.name, required }
  const Icon = isShown ? EyeOff : Eye
  return (
    <Field {...field}>
      <div className="relative">
        <input
          {...rest}
          type={isShown ? 'text' : 'password'}
          id={field.id}
          required={required || undefined}
          aria-invalid={errors?.length ? true : undefined}
          aria-describedby={describedBy(field.id, field)}
          className={clsx(CONTROL, controlBorder(errors), 'min-h-11 pr-11', className)}
        />
        <button
          type="button"
          onClick={() => setShown(!isShown)}
          aria-label={isShown ? 'Hide the password' : 'Show the password'}
          aria-pressed={isShown}
          className="needs-script absolute inset-y-0 right-0 inline-flex w-11 items-center justify-center rounded-control text-muted hover:text-text"
        >
          <Icon aria-hidden className="size-4" />
        </button>
      </div>
    </Field>
  )
}

type TextAreaProps = FieldProps & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, keyof FieldProps>

export function TextArea({ label, help, errors, id, required, className, rows = 4, ...rest }: TextAreaProps) {
  const field = { name: rest.name, label, help, errors, id: id ?? rest.name, required }
  return (
    <Field {...field}>
      <textarea
        rows={rows}
        {...rest}
        id={field.id}
        required={required || undefined}
        aria-invalid={errors?.length ? true : undefined}
        aria-describedby={describedBy(field.id, field)}
        className={clsx(CONTROL, controlBorder(errors), 'py-2.5', className)}
      />
    </Field>
  )
}

type SelectProps = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, keyof FieldProps> & { options: { value: string; label: string }[] }

export function Select({ label, help, errors, id, required, className, options, ...rest }: SelectProps) {
  const field = { name: rest.name, label, help, errors, id: id ?? rest.name, required }
  return (
    <Field {...field}>
      <div className="relative">
        <select
          {...rest}
          id={field.id}
          required={required || undefined}
          aria-invalid={errors?.length ? true : undefined}
          aria-describedby={describedBy(field.id, field)}
          className={clsx(CONTROL, controlBorder(errors), 'min-h-11 appearance-none pr-10', className)}
        >
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
        />
      </div>
    </Field>
  )
}

/** Fields that belong together, under one heading. */
export function FieldSet({ legend, help, children }: { legend: ReactNode; help?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 gap-4">
      <legend className="mb-3 text-lg font-semibold">
        {legend}
        {help ? <span className="mt-0.5 block text-sm font-normal text-muted">{help}</span> : null}
      </legend>
      {children}
    </fieldset>
  )
}

export function FormActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3 pt-2">{children}</div>
}
