import type { Step } from '~db/database'
import { openDatabase } from '~db/open-database'
import type { Config } from './config'
import type { AppContext, Services } from './context'
import { createMetadataDocuments } from './domain/clients/metadata-documents'
import { createRemoteKeys } from './domain/clients/remote-keys'
import { createKnownProviders } from './domain/connections/known-providers'
import { createKeyring } from './domain/keys/keyring'
import { type AskedMail, createOutbox } from './domain/mail/outbox'
import { createThrottle } from './domain/rate-limits/throttle'
import { createLostRefreshes } from './domain/tokens/lost-refreshes'
import { passwordResetSteps } from './domain/users/reset-password'
import { type Clock, systemClock } from './platform/clock'
import { createEncryption } from './platform/encryption'
import { createLog } from './platform/log'
import { createMailer } from './platform/mailer'
import { createMetrics } from './platform/metrics'
import { createOutbound } from './platform/outbound'
import { createPageWalks } from './platform/page-walks'
import { createPasswords } from './platform/passwords'

/** Everything that one process needs for one tenant. @param migrationsFolder where `sqlite/` and `postgres/` lie */
export function createServices(
  config: Config,
  migrationsFolder: string,
  given: Partial<Services> & { clock?: Clock } = {},
): Services {
  const log = given.log ?? createLog(config.logLevel)
  const metrics = given.metrics ?? createMetrics()
  const clock = given.clock ?? systemClock
  const db = given.db ?? openDatabase(config.databaseUrl, migrationsFolder, { connections: config.poolSize })
  const outbound = given.outbound ?? createOutbound()
  const encryption = given.encryption ?? createEncryption(config.encryptionKeys)
  const mailer =
    given.mailer ??
    createMailer({ smtpUrl: config.smtpUrl, from: config.mailFrom, folder: config.mailFolder, log, clock })
  const services: Services = {
    config,
    log,
    metrics,
    clock,
    db,
    encryption,
    passwords: given.passwords ?? createPasswords({ log }),
    mailer,
    outbox: given.outbox ?? createOutbox({ db, clock, encryption, mailer, log, metrics }, findReader),
    outbound,
    remoteKeys: given.remoteKeys ?? createRemoteKeys({ outbound, clock }),
    metadataDocuments: given.metadataDocuments ?? createMetadataDocuments(),
    knownProviders: given.knownProviders ?? createKnownProviders({ clock }),
    keyring: given.keyring ?? createKeyring({ db, encryption, clock }),
    lostRefreshes: given.lostRefreshes ?? createLostRefreshes({ db, log, clock }),
    throttle: given.throttle ?? createThrottle({ db, clock }),
    pageWalks: given.pageWalks ?? createPageWalks(),
    ending: given.ending ?? new AbortController().signal,
  }
  return services

  function findReader({ request, ...asked }: AskedMail): Promise<Step[]> {
    const background = backgroundContext(services, { type: 'anonymous' })
    return passwordResetSteps({ ...background, request: { ...background.request, ...request } }, asked)
  }
}

/** A context for what happens without a request: the start, the command line, the demo. */
export const backgroundContext = (services: Services, actor: AppContext['actor'] = { type: 'system' }): AppContext => ({
  ...services,
  request: {
    id: 'background',
    ip: undefined,
    userAgent: undefined,
    cookies: {},
    visitorId: 'background',
    visitorIds: [],
  },
  actor,
  nonce: '',
})
