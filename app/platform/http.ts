import type { Readable } from 'node:stream'

/** A machine request as the doors see it: they do not know the server that carries it. */
export type HttpRequest = {
  method: string
  path: string
  /** Without the question mark. */
  queryString: string
  params: Record<string, string>
  headers: Record<string, string | string[] | undefined>
  contentType: string
  body: Buffer
}

/** Whose pages may read an answer from a browser: everybody's, or those of origins that clients have registered. */
export type Cors = 'public' | 'registered-origins' | 'registered-origins-with-cookies'

export type HttpAnswer = {
  status: number
  headers?: Record<string, string | string[]>
  /** A stream is read as fast as the other side takes it. */
  body?: string | Buffer | Readable
}
