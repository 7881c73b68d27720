/** How many requests there are, of which kind, and how long they take. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './platform/metrics'
import { areaOf } from './refused-requests'
import { whenOver } from './when-over'

/** Where pages are. One of an area is told from another by the log, so that there are not hundreds of series. */
const PAGE_AREAS = new Set(['', 'account', 'activate', 'admin', 'docs', 'login', 'portal', 'u'])

export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  whenOver(app, ({ method, url, routeOptions }, { elapsedTime }, status) => {
    metrics.answered({ method, endpoint: endpointOf(routeOptions.url, url), status }, elapsedTime / 1000)
  })
}

/** A pattern, never the address that was asked for. */
function endpointOf(pattern: string | undefined, url: string): string {
  if (pattern === '/*') return PAGE_AREAS.has(areaOf(url)) ? `/${areaOf(url)} pages` : 'unknown'
  return pattern?.startsWith('/build/') ? '/build files' : (pattern ?? 'unknown')
}
