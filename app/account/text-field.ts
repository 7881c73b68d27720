import type { FieldMetadata } from '@conform-to/react'

/** What an input of the kit takes from a field: its name, what was typed before, what is wrong with it. */
export const textField = ({ key, name, errors, initialValue }: FieldMetadata<string>) => ({
  key,
  name,
  errors,
  defaultValue: initialValue,
})
