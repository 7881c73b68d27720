import type { SubmissionResult } from '@conform-to/react'
import { data } from '@remix-run/node'
import { DomainError, type DomainErrorCode } from '~/domain/errors'

/** How the admin area answers each refusal of the domain. */
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

type Reply = { reply(options?: { hideFields?: string[] }): SubmissionResult<string[]> }

/** What is never sent back to the page. */
const HIDDEN = ['password', 'code', 'form_token', 'ticket']

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
  const lastResult: SubmissionResult<string[]> = {
    status: 'error',
    initialValue: typedValues(form),
    error: field ? { [field]: [error.message] } : {},
  }
  return data<Refusal>(
    { lastResult, problem: field ? undefined : error.message },
    { status: STATUS[error.code], headers },
  )
}

/** @throws a 404 `Response` where there is nothing under an address */
export function requireFound<Found>(found: Found | undefined, what: string): Found {
  if (found === undefined) throw new Response(`There is no such ${what}. It may have been deleted.`, { status: 404 })
  return found
}

const typedValues = (form: FormData): Record<string, string> =>
  Object.fromEntries(
    [...form.entries()].filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && !HIDDEN.includes(entry[0]),
    ),
  )
