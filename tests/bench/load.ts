import { Agent, request } from 'node:http'

export const CONNECTIONS = 16

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

export type Answer = { status: number; location: string | undefined; cookies: string[]; body: string }

export type Call = { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string }

/** One request over a kept connection; once more on another where the server had closed it as idle (RFC 9112, 9.3.1). */
export function call(origin: string, { method, path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request(`${origin}${path}`, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          cookies: response.headers['set-cookie'] ?? [],
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (!outgoing.reusedSocket || error.code !== 'ECONNRESET') return reject(error)
      call(origin, { method, path, headers, body }).then(resolve, reject)
    })
    outgoing.end(body)
  })
}

export const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Call => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
})

/** Runs a step over and over on each connection, one at a time, for some time. Returns how many were done and how long each took. */
export async function closedLoop(
  milliseconds: number,
  step: (connection: number) => Promise<void>,
): Promise<{ count: number; durations: number[] }> {
  const end = performance.now() + milliseconds
  const durations: number[] = []
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, connection) => {
      while (performance.now() < end) {
        const before = performance.now()
        await step(connection)
        durations.push(performance.now() - before)
      }
    }),
  )
  return { count: durations.length, durations: durations.sort((a, b) => a - b) }
}

export const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

export const median = (values: number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
