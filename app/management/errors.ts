/** How the Management API refuses: Auth0's bodies, so that its SDKs raise the errors that their users know. */
import { STATUS_CODES } from 'node:http'
import { DomainError, type DomainErrorCode } from '~/platform/errors'
import type { HttpAnswer } from '~/platform/http'

type Refusal = { status: number; errorCode?: string; message?: string }

/** A refusal as it goes onto the wire. `errorCode` is what a program can tell refusals apart by. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError'
  constructor(
    readonly status: number,
    readonly errorCode: string | undefined,
    message: string,
    /** `challenge`: what is wanted of a token, beside the error, in the header of RFC 6750 §3. */
    readonly options: {
      members?: object
      headers?: Record<string, string>
      challenge?: Record<string, string | number>
    } = {},
  ) {
    super(message)
  }
}

/** What each refusal of the domain is here. Its own message is told, unless Auth0 has one that SDKs look for. */
const DOMAIN_ERRORS: Record<DomainErrorCode, Refusal> = {
  not_found: { status: 404, errorCode: 'inexistent_resource' },
  not_allowed: { status: 403, errorCode: 'operation_not_supported' },
  not_granted: { status: 403, errorCode: 'operation_not_supported' },
  conflict: { status: 409, errorCode: 'conflict' },
  changed: { status: 409, errorCode: 'conflict' },
  invalid: { status: 400, errorCode: 'invalid_body' },
  expired: { status: 400, errorCode: 'expired' },
  throttled: { status: 429, errorCode: 'too_many_requests' },
  email_taken: { status: 409, errorCode: 'auth0_idp_error', message: 'The user already exists.' },
  wrong_credentials: { status: 400, errorCode: 'invalid_body' },
  password_breached: { status: 403, errorCode: 'operation_not_supported' },
  user_blocked: { status: 403, errorCode: 'operation_not_supported' },
  email_not_verified: { status: 403, errorCode: 'operation_not_supported' },
  weak_password: { status: 400, errorCode: 'invalid_body' },
  provider_failed: { status: 503, errorCode: 'provider_failed' },
}

/** @throws what is no refusal */
export function toManagementError(thrown: unknown): ManagementError {
  if (thrown instanceof ManagementError) return thrown
  if (!(thrown instanceof DomainError)) throw thrown
  const { status, errorCode, message = thrown.message } = DOMAIN_ERRORS[thrown.code]
  const { retryAfterSeconds, field } = thrown.options
  const retry: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  if (status !== 400) return new ManagementError(status, errorCode, message, { headers: retry })
  const where = field === undefined ? '' : ` on property ${field}`
  return new ManagementError(status, errorCode, `Payload validation error: '${message}'${where}.`)
}

export function refusalAnswer(refusal: ManagementError): HttpAnswer {
  const { status, errorCode, message, options } = refusal
  const body = { statusCode: status, error: STATUS_CODES[status], message, errorCode, ...options.members }
  const headers = { 'content-type': JSON_TYPE, ...challengeOf(refusal), ...options.headers }
  return { status, headers, body: JSON.stringify(body) }
}

/** What the token lacks (RFC 6750 §3, RFC 9470 §3); a request without one is told of no error (RFC 6750 §3.1). */
function challengeOf({ status, errorCode = '', message, options }: ManagementError): Record<string, string> {
  const isOfToken = ['insufficient_scope', INSUFFICIENT_AUTHENTICATION].includes(errorCode)
  if (status !== 401 && !isOfToken) return {}
  const error = isOfToken ? errorCode : message === MISSING_TOKEN ? undefined : 'invalid_token'
  const parameters = Object.entries({ realm: 'Management API', ...(error ? { error } : {}), ...options.challenge })
  return { 'www-authenticate': `Bearer ${parameters.map(([name, value]) => `${name}="${value}"`).join(', ')}` }
}

/** RFC 9470 §3 */
export const INSUFFICIENT_AUTHENTICATION = 'insufficient_user_authentication'

export const MISSING_TOKEN = 'Missing authentication'

export const JSON_TYPE = 'application/json; charset=utf-8'
