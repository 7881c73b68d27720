/** What clients meet who are in the middle of something when the process ends. */
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createApplication } from '~/application'
import type { Pages } from '~/pages-of-build'
import { HOUR } from '~/platform/durations'
import { stop } from '~/stop'
import { inPlaceOfPages } from '~tests/support/machine'
import { closeAfterFile, createTestServices } from '~tests/support/services'

const REQUEST = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'
const PAGE = 'GET /portal HTTP/1.1\r\nhost: localhost\r\n\r\n'

/** A server that is told to end within an hour: whoever waits for that, and not for the answers, is never done. */
async function listen(answer?: Pages['answer']) {
  const ending = new AbortController()
  const services = { ...(await createTestServices()), ending: ending.signal }
  const app = await createApplication(services, { pages: answer && inPlaceOfPages(answer) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  closeAfterFile(() => app.close())
  return {
    app,
    services,
    /** Opens a connection and sends a request there. */
    async ask(request: string) {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(request)
      return socket
    },
    end() {
      ending.abort()
      return stop(app, { drain: 0, within: HOUR, finish: async () => {} })
    },
  }
}

/** All that comes until the connection is closed. */
async function readAll(socket: Socket): Promise<string> {
  let text = ''
  for await (const part of socket) text += part
  return text
}

it('a request that is on its way at the signal, on a connection that was kept, is answered, and is the last there', async () => {
  const server = await listen()
  const kept = await Promise.all([server.ask(REQUEST), server.ask(REQUEST)])
  for (const socket of kept) await once(socket, 'data')
  const ended = server.end()
  for (const socket of kept) socket.write(REQUEST)
  for (const answer of await Promise.all(kept.map(readAll))) {
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
    expect(answer).toMatch(/^connection: close/im)
  }
  await ended
})

it('a request that takes long is answered, whatever else is open', async () => {
  let answer = (_response: Response) => {}
  const server = await listen(() => new Promise((resolve) => (answer = resolve)))
  const socket = await server.ask(PAGE)
  const received = readAll(socket)
  while (server.app.requests.inFlight.size === 0) await sleep(10)
  await server.ask('')
  const ended = server.end()
  // Longer than without a request in flight.
  await sleep(1_000)
  answer(new Response('at last'))
  expect(await received).toContain('at last')
  await ended
})

it('a client that has gone before its answer was ready is counted, and holds up no end', async () => {
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => (isAsked = resolve))
  const server = await listen(() => {
    isAsked()
    return new Promise(() => {})
  })
  const seen = once(server.app.server, 'connection') as Promise<[Socket]>
  const socket = await server.ask(PAGE)
  const [there] = await seen
  await asked
  socket.destroy()
  await once(there, 'close')
  expect(await server.services.metrics.registry.metrics()).toContain(
    'portal_request_duration_seconds_count{method="GET",endpoint="/portal pages",class="4xx"} 1',
  )
  await server.end()
})
