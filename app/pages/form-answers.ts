/** How the pages answer a form that is refused: with what was typed, what is wrong, and a status that says so. */
import type { SubmissionResult } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data, type HeadersFunction } from '@remix-run/node'
import { z } from 'zod'
import { DomainError, type DomainErrorCode } from '~/platform/errors'
import { TooManyPasswordChecks } from '~/platform/passwords'

const STATUS: Record<DomainErrorCode, number> = {
  not_found: 404,
  not_allowed: 403,
  conflict: 409,
  changed: 409,
  invalid: 400,
  expired: 410,
  throttled: 429,
  email_taken: 400,
  wrong_credentials: 400,
  user_blocked: 403,
  password_breached: 403,
  email_not_verified: 403,
  not_granted: 403,
  weak_password: 400,
  provider_failed: 502,
}

/** What is typed into a form comes back with its errors; these do not. */
export const NOT_ECHOED = [
  'form_token',
  'password',
  'current_password',
  'link_password',
  'code',
  'ticket',
  'options.client_secret',
  'authorization',
]

/** What a form was refused for: at its fields in `lastResult`, and what is about none of them in `problem`. */
export type Refusal = { lastResult?: SubmissionResult<string[]>; problem?: string }

/** What an action gives to its page: a refusal with its status, or a value. */
export type Answer<Value> = ReturnType<typeof data<Refusal>> | (Value & { lastResult?: undefined; problem?: undefined })

type Submission = { reply(options?: { hideFields?: string[] }): SubmissionResult<string[]> }

/** The answer to a form that breaks its rules. */
export const refusedForm = (submission: Submission) =>
  data<Refusal>({ lastResult: submission.reply({ hideFields: NOT_ECHOED }) }, { status: 400 })

/**
 * The answer to a refusal of the domain: at the field that it names, else above the form. What was typed stays.
 * Rethrows everything else.
 */
export function refusal(error: unknown, form: FormData) {
  const { status, message, field, headers } = describeRefusal(error)
  const lastResult = parseWithZod(form, { schema: z.looseObject({}) }).reply({
    hideFields: NOT_ECHOED,
    ...(field ? { fieldErrors: { [field]: [message] } } : { formErrors: [message] }),
  })
  return data<Refusal>({ lastResult, problem: field ? undefined : message }, { status, headers })
}

/** What a page needs to say of a refusal. @throws what is no refusal */
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

/** For routes whose forms can be refused for a time: without it a page leaves out the headers of its action. */
export const actionHeaders: HeadersFunction = ({ actionHeaders }) => {
  const retryAfter = actionHeaders.get('Retry-After')
  return new Headers(retryAfter ? { 'Retry-After': retryAfter } : undefined)
}
