import { z } from 'zod'

/** The rules of what owners say about an app; forms and API bodies compose them. */

export const DECISIONS = ['approve', 'request_changes', 'reject'] as const
export type Decision = (typeof DECISIONS)[number]

const MAX = 2000
const tooLong = `Use at most ${MAX} characters.`

/** What the partner has to know, or it is a dead end for them. */
export const requiredMessage = (toDo: string) => z.string({ error: toDo }).trim().min(10, toDo).max(MAX, tooLong)

/** May be empty; the partner reads it. */
export const optionalMessage = z.string().trim().max(MAX, tooLong).default('')

export const decision = z.discriminatedUnion(
  'decision',
  [
    z.object({ decision: z.literal('approve'), message: optionalMessage }),
    z.object({
      decision: z.literal('request_changes'),
      message: requiredMessage('Write what the partner has to change, in at least 10 characters.'),
    }),
    z.object({
      decision: z.literal('reject'),
      message: requiredMessage('Write why the app is rejected, in at least 10 characters.'),
    }),
  ],
  { error: 'Choose to approve, to ask for changes or to reject.' },
)

export const suspensionReason = requiredMessage('Write why, in at least 10 characters. The partner reads it.')
