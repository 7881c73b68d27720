/** The process: configuration, services, first start, HTTP; and an orderly end. */
import { join, resolve } from 'node:path'
import { requireNotNewer } from '~db/migrate'
import { createApplication } from './application'
import { readConfig } from './config'
import { configWarnings, mailFolderUnusable } from './config-warnings'
import { countEvents } from './domain/audit/count-events'
import { logFailure } from './domain/audit/log-failure'
import { beginJobs, sweepJobs } from './domain/jobs/run-jobs'
import { requireReadable } from './domain/keys/stored-ciphertexts'
import { beginLogouts, sweepLogouts } from './domain/sessions/deliver-logouts'
import { firstStartWarnings } from './domain/tenant/first-start'
import { followIssuer } from './domain/tenant/follow-issuer'
import { ownerSetUpLink, setUpTenant } from './domain/tenant/set-up'
import { sweepExpired } from './domain/tokens/sweep'
import { beginTurns, sweepEventDeliveries } from './domain/webhooks/deliver-events'
import { NotMigrated } from './explain'
import { HOUR, SECOND } from './platform/durations'
import { projectFolder } from './project-folder'
import { backgroundContext, createServices } from './services'
import { stop } from './stop'

/** For so long the line is awaited that says why a process ends (milliseconds). */
const LAST_LINE = 500

export async function serve(): Promise<void> {
  const config = readConfig(process.env)
  const ending = new AbortController()
  const services = createServices(config, join(projectFolder, 'db/migrations'), { ending: ending.signal })
  const { log } = services
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected that nobody waits for'))
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'an error that nobody handles ends the process')
    const end = () => process.exit(1)
    log.flush(end)
    // A log that takes no more does not hold up the end.
    setTimeout(end, LAST_LINE)
  })

  for (const warning of configWarnings(config)) log.warn(warning)

  const schema = await services.db.schema()
  if (schema === 'older') throw new NotMigrated()
  requireNotNewer(schema)
  const ctx = backgroundContext(services)
  await requireReadable(ctx)
  await setUpTenant(ctx)
  await followIssuer(ctx)
  for (const warning of await firstStartWarnings(ctx)) log.warn(warning)
  if (!config.smtpUrl) await services.mailer.verify().catch((err) => log.warn({ err }, mailFolderUnusable(config)))
  const setUpLink = await ownerSetUpLink(ctx)
  const app = await createApplication(services, {
    pages: async () => (await import('./remix')).pages,
    publicFolder: join(projectFolder, 'public'),
  })
  await app.listen({ port: config.port, host: config.host })
  // One connection that the system does not give is no reason to end all others.
  app.server.on('error', (err) => log.error({ err }, 'a connection could not be accepted'))

  console.log(`database    ${config.databasePath ? resolve(config.databasePath) : 'PostgreSQL'}`)
  console.log(`partners    ${config.issuer}portal`)
  console.log(
    `owners      ${setUpLink ?? `${config.issuer}admin`}${setUpLink ? '   (one-time link that makes the first owner)' : ''}`,
  )
  console.log(`people      ${config.issuer}account`)
  console.log(`ready ${config.issuer}`)
  if (process.env.NODE_ENV === 'development') await (await import('./remix')).sayDevReady()

  const underWay = new Set<Promise<void>>()
  const letGoOn = (begun: Promise<void>[]) => {
    for (const one of begun) {
      underWay.add(one)
      void one.then(() => underWay.delete(one))
    }
  }

  every(1 * HOUR, { task: 'sweep', failure: 'expired rows were not deleted' }, async () => {
    await sweepExpired(services)
    await sweepLogouts(services)
    await sweepEventDeliveries(services)
    await sweepJobs(services)
  })
  every(1 * SECOND, { task: 'count', failure: 'events were not counted' }, () => countEvents(services))
  every(1 * SECOND, { task: 'mails', failure: 'mails were not sent' }, () => services.outbox.begin())
  // They go on by themselves: a receiver that answers slowly, or a long job, keeps nobody waiting.
  every(1 * SECOND, { task: 'logouts', failure: 'clients were not told that sessions ended' }, async () =>
    letGoOn(await beginLogouts(ctx)),
  )
  every(1 * SECOND, { task: 'deliveries', failure: 'events were not delivered' }, async () =>
    letGoOn(await beginTurns(ctx, ending.signal)),
  )
  every(1 * SECOND, { task: 'jobs', failure: 'jobs were not begun' }, async () =>
    letGoOn(await beginJobs(ctx, ending.signal)),
  )

  type Task = { task: string; failure: string }

  /** Does a task now and then, never twice at the same time. */
  function every(interval: number, { task, failure }: Task, run: () => Promise<void>): void {
    let isAtIt = false
    setInterval(async () => {
      if (isAtIt || ending.signal.aborted) return
      isAtIt = true
      const ended = run().then(
        () => services.metrics.background.set({ task }, services.clock.now() / SECOND),
        (error) => logFailure(log, error, failure),
      )
      letGoOn([ended])
      await ended
      isAtIt = false
    }, interval).unref()
  }

  process.on('SIGTERM', end)
  process.on('SIGINT', end)

  async function end(): Promise<void> {
    // Who asks twice does not want to wait.
    if (ending.signal.aborted) process.exit(1)
    ending.abort()
    let code = 0
    try {
      await stop(app, {
        drain: config.drain,
        within: config.stopWithin,
        finish: async () => {
          await Promise.all([...underWay, services.outbox.idle()])
          await services.db.close()
        },
      })
    } catch (error) {
      logFailure(log, error, 'the process could not end in order')
      code = 1
    }
    process.exit(code)
  }
}
