/** How a process ends that is asked to: what is in flight is answered, and nothing that is merely open holds it up. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { SECOND } from './platform/durations'

/** A request of which a part has come gets so long for the rest. */
const REST_OF_REQUEST = 500
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
    /** The requests whose every part has come and that are not answered yet. */
    inFlight: Set<unknown>
  }
}

/** Has an application know what is in flight, and say to its clients that they are to come back on a new connection. */
export function prepareToStop(app: FastifyInstance, ending: AbortSignal): void {
  const inFlight = new Set<unknown>()
  app.decorate('inFlight', inFlight)
  app.addHook('preValidation', async (request) => void inFlight.add(request.raw))
  app.addHook('onResponse', async (request) => void inFlight.delete(request.raw))
  app.addHook('onSend', async (_request, reply) => {
    if (ending.aborted) reply.header('connection', 'close')
  })
}

/** Returns when all is answered and closed, or the time is over. */
export async function stop(app: FastifyInstance, { drain, within, finish }: Ending): Promise<void> {
  await sleep(drain)
  const end = async () => {
    app.server.close()
    await sleep(REST_OF_REQUEST)
    while (app.inFlight.size > 0) {
      app.server.closeIdleConnections()
      await sleep(LOOK_EVERY)
    }
    app.server.closeAllConnections()
    await Promise.race([finish(), sleep(REST_OF_WORK)])
  }
  await Promise.race([end(), sleep(within)])
}
