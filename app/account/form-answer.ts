import type { SubmissionResult } from '@conform-to/react'
import { data, type HeadersFunction } from '@remix-run/node'
import { DomainError, type DomainErrorCode } from '~/domain/errors'
import { TooManyPasswordChecks } from '~/platform/passwords'

/** The HTTP status of a page whose form the domain refused. */
const STATUS: Record<DomainErrorCode, number> = {
  not_found: 404,
  not_allowed: 403,
  conflict: 409,
  invalid: 400,
  expired: 400,
  throttled: 429,
  email_taken: 400,
  wrong_credentials: 400,
  user_blocked: 403,
  email_not_verified: 403,
  not_granted: 403,
}

/** What is typed into a form comes back with its errors; these do not. */
const NOT_ECHOED = ['form_token', 'password', 'current_password']

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

/** @throws what is no refusal */
export function describeRefusal(error: unknown) {
  if (error instanceof TooManyPasswordChecks) {
    const message = 'Too many people sign in at this moment. Try again in a few seconds.'
    return { status: 503, message, field: undefined, headers: { 'Retry-After': '2' } }
  }
  if (!(error instanceof DomainError)) throw error
  const { field, retryAfterSeconds } = error.options
  const headers = retryAfterSeconds ? { 'Retry-After': String(retryAfterSeconds) } : undefined
  return { status: STATUS[error.code], message: error.message, field, headers }
}

/** For routes with such forms: without it a page leaves out the headers of its action. */
export const actionHeaders: HeadersFunction = ({ actionHeaders }) => {
  const retryAfter = actionHeaders.get('Retry-After')
  return new Headers(retryAfter ? { 'Retry-After': retryAfter } : undefined)
}
