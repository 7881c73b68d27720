import { OAuthError } from './errors'

/** RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The scopes of a request, each once; those of OpenID Connect are the default of a request that names none. */
export function readScope(value: string | undefined): string[] {
  const tokens = [...new Set((value ?? 'openid').split(' ').filter(Boolean))]
  if (!tokens.every((token) => SCOPE_TOKEN.test(token))) {
    throw new OAuthError(
      'invalid_scope',
      'The scope parameter has characters that no scope can have (RFC 6749 section 3.3).',
    )
  }
  return tokens
}
