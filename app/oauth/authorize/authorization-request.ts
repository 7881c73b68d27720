import type { RedirectedRequest } from '~db/queries/grants'
import { OAuthError } from '../errors'

/** Every `code`, `id_token` and `token` in the order that the table of response types uses. */
export const normalizeResponseType = (value: string): string => value.split(' ').filter(Boolean).sort().join(' ')

const PROMPTS = new Set(['none', 'login', 'consent', 'select_account', 'create'])
const MAX_LENGTH = 8192

/** `prompt` (OpenID Connect Core §3.1.2.1): `none` stands alone. */
export function readPrompt(value: string | undefined): string[] {
  const prompts = [...new Set((value ?? '').split(' ').filter(Boolean))]
  const unknown = prompts.find((prompt) => !PROMPTS.has(prompt))
  if (unknown)
    throw new OAuthError(
      'invalid_request',
      `The prompt ${unknown} is not supported; use none, login, consent, select_account or create.`,
    )
  if (prompts.includes('none') && prompts.length > 1) {
    throw new OAuthError('invalid_request', 'The prompt none cannot stand with another one.')
  }
  return prompts
}

/** Seconds; 0 asks for a new sign-in. */
export function readMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,10}$/.test(value))
    throw new OAuthError('invalid_request', 'The parameter max_age has to be a whole number of seconds.')
  return Number(value)
}

/** Values that are handed back or shown are bounded, so that no URL or row grows without end. */
export function requireBounded(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && value.length > MAX_LENGTH) {
    throw new OAuthError('invalid_request', `The parameter ${name} is longer than ${MAX_LENGTH} characters.`)
  }
  return value
}

export type ResponseMode = RedirectedRequest['response_mode']

export const RESPONSE_MODES: readonly string[] = [
  'query',
  'fragment',
  'form_post',
  'web_message',
] satisfies ResponseMode[]
const isResponseMode = (value: string): value is ResponseMode => RESPONSE_MODES.includes(value)

/**
 * `response_mode`, by default query for a code alone and fragment where a token comes along; query is refused there
 * (OAuth 2.0 Multiple Response Types §2.1). A message goes to a web page, and so to a callback that has an origin.
 */
export function readResponseMode(value: string | undefined, responseType: string, redirectUri: string): ResponseMode {
  const isCodeAlone = responseType === 'code'
  const mode = value ?? (isCodeAlone ? 'query' : 'fragment')
  if (!isResponseMode(mode)) {
    throw new OAuthError(
      'invalid_request',
      `The response_mode ${mode} is not supported; use ${RESPONSE_MODES.join(', ')}.`,
    )
  }
  if (mode === 'query' && !isCodeAlone) {
    throw new OAuthError(
      'invalid_request',
      'The response_mode query would put a token into a URL; use fragment or form_post.',
    )
  }
  if (mode === 'web_message' && new URL(redirectUri).origin === 'null') {
    throw new OAuthError('invalid_request', 'The response_mode web_message needs an http or https callback.')
  }
  return mode
}

/**
 * `nonce` ties an ID token that comes through the browser to the request (OpenID Connect Core §3.2.2.1).
 * @throws OAuthError `invalid_request` where the response type has one and the nonce is missing
 */
export function requireNonce(responseType: string, nonce: string | undefined): void {
  if (nonce !== undefined || !responseType.split(' ').includes('id_token')) return
  throw new OAuthError('invalid_request', 'Missing required parameter: nonce')
}

/** The thumbprint of a key, 43 characters of base64url (RFC 9449 §10). */
export function readDpopJkt(value: string | undefined): string | undefined {
  if (value !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(value))
    throw new OAuthError('invalid_request', 'The dpop_jkt has to be the SHA-256 thumbprint of a key in base64url.')
  return value
}

/** Space-separated classes, the preferred one first (OpenID Connect Core §3.1.2.1). */
export const readAcrValues = (value: string | undefined): string[] => (value ?? '').split(' ').filter(Boolean)
