import type { z } from 'zod'
import { OperatorError } from '~db/database'

/** The options of a command. @throws OperatorError with a line for each that cannot be used */
export function readOptions<Schema extends z.ZodObject>(schema: Schema, given: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(given)
  if (success) return data
  throw new OperatorError(error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'))
}
