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

export type HttpAnswer = {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}
