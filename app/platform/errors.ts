/** Everything that the domain can refuse. Each door says, for every code, how it answers. */
export type DomainErrorCode =
  | 'not_found'
  | 'not_allowed'
  | 'not_granted'
  | 'conflict'
  | 'changed'
  | 'invalid'
  | 'expired'
  | 'throttled'
  | 'email_taken'
  | 'wrong_credentials'
  | 'user_blocked'
  | 'password_breached'
  | 'email_not_verified'
  | 'weak_password'
  | 'provider_failed'

/**
 * A refusal that its reader can act on: `message` is a sentence for people that says what to do next. `field` names the
 * input that it is about, where there is one.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  constructor(
    readonly code: DomainErrorCode,
    message: string,
    readonly options: { field?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message)
  }
}
