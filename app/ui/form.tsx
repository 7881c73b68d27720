import clsx from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { CONTROL, controlBorder, describedBy, Field, type FieldProps } from './field'

export { PASSWORD_HELP, PasswordField } from './password-field'

export type TextFieldProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, keyof FieldProps>

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

export function FormActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3 pt-2">{children}</div>
}
