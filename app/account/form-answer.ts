import type { SubmissionResult } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { z } from 'zod'
import { describeRefusal, NOT_ECHOED } from '~/pages/form-answers'

type Submission = {
  reply(options: {
    formErrors?: string[]
    fieldErrors?: Record<string, string[]>
    hideFields?: string[]
  }): SubmissionResult<string[]>
}

/** The answer to a form whose fields do not fit. */
export const invalidForm = (submission: Submission) =>
  data(submission.reply({ hideFields: NOT_ECHOED }), { status: 400 })

/** The answer to a form that the domain refuses: at the field that the refusal names, else above the form. */
export function refusedForm(submission: Submission, error: unknown) {
  const { status, message, field, headers } = describeRefusal(error)
  const errors = field ? { fieldErrors: { [field]: [message] } } : { formErrors: [message] }
  return data(submission.reply({ ...errors, hideFields: NOT_ECHOED }), { status, headers })
}

/** The answer to an act that is refused: as `refusedForm`, and in `refusal` for a button that has no form to show it. */
export function refusedAct(error: unknown, form: FormData) {
  const { message } = describeRefusal(error)
  const answer = refusedForm(parseWithZod(form, { schema: z.looseObject({}) }), error)
  return data({ ...answer.data, refusal: message }, answer.init ?? undefined)
}
