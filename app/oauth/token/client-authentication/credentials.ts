import type { HttpRequest } from '~/platform/http'
import type { Parameters } from '../../endpoint'
import { OAuthError } from '../../errors'

export type Credentials = {
  method: 'none' | 'client_secret_basic' | 'client_secret_post'
  clientId: string
  secret: string | undefined
}

/**
 * What the client says who it is, in one way: the Authorization header, or the body (RFC 6749 §2.3.1). Credentials in
 * both are refused, and so is a `client_id` in the body that is not the header's.
 */
export function readCredentials(params: Parameters, { headers }: HttpRequest): Credentials {
  const header = headers.authorization
  const bodyId = params.get('client_id')
  const bodySecret = params.get('client_secret')
  if (typeof header !== 'string') {
    if (bodyId === undefined)
      throw new OAuthError('invalid_client', 'Send the client_id, and the client_secret if the client has one.', {
        status: 401,
      })
    return { method: bodySecret === undefined ? 'none' : 'client_secret_post', clientId: bodyId, secret: bodySecret }
  }
  if (bodySecret !== undefined)
    throw new OAuthError('invalid_request', 'Send the client secret once: in the header or in the body.')
  const basic = readBasic(header)
  if (bodyId !== undefined && bodyId !== basic.clientId) {
    throw new OAuthError('invalid_request', 'The client_id of the body is not that of the Authorization header.')
  }
  return { method: 'client_secret_basic', ...basic }
}

/** Id and secret are form-encoded before they are joined by a colon, so that either may hold any character. */
function readBasic(header: string): { clientId: string; secret: string } {
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
  if (!clientId || !secret) throw malformed()
  return { clientId, secret }
}

function formDecode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}
