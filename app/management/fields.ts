import { z } from 'zod'

/** The parameters that choose members of an answer. */
export const fieldsQuery = {
  fields: z.string().max(1000).optional().describe('Comma-separated names of the members to give, or to leave out.'),
  include_fields: z.boolean().optional().describe('False: the members named in `fields` are left out.'),
}

export type FieldChoice = z.output<z.ZodObject<typeof fieldsQuery>>

/** The members that a program asked for; `always` are given in any case. */
export function pickFields<Value extends object>(
  value: Value,
  { fields, include_fields = true }: FieldChoice,
  always: readonly string[] = [],
): Partial<Value> {
  if (!fields) return value
  const named = new Set(fields.split(',').map((name) => name.trim()))
  const kept = Object.entries(value).filter(([name]) => always.includes(name) || named.has(name) === include_fields)
  return Object.fromEntries(kept) as Partial<Value>
}

/** What a program notes of a thing. None given, or null, takes all of it away. */
export const notes = z
  .record(z.string().min(1).max(255), z.string().max(255))
  .refine((given) => Object.keys(given).length <= 25, 'Use at most 25 members')
  .nullable()
  .describe('At most 25 members, in place of all before; null removes them.')

/** An empty text, or null, removes what is set. */
export const removable = <Schema extends z.ZodType<string>>(schema: Schema) =>
  z
    .union([z.literal(''), schema])
    .nullable()
    .transform((value) => value || null)

/** Leaves out what is not set: no answer has a null where a program would look for a value. */
export function withoutUnset<Value extends object>(value: Value): { [K in keyof Value]: Exclude<Value[K], null> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined)) as {
    [K in keyof Value]: Exclude<Value[K], null>
  }
}

export const hasMembers = <Value extends object>(value: Value | null): value is Value =>
  value !== null && Object.keys(value).length > 0

/** A time as the wire has it. */
export const isoTime = (at: number): string => new Date(at).toISOString()
