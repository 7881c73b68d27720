/** How a process ends that is asked to: what is in flight is answered, and nothing that is merely open holds it up. */
import { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { SECOND } from './platform/durations'
import { whenOver } from './when-over'

const LOOK_EVERY = 50
/**
 * After so many looks at which no request had begun to come none is awaited any more, and a half-sent one has had its
 * time: a client that sent at the moment of the end, on a connection that it had kept, is answered. They are counted, not
 * timed: before each one is read what has come, however busy the machine is.
 */
const QUIET_LOOKS = 10
/** What is done without a request goes on elsewhere or later, from what is stored. */
const REST_OF_WORK = 1 * SECOND

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
    /** How many requests have begun to come since the start, and those that have come whole and are not over. */
    requests: { begun: number; inFlight: Set<unknown> }
  }
}

/** Has an application know what is in flight, and say to its clients that they are to come back on a new connection. */
export function prepareToStop(app: FastifyInstance, ending: AbortSignal): void {
  const requests = { begun: 0, inFlight: new Set<unknown>() }
  app.decorate('requests', requests)
  app.addHook('onRequest', (_request, _reply, done) => {
    requests.begun += 1
    done()
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (!reply.raw.closed) requests.inFlight.add(request.raw)
    done()
  })
  whenOver(app, (request) => requests.inFlight.delete(request.raw))
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (ending.aborted) reply.header('connection', 'close')
    done()
  })
}

/** Returns when all is answered and closed, or the time is over. */
export async function stop(app: FastifyInstance, { drain, within, finish }: Ending): Promise<void> {
  // Without a drain, in the same turn in which answers begin to say `close`: who comes back is refused, and not cut off.
  if (drain > 0) await sleep(drain)
  // Not that of HTTP, which closes what is idle too, while requests are on their way there.
  Server.prototype.close.call(app.server)
  const end = async () => {
    await allIsAnswered(app)
    app.server.closeAllConnections()
    await Promise.race([finish(), sleep(REST_OF_WORK)])
  }
  await Promise.race([end(), sleep(within)])
}

async function allIsAnswered({ requests }: FastifyInstance): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS || requests.inFlight.size > 0; ) {
    const { begun } = requests
    await sleep(LOOK_EVERY)
    quiet = requests.begun === begun ? quiet + 1 : 0
  }
}
