import type { Database } from '~db/database'
import type { Config } from './config'
import type { MetadataDocuments } from './domain/clients/metadata-documents'
import type { RemoteKeys } from './domain/clients/remote-keys'
import type { KnownProviders } from './domain/connections/known-providers'
import type { Keyring } from './domain/keys/keyring'
import type { Outbox } from './domain/mail/outbox'
import type { Throttle } from './domain/rate-limits/throttle'
import type { LostRefreshes } from './domain/tokens/lost-refreshes'
import type { Clock } from './platform/clock'
import type { Encryption } from './platform/encryption'
import type { Cors, HttpAnswer, HttpRequest } from './platform/http'
import type { Log } from './platform/log'
import type { Mailer } from './platform/mailer'
import type { Metrics } from './platform/metrics'
import type { Outbound } from './platform/outbound'
import type { PageWalks } from './platform/page-walks'
import type { Passwords } from './platform/passwords'
import type { Visitor } from './platform/visitors'

/** What one process has for one tenant. */
export type Services = {
  config: Config
  db: Database
  clock: Clock
  log: Log
  metrics: Metrics
  mailer: Mailer
  outbox: Outbox
  outbound: Outbound
  remoteKeys: RemoteKeys
  metadataDocuments: MetadataDocuments
  knownProviders: KnownProviders
  encryption: Encryption
  passwords: Passwords
  keyring: Keyring
  lostRefreshes: LostRefreshes
  throttle: Throttle
  pageWalks: PageWalks
  /** Aborted when the process has been asked to end. */
  ending: AbortSignal
}

/** Who acts. `anonymous` is anybody before they have proved who they are. */
export type Actor =
  | { type: 'anonymous' | 'system' | 'operator' }
  | { type: 'user'; id: string; name: string }
  | { type: 'client'; id: string; name: string }

export type RequestInfo = Visitor & {
  id: string
  /** The right-most address that no trusted proxy vouches for. */
  ip: string | undefined
  userAgent: string | undefined
  cookies: Record<string, string | undefined>
}

/** What every function of the domain and of the doors takes first; a `type`, so that it can be Remix' load context. */
export type AppContext = Services & {
  request: RequestInfo
  actor: Actor
  /** Of the page's content security policy. */
  nonce: string
  /** What a page failed for and did not expect; noted by the renderer for who sends the page. */
  failure?: unknown
}

/** What a door declares for a path that programs call; `application.ts` puts it onto the wire. */
export type MachineEndpoint = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  /** Answers a browser that a person sits at, so that the browser is to be remembered. */
  interactive: boolean
  /** Whose pages may read the answers; nobody's, if left out. */
  cors?: Cors
  /** A page answers the other methods of this path. */
  besidePage?: boolean
  /** Bytes that a body may have, where it is more than elsewhere. */
  bodyLimit?: number
  run(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer>
}
