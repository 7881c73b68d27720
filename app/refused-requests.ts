/** What is answered before a door has looked at a request: to addresses that nobody has, and to forms of other sites. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Config } from './config'
import type { MachineEndpoint } from './context'
import { ManagementError, refusalAnswer } from './management/errors'
import { hasMore } from './platform/form-body'
import type { HttpAnswer, HttpRequest } from './platform/http'

type Request = { id: string; url: string }

const isManagement = (url: string): boolean => /^\/+api\/+v2(\/|\?|$)/i.test(url)

/** What is refused before an endpoint has looked at it, in the form that its clients know. */
export function refusedRequest({ url, id }: Request, status: number, message: string): HttpAnswer {
  const isFault = status >= 500
  if (isManagement(url))
    return refusalAnswer(new ManagementError(status, isFault ? 'internal_error' : 'invalid_request', message))
  const body = { error: isFault ? 'server_error' : 'invalid_request', error_description: message, request_id: id }
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** What the framework refuses by itself, in words of our own. */
export const UNREADABLE: Record<number, string> = {
  413: 'The body is too long. Send a shorter one.',
  415: 'The Content-Type is not one. Name the type of the body, as in application/json.',
}

/** Query parameters of a request: no page and no endpoint has as many. */
const MAX_PARAMETERS = 200

/**
 * What the routes would read as it is written, and the parser of URLs as another path or even as another host: empty and
 * dot segments, and the backslash.
 */
const READ_DIFFERENTLY = /\/\/|\\|\/(\.|%2e){1,2}(\/|$)/i

/** What no address of ours has, whoever would answer it. */
export function refuseAddress(request: Request): HttpAnswer | undefined {
  const { url } = request
  const [path = '', query = ''] = splitOnce(url, '?')
  // No text has a NUL, and PostgreSQL takes none: whoever sends one is answered before anything looks at it.
  if (url.includes('%00')) return refusedRequest(request, 400, 'The address has a NUL character.')
  if (hasMore(query, '&', MAX_PARAMETERS))
    return refusedRequest(request, 400, `The address has more than ${MAX_PARAMETERS} parameters.`)
  if (READ_DIFFERENTLY.test(path)) return unknownAddress(request)
  return undefined
}

/** The first segments of the addresses that programs call: no page lies below them. */
export const machineAreas = (endpoints: MachineEndpoint[]): ReadonlySet<string> =>
  new Set(endpoints.flatMap(({ path, besidePage }) => (besidePage ? [] : [areaOf(path)])))

export const areaOf = (url: string): string => /^\/*([^/?]*)/.exec(url)?.[1]?.toLowerCase() ?? ''

/** Whether a person reads the answer, as browsers say, or a program. */
export const readsPages = ({ headers }: Pick<HttpRequest, 'headers'>): boolean =>
  headers.accept?.includes('text/html') ?? false

/** The answer of an address that nobody has; programs read JSON. */
export function unknownAddress({ url, id }: Request): HttpAnswer {
  if (isManagement(url)) return refusalAnswer(new ManagementError(404, undefined, 'Not Found'))
  const error_description = 'Nothing answers at this address. /.well-known/openid-configuration names the endpoints.'
  const body = { error: 'not_found', error_description, request_id: id }
  return { status: 404, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** Requests that are no HTTP, or whose headers are too long: there is no request to answer, only a connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const body = JSON.stringify({ error: 'invalid_request', error_description: 'The request cannot be read.' })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroy(error)
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Forms are taken from our own pages only. It stands before Remix, whose own check trusts `X-Forwarded-Host` and can be
 * passed by with `_data`. A browser says where a request comes from in `Sec-Fetch-Site`, an older one in `Origin`.
 */
export function refuseForgery(
  config: Config,
  request: Request & Pick<HttpRequest, 'method' | 'headers'>,
): HttpAnswer | undefined {
  const refuse = (status: number, body: string) => ({
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body,
  })
  if (new URL(request.url, config.issuer).searchParams.has('_data')) return refuse(400, 'There is no such page.\n')
  if (SAFE_METHODS.has(request.method)) return undefined
  const site = request.headers['sec-fetch-site']
  const isOurs = site === undefined ? `${request.headers.origin}/` === config.issuer : site === 'same-origin'
  return isOurs
    ? undefined
    : refuse(403, 'This form was not sent from a page of this site. Open the page and send it from there.\n')
}

export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
