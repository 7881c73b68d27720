/** What a proxy in front says of a request, and whether it is believed. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config'
import { FORWARDED_UNTRUSTED } from './config-warnings'
import type { HttpRequest } from './platform/http'
import type { Log } from './platform/log'
import { addressesIn } from './platform/network'

const FORWARDING = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-proto', 'via']

/** A request that says that it was passed on was asked by another machine than that which has sent it. */
export const isForwarded = ({ headers }: Pick<HttpRequest, 'headers'>): boolean =>
  FORWARDING.some((name) => headers[name] !== undefined)

const REQUEST_ID = /^[\w.:=+/-]{8,128}$/

/** Which peers are proxies of ours, and which id a request has. */
export function proxiesOf({ trustProxy }: Pick<Config, 'trustProxy'>) {
  const isProxy = addressesIn(trustProxy ?? [])
  return {
    isProxy,
    /** That of the proxy, so that both logs can be joined; a stranger's is none. */
    requestId({ headers, socket }: IncomingMessage): string {
      const given = String(headers['x-request-id'] ?? '')
      return REQUEST_ID.test(given) && isProxy(socket.remoteAddress) ? given : randomUUID()
    },
  }
}

/** Says in the log, once, that a proxy is not trusted: all that is counted by network counts for everybody then. */
export function warnOfUntrustedProxy(
  app: FastifyInstance,
  { log, isProxy }: { log: Log; isProxy(address: string): boolean },
): void {
  let isWarned = false
  app.addHook('onRequest', ({ headers, socket: { remoteAddress: proxy = '' } }, _reply, done) => {
    if (!isWarned && isForwarded({ headers }) && !isProxy(proxy)) {
      isWarned = true
      log.warn({ proxy }, FORWARDED_UNTRUSTED)
    }
    done()
  })
}
