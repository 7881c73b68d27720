/** What operators and their tools ask of a process. */
import { setTimeout as sleep } from 'node:timers/promises'
import { collectDefaultMetrics, register } from 'prom-client'
import { countWaitingMails } from '~db/queries/mails'
import type { AppContext, MachineEndpoint } from './context'
import { isForwarded } from './forwarded'
import type { HttpAnswer, HttpRequest } from './platform/http'
import { constantTimeEqual } from './platform/secrets'

collectDefaultMetrics()

const text = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: `${body}\n`,
})

/** A database that does not answer is not waited for longer than a balancer waits (milliseconds). */
const READY_WITHIN = 2_000

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export const operationsEndpoints: MachineEndpoint[] = [
  { method: 'GET', path: '/healthz', interactive: false, run: async () => text(200, 'ok') },
  {
    method: 'GET',
    path: '/readyz',
    interactive: false,
    async run({ db, ending }: AppContext): Promise<HttpAnswer> {
      if (ending.aborted) return { ...text(503, 'This process ends.'), headers: { 'retry-after': '5' } }
      const answer = db.schema().catch(() => 'older' as const)
      // A node whose database a newer one has migrated serves until it is replaced.
      if ((await Promise.race([answer, sleep(READY_WITHIN, 'older', { ref: false })])) !== 'older')
        return text(200, 'ready')
      return {
        ...text(503, 'The database does not answer, or is not migrated: npm run db:migrate'),
        headers: { 'retry-after': '5' },
      }
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    interactive: false,
    async run(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
      if (!mayReadMetrics(ctx, request))
        return text(
          403,
          'Set METRICS_TOKEN and send it as a bearer token, or ask from a loopback address, without a proxy.',
        )
      const { metrics, db } = ctx
      metrics.mailsWaiting.set(await countWaitingMails(db).catch(() => Number.NaN))
      for (const [state, count] of Object.entries(db.connections())) metrics.connections.set({ state }, count)
      const body = `${await metrics.registry.metrics()}\n${await register.metrics()}`
      return { status: 200, headers: { 'content-type': register.contentType }, body }
    },
  },
]

/** Without a token the machine itself may; a proxy on it that nobody has named may pass on requests of the whole world. */
function mayReadMetrics({ config, request: { ip } }: AppContext, http: HttpRequest): boolean {
  if (config.metricsToken)
    return constantTimeEqual(String(http.headers.authorization ?? ''), `Bearer ${config.metricsToken}`)
  const mayBeProxy = config.isSecure && !config.trustProxy
  return LOOPBACK.has(ip ?? '') && !mayBeProxy && !isForwarded(http)
}
