import type { SubmissionResult } from '@conform-to/react'
import { data } from '@remix-run/node'
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

/** The answer to a button that the domain refuses. */
export function refusedAct(error: unknown) {
  const { status, message, headers } = describeRefusal(error)
  return data({ refusal: message }, { status, headers })
}
