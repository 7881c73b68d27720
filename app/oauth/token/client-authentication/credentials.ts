import type { HttpRequest } from '~/platform/http'
import { readUnverified } from '~/platform/jwt'
import type { Parameters } from '../../endpoint'
import { OAuthError } from '../../errors'

export type Credentials =
  | { method: 'none'; clientId: string }
  | { method: 'client_secret_basic' | 'client_secret_post'; clientId: string; secret: string }
  | { method: 'private_key_jwt'; clientId: string; assertion: string }

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * What the client says who it is, in one way: the Authorization header or the body (RFC 6749 §2.3.1), or an assertion
 * (RFC 7521 §4.2). Two at once are refused, and so is a `client_id` in the body that is not the one that is proved.
 */
export function readCredentials(params: Parameters, { headers }: HttpRequest): Credentials {
  const header = headers.authorization
  const bodyId = params.get('client_id')
  const secret = params.get('client_secret')
  const assertion = params.get('client_assertion')
  const ways = [typeof header === 'string', secret !== undefined, assertion !== undefined].filter(Boolean)
  if (ways.length > 1)
    throw new OAuthError(
      'invalid_request',
      'Send the proof of the client once: in the header, or in the body, or as an assertion.',
    )
  const proved =
    typeof header === 'string'
      ? readBasic(header)
      : assertion !== undefined
        ? readAssertion(assertion, params.get('client_assertion_type'))
        : undefined
  if (proved && bodyId !== undefined && bodyId !== proved.clientId)
    throw new OAuthError('invalid_request', 'The client_id of the body is not that of the client that is proved.')
  if (proved) return proved
  if (bodyId === undefined)
    throw new OAuthError('invalid_client', 'Send the client_id, and the proof of the client if it has one.', {
      status: 401,
    })
  return secret === undefined
    ? { method: 'none', clientId: bodyId }
    : { method: 'client_secret_post', clientId: bodyId, secret }
}

/** Whom an assertion is about; that it is genuine is still to be shown. */
function readAssertion(assertion: string, type: string | undefined): Credentials {
  if (type !== ASSERTION_TYPE)
    throw new OAuthError('invalid_request', `The client_assertion_type has to be ${ASSERTION_TYPE}.`)
  // Nothing of it is verified yet: `sub` may be anything that JSON has.
  const clientId: unknown = readUnverified(assertion)?.sub
  if (typeof clientId !== 'string' || clientId === '' || clientId.includes('\0'))
    throw new OAuthError('invalid_client', 'The client_assertion has to be a JWT whose sub is the client id.', {
      status: 401,
    })
  return { method: 'private_key_jwt', clientId, assertion }
}

/**
 * Id and secret are form-encoded before they are joined by a colon, so that either may hold any character. With an empty
 * secret, which may be left out (RFC 6749 §2.3.1), the client only names itself.
 */
function readBasic(header: string): Credentials {
  const malformed = () =>
    new OAuthError('invalid_client', 'The Authorization header has to be: Basic base64(client_id:client_secret).', {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="token endpoint", charset="UTF-8"' },
    })
  const encoded = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header)?.[1]
  if (encoded === undefined) throw malformed()
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const clientId = colon > 0 ? formDecode(decoded.slice(0, colon)) : undefined
  const secret = colon > 0 ? formDecode(decoded.slice(colon + 1)) : undefined
  if (!clientId || secret === undefined) throw malformed()
  return secret === '' ? { method: 'none', clientId } : { method: 'client_secret_basic', clientId, secret }
}

function formDecode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}
