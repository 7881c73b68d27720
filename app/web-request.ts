import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Headers that say where a request was sent to: they come from the configuration, never from the wire. */
const UNTRUSTED = new Set(['host', 'origin', 'x-forwarded-host', 'x-forwarded-proto'])

/** The request as Remix takes it. Its URL begins with the issuer whatever the `Host` header says. */
export function toWebRequest(request: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>, issuer: string) {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || UNTRUSTED.has(name) || name.startsWith(':')) continue
    for (const item of [value].flat()) headers.append(name, item)
  }
  headers.set('host', new URL(issuer).host)
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  const url = new URL(request.url, issuer)
  return new Request(url, {
    method: request.method,
    headers,
    body: hasBody ? new Uint8Array(request.body as Buffer) : undefined,
  })
}

/** Sends what Remix answered; `except` names headers that have been set already. */
export function sendWebResponse(reply: FastifyReply, response: Response, except: ReadonlySet<string>): FastifyReply {
  reply.code(response.status)
  for (const [name, value] of response.headers) {
    if (!except.has(name) && name !== 'set-cookie') reply.header(name, value)
  }
  for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie)
  return reply.send(response.body ? Readable.fromWeb(response.body as ReadableStream) : '')
}
