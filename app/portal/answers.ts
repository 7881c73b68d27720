import type { SubmissionResult } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { z } from 'zod'
import { DomainError, type DomainErrorCode } from '~/domain/errors'

/** How the portal answers each refusal of the domain. */
const STATUS: Record<DomainErrorCode, number> = {
  not_found: 404,
  not_allowed: 403,
  conflict: 409,
  invalid: 400,
  expired: 410,
  throttled: 429,
  email_taken: 400,
  wrong_credentials: 400,
  user_blocked: 403,
  email_not_verified: 403,
  not_granted: 403,
}

/** What a form was refused for: at its fields in `lastResult`, and what is about none of them in `problem`. */
export type Refusal = { lastResult?: SubmissionResult<string[]>; problem?: string }

/** What an action gives to its page: a refusal with its status, or a value. */
export type Answer<Value> = ReturnType<typeof data<Refusal>> | (Value & { lastResult?: undefined; problem?: undefined })

type Reply = { reply(options?: { hideFields?: string[] }): SubmissionResult<string[]> }

/** What is never sent back to the page. */
const HIDDEN = ['password', 'current_password', 'form_token', 'ticket']

/** The answer to a form that breaks its rules. */
export const refusedForm = (submission: Reply) =>
  data<Refusal>({ lastResult: submission.reply({ hideFields: HIDDEN }) }, { status: 400 })

/**
 * The answer to a refusal of the domain: at the field that it names, else above the form. What was typed stays.
 * Rethrows everything else.
 */
export function refusal(error: unknown, form: FormData) {
  if (!(error instanceof DomainError)) throw error
  const { field, retryAfterSeconds } = error.options
  const headers = retryAfterSeconds === undefined ? undefined : { 'Retry-After': String(retryAfterSeconds) }
  const message = [error.message]
  const lastResult = parseWithZod(form, { schema: z.looseObject({}) }).reply({
    hideFields: HIDDEN,
    ...(field ? { fieldErrors: { [field]: message } } : { formErrors: message }),
  })
  return data<Refusal>(
    { lastResult, problem: field ? undefined : error.message },
    { status: STATUS[error.code], headers },
  )
}
