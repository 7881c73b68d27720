import { readConfig } from '~/config'
import type { AppContext } from '~/context'
import { createClientSecret } from '~/domain/clients/client-secrets'
import { newClientRow } from '~/domain/clients/new-client'
import { newClientSteps } from '~/domain/clients/save-client'
import { startSession } from '~/domain/sessions/sessions'
import { setUpTenant } from '~/domain/tenant/set-up'
import { createDatabaseUser } from '~/domain/users/create-database-user'
import { cookieName } from '~/platform/cookies'
import { newId } from '~/platform/ids'
import { backgroundContext, createServices } from '~/services'
import { also } from '~db/database'
import { upsertClientGrant } from '~db/queries/client-grants'
import { listDomainConnections } from '~db/queries/connections'
import { upsertGrant } from '~db/queries/grants'
import { insertResourceServer, insertScope } from '~db/queries/resource-servers'
import { fillTenant } from '~tests/support/fill-tenant'
import { CONNECTIONS } from './load'
import { API, CALLBACK, type Client } from './subject'

export type BenchTenant = {
  machine: Client
  app: Client
  /** A program that reads by the Management API for each connection: calls are limited for each program. */
  readers: Client[]
  /** The session cookie of somebody who has consented to the app, for each connection. */
  cookies: string[]
}

/** A tenant with an API, a machine client, and a third-party app that its users have consented to. */
export async function createBenchTenant(env: Record<string, string>, migrationsFolder: string): Promise<BenchTenant> {
  const services = createServices(readConfig({ ...env, LOG_LEVEL: 'silent' }), migrationsFolder)
  const ctx = backgroundContext(services)
  await setUpTenant(ctx)
  const now = Date.now()
  const api = {
    id: newId('api'),
    name: 'Bench API',
    identifier: API,
    description: null,
    signingAlg: 'RS256' as const,
    tokenLifetime: 86_400,
    tokenLifetimeForWeb: 7_200,
    allowOfflineAccess: true,
    skipConsentForVerifiableFirstPartyClients: true,
    openToPartners: true,
    isSystem: false,
    createdAt: now,
    updatedAt: now,
  }
  const machine = newClientRow(now, { name: 'Machine', appType: 'non_interactive', isFirstParty: true })
  const app = newClientRow(now, { name: 'App', appType: 'regular_web', isFirstParty: false, callbacks: [CALLBACK] })
  const machineSecret = await createClientSecret(ctx, machine.clientId)
  const appSecret = await createClientSecret(ctx, app.clientId)
  await services.db.atomically([
    also(insertResourceServer(api)),
    also(
      insertScope({
        resourceServerId: api.id,
        value: 'read:things',
        description: 'Read things',
        sensitivity: 'basic',
        position: 0,
        createdAt: 0,
      }),
    ),
    ...newClientSteps(machine),
    also(machineSecret.write),
    ...newClientSteps(app),
    also(appSecret.write),
    also(
      upsertClientGrant({
        id: newId('cgr'),
        clientId: machine.clientId,
        audience: API,
        subjectType: 'client',
        scope: ['read:things'],
        createdAt: now,
        updatedAt: now,
      }),
    ),
  ])
  const [connection] = await listDomainConnections(services.db, {})
  if (!connection) throw new Error('the tenant has no domain connection')
  const readers: Client[] = []
  const cookies: string[] = []
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const { user, steps } = await createDatabaseUser(ctx, connection, {
      name: `User ${index}`,
      email: `user${index}@example.com`,
      password: 'correct horse battery',
    })
    await services.db.atomically(steps)
    const grant = {
      id: newId('grt'),
      userId: user.userId,
      clientId: app.clientId,
      audience: `${env.ISSUER}userinfo`,
      scope: ['openid', 'profile', 'email', 'offline_access'],
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
    }
    await services.db.run(upsertGrant(grant))
    readers.push(await createReader(ctx))
    const { token } = await startSession(ctx, 'account', { user, connectionId: connection.id, amr: ['pwd'] })
    const ofBrowser = { session: token, 'visitor-1': `bench-visitor-${index}` }
    const names = Object.entries(ofBrowser).map(([name, value]) => `${cookieName(services.config, name)}=${value}`)
    cookies.push(names.join('; '))
  }
  await services.db.close()
  return {
    machine: { clientId: machine.clientId, secret: machineSecret.secret },
    app: { clientId: app.clientId, secret: appSecret.secret },
    readers,
    cookies,
  }
}

async function createReader(ctx: AppContext): Promise<Client> {
  const now = ctx.clock.now()
  const row = newClientRow(now, { name: 'Reader', appType: 'non_interactive', isFirstParty: true })
  const { secret, write } = await createClientSecret(ctx, row.clientId)
  const grant = {
    id: newId('cgr'),
    clientId: row.clientId,
    audience: `${ctx.config.issuer}api/v2/`,
    subjectType: 'client' as const,
    scope: ['read:users', 'read:clients'],
    createdAt: now,
    updatedAt: now,
  }
  await ctx.db.atomically([...newClientSteps(row), also(write), also(upsertClientGrant(grant))])
  return { clientId: row.clientId, secret }
}

/** Adds that many clients, people, grants and refresh tokens to the tenant. */
export async function growBenchTenant(env: Record<string, string>, migrationsFolder: string, many: number) {
  const { db } = createServices(readConfig({ ...env, LOG_LEVEL: 'silent' }), migrationsFolder)
  await fillTenant(db, many, Date.now())
  await db.close()
}
