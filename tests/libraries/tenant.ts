/** A real process behind TLS, as client libraries meet it, with clients, an API and a person. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer, request as httpRequest, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '~/config'
import { managementApiIdentifier, managementScopes } from '~/domain/resource-servers/management-api'
import { setUpTenant } from '~/domain/tenant/set-up'
import { systemClock } from '~/platform/clock'
import { backgroundContext, createServices } from '~/services'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { type ClientSigner, registerSigner } from '~tests/oauth/client-key'
import {
  createApi,
  createApprovedApp,
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  grantToClient,
  type TestClient,
} from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { createEndUser, createPartner, PASSWORD } from '~tests/support/people'
import { type Program, startProgram } from '~tests/support/process'
import { closeAfterFile, type TestServices } from '~tests/support/services'
import { MIGRATIONS_FOLDER } from '~tests/support/tenant-template'
import { OWNER } from '~tests/support/test-environment'
import { createTestMailer, sentAtOnce } from '~tests/support/test-mailer'

export { PASSWORD }

/** What a test has made before the process starts, while it has the database to itself. */
export type Prepared<Made> = {
  program: Program
  issuer: string
  email: string
  made: Made
  /** What the program has logged that nobody expects: all but that it sends no mails. */
  problems(): string
}

/** A client that proves itself by its key. */
export type TestSigner = ClientSigner & { client: TestClient }

type Kit = {
  firstParty(given?: Parameters<typeof createFirstPartyClient>[1]): Promise<TestClient>
  thirdParty(given?: Parameters<typeof createThirdPartyClient>[1]): Promise<TestClient>
  /** An own client of the tenant that has a key, registered, and no secret. */
  signer(): Promise<TestSigner>
  /** Lets a client have scopes of the API in its own name. */
  grant(client: TestClient, scope: string[]): Promise<void>
  /** An API whose scopes clients can ask for. */
  api(identifier: string, given?: Parameters<typeof createApi>[1]): Promise<void>
  /** Lets programs register clients. */
  openRegistration(): Promise<void>
  /** Apps of a partner, made in the portal: a draft, and one that is approved. */
  portalApps(): Promise<void>
  /** A program of the tenant that may do everything at the Management API. */
  manager(): Promise<TestClient>
}

/**
 * Starts the program on a database in which a test has made what it needs, and a TLS server before it. It ends after the
 * test file.
 * @param host its name; another one than `localhost` is known to browsers that are told so, and its certificate is wrong
 */
export async function startTenant<Made>(
  make: (kit: Kit) => Promise<Made>,
  { host = 'localhost' } = {},
): Promise<Prepared<Made>> {
  const folder = mkdtempSync(join(tmpdir(), 'portal-flow-'))
  const [port, tlsPort] = [await findFreePort(), await findFreePort()]
  const issuer = `https://${host}:${tlsPort}/`
  const env = { ISSUER: issuer, LOG_LEVEL: 'warn', TRUST_PROXY: '127.0.0.1' }
  const databaseUrl = `file:${join(folder, 'data/portal.db')}`
  const config = readConfig({
    ...env,
    DATABASE_URL: databaseUrl,
    OWNER_EMAIL: OWNER.email,
    OWNER_PASSWORD: OWNER.password,
  })
  const mailer = createTestMailer()
  const ofProcess = createServices(config, MIGRATIONS_FOLDER, { mailer })
  const services = {
    ...ofProcess,
    mailer,
    outbox: sentAtOnce(ofProcess.outbox),
    clock: systemClock,
  } as unknown as TestServices
  await setUpTenant(backgroundContext(services))
  await createApi(services, { skipConsentForVerifiableFirstPartyClients: true })
  const made = await make({
    firstParty: (given) => createFirstPartyClient(services, given),
    thirdParty: (given) => createThirdPartyClient(services, given),
    async signer() {
      const grantTypes = ['authorization_code', 'refresh_token']
      const client = await createFirstPartyClient(services, { tokenEndpointAuthMethod: 'private_key_jwt', grantTypes })
      return { ...(await registerSigner(services, client)), client }
    },
    grant: (client, scope) => grantToClient(services, client, scope),
    async api(identifier, given) {
      await createApi(services, { identifier, name: identifier, ...given })
    },
    async openRegistration() {
      const { flags } = await findTenantSettings(services.db)
      await services.db.run(updateTenantSettings({ flags: { ...flags, enable_dynamic_client_registration: true } }))
    },
    async portalApps() {
      const partner = await createPartner(services)
      await createPortalApp(partner, { name: 'Draft of a partner' })
      await createApprovedApp(partner, { name: 'App of a partner', appType: 'spa' })
    },
    async manager() {
      const client = await createFirstPartyClient(services, { name: 'Manager', appType: 'non_interactive' })
      const scopes = managementScopes.map(({ value }) => value)
      await grantToClient(services, client, scopes, managementApiIdentifier(issuer))
      return client
    },
  })
  const { email } = await createEndUser(services, { isVerified: true })
  await services.db.close()
  await listenTls(tlsPort, passOnTo(port))
  const program = await startProgram({ folder, env: { ...env, PORT: String(port) } })
  const problems = () => program.stderr().replace(/^.*"SMTP_URL is not set.*\n/m, '')
  return { program, issuer, email, made, problems }
}

/** Ends TLS and hands everything on, as the proxy before a real one does. */
const passOnTo =
  (port: number): RequestListener =>
  (incoming, outgoing) => {
    const { method, url, headers } = incoming
    const onwards = httpRequest({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onwards.on('error', () => outgoing.destroy())
    incoming.pipe(onwards)
  }

/** Serves something with the certificate of this run. */
export async function listenTls(port: number, listener: RequestListener): Promise<void> {
  const { TLS_CERT_FILE = '', TLS_KEY_FILE = '' } = process.env
  const server = createTlsServer({ cert: readFileSync(TLS_CERT_FILE), key: readFileSync(TLS_KEY_FILE) }, listener)
  await listen(server, port)
}

/** Serves an application of a test on a port of this machine, without TLS. */
export const serve = (port: number, listener: RequestListener): Promise<void> =>
  listen(createHttpServer(listener), port)

async function listen(server: Server | ReturnType<typeof createTlsServer>, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  closeAfterFile(async () => {
    server.closeAllConnections()
    server.close()
  })
}
