import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** What stands for the status of a request whose client has gone before it was answered; nobody is sent it. */
const GIVEN_UP = 499

/** Calls `note` for each request once: when it is answered, or given up by its client, which `onResponse` never hears of. */
export function whenOver(
  app: FastifyInstance,
  note: (request: FastifyRequest, reply: FastifyReply, status: number) => void,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => note(request, reply, reply.raw.writableFinished ? reply.statusCode : GIVEN_UP))
    done()
  })
}
