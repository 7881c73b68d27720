import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeAfterFile } from './services'

export type ReceivedRequest = { method: string; path: string; headers: Record<string, string>; body: string }

/** A server that is told of events. @param answer the status of each answer, or what to do in place of answering */
export async function openEventReceiver(
  answer: (request: ReceivedRequest, response: ServerResponse) => number | undefined = () => 204,
) {
  const received: ReceivedRequest[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const got = { method: request.method ?? '', path: request.url ?? '', headers, body }
      received.push(got)
      const status = answer(got, response)
      if (status === undefined) return
      response.statusCode = status
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeAfterFile(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events` }
}
