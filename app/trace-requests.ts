/** How a request is followed through the logs of the proxy in front and of the program. */
import type { FastifyInstance } from 'fastify'
import type { Log } from './platform/log'
import { networkOf } from './platform/network'
import { whenOver } from './when-over'

/** Each answer names its request; at the level `debug` each leaves a line, without its query, which may hold secrets. */
export function traceRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  if (!log.isLevelEnabled('debug')) return
  whenOver(app, ({ id, ip, method, url }, { elapsedTime }, status) => {
    const about = { requestId: id, method, path: url.split('?', 1)[0], status }
    log.debug({ ...about, milliseconds: Math.round(elapsedTime), network: networkOf(ip) }, 'a request is over')
  })
}
