/** How a process ends that is asked to: what is in flight is answered, and nothing that is merely open holds it up. */
import { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { SECOND } from './platform/durations'

/**
 * So long after the last request began to come no other one is awaited, and a half-sent one has had its time: a client
 * that sent at the moment of the end, on a connection that it had kept, is answered.
 */
const REST_OF_REQUESTS = 500
/** What is done without a request goes on elsewhere or later, from what is stored. */
const REST_OF_WORK = 1 * SECOND
const LOOK_EVERY = 50

type Ending = {
  /** For so long balancers are told to send no more before connections are refused (milliseconds). */
  drain: number
  /** After so long, not counting the drain, it ends whatever is open (milliseconds). */
  within: number
  /** Ends the work without requests, and closes what is open. */
  finish(): Promise<unknown>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether every request whose parts have all come is answered. */
    hasAnswered(): boolean
    /** When the headers of the newest request had come (milliseconds of `performance.now()`). */
    lastAskedAt(): number
  }
}

/** Has an application know what is in flight, and say to its clients that they are to come back on a new connection. */
export function prepareToStop(app: FastifyInstance, ending: AbortSignal): void {
  const inFlight = new Set<unknown>()
  let askedAt = Number.NEGATIVE_INFINITY
  app.decorate('hasAnswered', () => inFlight.size === 0)
  app.decorate('lastAskedAt', () => askedAt)
  app.addHook('onRequest', async () => {
    askedAt = performance.now()
  })
  app.addHook('preValidation', async (request) => void inFlight.add(request.raw))
  app.addHook('onResponse', async (request) => void inFlight.delete(request.raw))
  app.addHook('onSend', async (_request, reply) => {
    if (ending.aborted) reply.header('connection', 'close')
  })
}

/** Returns when all is answered and closed, or the time is over. */
export async function stop(app: FastifyInstance, { drain, within, finish }: Ending): Promise<void> {
  // Without a drain, in the same turn in which answers begin to say `close`: who comes back is refused, and not cut off.
  if (drain > 0) await sleep(drain)
  // Not that of HTTP, which closes what is idle too, while requests are on their way there.
  Server.prototype.close.call(app.server)
  const end = async () => {
    const from = performance.now()
    while (!app.hasAnswered() || performance.now() - Math.max(from, app.lastAskedAt()) < REST_OF_REQUESTS)
      await sleep(LOOK_EVERY)
    app.server.closeAllConnections()
    await Promise.race([finish(), sleep(REST_OF_WORK)])
  }
  await Promise.race([end(), sleep(within)])
}
