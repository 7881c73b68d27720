import type { DomainError, DomainErrorCode } from '~/platform/errors'

/** Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5, OpenID Connect Core §3.1.2.6 and
 * Unmet Authentication Requirements, RFC 6750 §3.1, RFC 8707 §2, RFC 9101 §7, RFC 9396 §5, RFC 7591 §3.2.2, RFC 7009 §2.2.1; Auth0's own of its second factor and of
 * sign-ins on pages of the client's. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'mfa_required'
  | 'unsupported_challenge_type'
  | 'unsupported_credential_type'
  | 'blocked_user'
  | 'password_leaked'
  | 'interaction_required'
  | 'unmet_authentication_requirements'
  | 'temporarily_unavailable'
  | 'too_many_attempts'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'invalid_request_uri'
  | 'invalid_request_object'
  | 'invalid_dpop_proof'
  | 'invalid_authorization_details'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'unsupported_token_type'
  | 'server_error'

type Options = {
  status?: number
  headers?: Record<string, string>
  /** More for the client to read, beside the two members that every error has. */
  members?: Record<string, unknown>
  /** For the log only: what an attacker has no business to know. */
  detail?: string
  cause?: unknown
}

/** A refusal in the words of the protocol. `description` says what the developer is to change, and no secret. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly status: number
  readonly description: string
  constructor(
    readonly error: OAuthErrorCode,
    description: string,
    readonly options: Options = {},
  ) {
    super(`${error}: ${description}`, { cause: options.cause })
    this.status = options.status ?? 400
    // RFC 6749 §5.2: printable ASCII without quotation mark and backslash; names of apps and APIs may hold anything.
    this.description = description.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?')
  }
}

/** How this door answers what the domain refuses. */
const DOMAIN_ERRORS: Record<DomainErrorCode, { error: OAuthErrorCode; status: number }> = {
  not_found: { error: 'invalid_request', status: 400 },
  not_allowed: { error: 'invalid_scope', status: 400 },
  not_granted: { error: 'access_denied', status: 403 },
  conflict: { error: 'invalid_request', status: 400 },
  changed: { error: 'temporarily_unavailable', status: 503 },
  invalid: { error: 'invalid_request', status: 400 },
  expired: { error: 'invalid_grant', status: 400 },
  throttled: { error: 'too_many_attempts', status: 429 },
  email_taken: { error: 'invalid_request', status: 400 },
  wrong_credentials: { error: 'invalid_grant', status: 403 },
  password_breached: { error: 'unauthorized_client', status: 403 },
  user_blocked: { error: 'unauthorized_client', status: 403 },
  email_not_verified: { error: 'access_denied', status: 403 },
  weak_password: { error: 'invalid_request', status: 400 },
  provider_failed: { error: 'temporarily_unavailable', status: 503 },
}

export function fromDomainError(refusal: DomainError): OAuthError {
  const known = DOMAIN_ERRORS[refusal.code]
  const { status } = known
  const error = refusal.options.field === 'resource' ? 'invalid_target' : known.error
  const { retryAfterSeconds } = refusal.options
  const headers = retryAfterSeconds ? { 'retry-after': String(retryAfterSeconds) } : undefined
  return new OAuthError(error, refusal.message, { status, headers, cause: refusal })
}

/** RFC 6749 §3.1, §3.2: a parameter stands at most once. RFC 8707 §2 lets `resource` stand more often, where a token can be for several. */
export const repeated = (name: string): OAuthError =>
  name === 'resource'
    ? new OAuthError('invalid_target', 'A token is for one API here; send the parameter resource once.')
    : new OAuthError('invalid_request', `The parameter ${name} stands more than once; send it once.`)
