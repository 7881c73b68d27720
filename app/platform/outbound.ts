import { type Agent as HttpAgent, request as httpRequest } from 'node:http'
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent'

export type OutboundRequest = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  /** Bytes of the answer; a longer one is a failure. */
  maxBytes: number
  /** Milliseconds for the whole of it. */
  timeout: number
  /**
   * Whether an address of the own network may be asked: only where the tenant itself chose the URL. Otherwise the
   * address that the name leads to has to be a public one, and is the one that is connected to.
   */
  mayBePrivate: boolean
}

export type OutboundAnswer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** The other side could not be asked, or answered with too much; why is for the log alone. */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure'
}

export type Outbound = (url: URL, request: OutboundRequest) => Promise<OutboundAnswer>

/**
 * Asks servers that somebody else named. No redirect is followed, and no more is read than asked for (OWASP SSRF).
 * Rejects with `OutboundFailure`.
 * @param allowed addresses of the own network that may be asked like public ones
 */
export function createOutbound(allowed: string[] = []): Outbound {
  const filter = { allowIPAddressList: allowed }
  const publicOnly = { http: new RequestFilteringHttpAgent(filter), https: new RequestFilteringHttpsAgent(filter) }
  return (url, request) => ask(url, request, publicOnly)
}

type Agents = { http: HttpAgent; https: HttpsAgent }

async function ask(url: URL, options: OutboundRequest, publicOnly: Agents): Promise<OutboundAnswer> {
  const isTls = url.protocol === 'https:'
  if (!isTls && url.protocol !== 'http:') throw new OutboundFailure(`${url.protocol} is not asked`)
  // An IPv4 address written as IPv6 in a way that was given up (RFC 4291 §2.5.5.1): the agent takes it for a public one.
  if (!options.mayBePrivate && /^\[::[\da-f:.]*\]$/i.test(url.hostname) && !url.hostname.startsWith('[::ffff:'))
    throw new OutboundFailure(`${url.hostname} is no public address`)
  const agent = options.mayBePrivate ? undefined : publicOnly[isTls ? 'https' : 'http']
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new OutboundFailure(error.message, { cause: error }))
    const request = (isTls ? httpsRequest : httpRequest)(
      url,
      {
        method: options.method ?? 'GET',
        headers: options.headers,
        agent,
        signal: AbortSignal.timeout(options.timeout),
      },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > options.maxBytes) request.destroy(new Error(`more than ${options.maxBytes} bytes`))
          else chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    request.on('error', fail)
    // A server that wants to speak another protocol is left without an answer and without an error otherwise.
    request.on('close', () => fail(new Error('it closed the connection')))
    request.end(options.body)
  })
}
