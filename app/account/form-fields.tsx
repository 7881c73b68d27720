import type { FieldMetadata } from '@conform-to/react'
import { PASSWORD_HELP, PasswordField, TextField } from '~/ui/form'

type Props = { field: FieldMetadata<string>; label: string }

/** What an input of the kit takes from a field: what was typed before, and what is wrong with it. */
const fromField = ({ name, errors, initialValue }: FieldMetadata<string>) => ({
  name,
  errors,
  defaultValue: initialValue,
  required: true,
})

export const NameField = ({ field, label }: Props) => (
  <TextField key={field.key} {...fromField(field)} label={label} autoComplete="name" maxLength={100} />
)

/** The address by which a person signs in. */
export const EmailField = ({ field, label }: Props) => (
  <TextField
    key={field.key}
    {...fromField(field)}
    label={label}
    type="email"
    autoComplete="username"
    autoCapitalize="none"
    spellCheck={false}
  />
)

export const PresentPasswordField = ({ field, label }: Props) => (
  <PasswordField key={field.key} {...fromField(field)} label={label} autoComplete="current-password" />
)

type NewPasswordProps = Props & { rules?: string | null }

/** @param rules what a password has to have; at least 8 characters, where nothing more is asked for */
export const NewPasswordField = ({ field, label, rules }: NewPasswordProps) => (
  <PasswordField
    key={field.key}
    {...fromField(field)}
    label={label}
    help={rules ? `${rules} A sentence is easier to remember than a word.` : PASSWORD_HELP}
    autoComplete="new-password"
  />
)
