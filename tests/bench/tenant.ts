import { createHash, randomBytes } from 'node:crypto'
import { readConfig } from '~/config'
import { createClientSecret } from '~/domain/clients/client-secrets'
import { newClientRow } from '~/domain/clients/new-client'
import { newClientSteps } from '~/domain/clients/save-client'
import { startSession } from '~/domain/sessions/sessions'
import { setUpTenant } from '~/domain/tenant/set-up'
import { createDatabaseUser } from '~/domain/users/create-database-user'
import { newId } from '~/platform/ids'
import { backgroundContext, createServices } from '~/services'
import { also } from '~db/database'
import { upsertClientGrant } from '~db/queries/clients'
import { listDomainConnections } from '~db/queries/connections'
import { upsertGrant } from '~db/queries/grants'
import { insertResourceServer, insertScope } from '~db/queries/resource-servers'
import { CONNECTIONS } from './load'

export const API = 'https://api.example.com/'
export const CALLBACK = 'https://app.example.com/callback'

export type BenchTenant = {
  machine: { clientId: string; secret: string }
  app: { clientId: string; secret: string }
  /** One session cookie for each connection. */
  cookies: string[]
  pkce: { verifier: string; challenge: string }
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
      }),
    ),
  ])
  const [connection] = await listDomainConnections(services.db, {})
  if (!connection) throw new Error('the tenant has no domain connection')
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
    const { token } = await startSession(ctx, 'account', { user, connectionId: connection.id, amr: ['pwd'] })
    cookies.push(`session=${token}; visitor=bench-visitor-${index}`)
  }
  await services.db.close()
  const verifier = randomBytes(32).toString('base64url')
  return {
    machine: { clientId: machine.clientId, secret: machineSecret.secret },
    app: { clientId: app.clientId, secret: appSecret.secret },
    cookies,
    pkce: { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') },
  }
}
