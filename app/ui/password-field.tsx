import clsx from 'clsx'
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { CONTROL, controlBorder, describedBy, Field } from './field'
import type { TextFieldProps } from './form'

/** What a new password has to be, where nothing more is asked for. */
export const PASSWORD_HELP = 'At least 8 characters. A sentence is easier to remember than a word.'

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
