import { z } from 'zod'
import { displayText } from '~/domain/users/user-fields'

/** The rules of what is said of a connection; forms and API bodies compose them. */

/** It stands in addresses and in the subjects of people, so it never changes. */
export const connectionName = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$/, 'Use letters, digits and single hyphens between them for the name')

/** What people read on the button. */
export const connectionDisplayName = displayText('a name', 128)

export const realms = z.array(z.string().min(1).max(128)).max(10)
