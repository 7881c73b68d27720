import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { createClientSecret } from '~/domain/clients/client-secrets'
import { newClientRow } from '~/domain/clients/new-client'
import { newClientSteps } from '~/domain/clients/save-client'
import { firstKeySteps } from '~/domain/keys/signing-keys'
import { managementApiIdentifier, managementScopes } from '~/domain/resource-servers/management-api'
import { createDatabaseUser } from '~/domain/users/create-database-user'
import { createTicket } from '~/domain/users/tickets'
import { DAY, HOUR, MINUTE } from '~/platform/durations'
import { newId } from '~/platform/ids'
import { also, must, OperatorError, type Step } from '~db/database'
import { upsertClientGrant } from '~db/queries/client-grants'
import { type Connection, findConnectionByArea, insertConnection } from '~db/queries/connections'
import { insertResourceServer, insertScope } from '~db/queries/resource-servers'
import { insertTenantMember, listTenantMembers } from '~db/queries/teams'
import { insertTenantSettings, isSetUp, type TenantSettings } from '~db/queries/tenant'

/** Another node was first with the set-up. */
class SetUpElsewhere extends Error {}

const SET_UP_LINK_LIFETIME = 7 * DAY

/**
 * Makes what a first start needs: the signing key, the connections, the Management API, and, where the configuration
 * names them, the first owner and the management client. Nothing on later starts.
 */
export async function setUpTenant(ctx: AppContext): Promise<void> {
  if (await isSetUp(ctx.db)) return
  const { connections, admin } = firstConnections(ctx.clock.now())
  const steps: Step[] = [
    must(insertTenantSettings(firstSettings(ctx)), () => new SetUpElsewhere()),
    ...(await firstKeySteps(ctx, 'RS256')),
    ...connections.map((connection) => also(insertConnection(connection))),
    ...managementApi(ctx),
    ...(await managementClient(ctx)),
    ...(await firstOwner(ctx, admin)),
    also(auditEvent(ctx, 'tenant.set-up', { type: 'tenant', id: 'tenant' })),
  ]
  await ctx.db.atomically(steps).catch((error) => {
    if (!(error instanceof SetUpElsewhere)) throw error
  })
  ctx.keyring.forget()
}

/** A one-time link with which the first owner makes their account, while there is none. */
export async function ownerSetUpLink(ctx: AppContext): Promise<string | undefined> {
  if ((await listTenantMembers(ctx.db, {})).length > 0) return undefined
  const { ticket, steps } = createTicket(ctx, 'owner-set-up', { lifetime: SET_UP_LINK_LIFETIME })
  await ctx.db.atomically(steps)
  return `${ctx.config.issuer}admin/set-up?ticket=${ticket}`
}

/** The steps that make a tenant owner; with an address that is believed, as it comes from the operator. */
export async function createTenantOwner(
  ctx: AppContext,
  connection: Connection,
  owner: { name: string; email: string; password: string },
) {
  const { user, steps } = await createDatabaseUser(ctx, connection, { ...owner, emailVerified: true })
  const member = insertTenantMember({ userId: user.userId, role: 'owner', createdAt: ctx.clock.now() })
  const target = asUser(user)
  // With a set-up link the owner acts, who was nobody until now.
  const actor = ctx.actor.type === 'anonymous' ? target : ctx.actor
  const event = auditEvent(actingAs(ctx, actor), 'user.signed-up', target, {
    userId: user.userId,
    details: { area: 'admin', role: 'owner' },
  })
  return { user, steps: [...steps, also(member), also(event)] }
}

/** The connection of the people of an area. */
export async function connectionOfArea(ctx: Pick<AppContext, 'db'>, area: 'portal' | 'admin'): Promise<Connection> {
  const connection = await findConnectionByArea(ctx.db, area)
  if (!connection)
    throw new OperatorError(`The connection of the ${area} is missing; restore the database from a backup.`)
  return connection
}

/** Ten failures for an account, and a hundred from a network, behind which there may be an office. */
const FIRST_PROTECTION: Pick<
  TenantSettings,
  'bruteForceProtection' | 'suspiciousIpThrottling' | 'breachedPasswordDetection'
> = {
  bruteForceProtection: {
    enabled: true,
    shields: ['block', 'user_notification'],
    allowlist: [],
    mode: 'count_per_identifier',
    max_attempts: 10,
  },
  suspiciousIpThrottling: {
    enabled: true,
    shields: ['block'],
    allowlist: [],
    stage: {
      'pre-login': { max_attempts: 100, rate: (15 * MINUTE) / 100 },
      'pre-user-registration': { max_attempts: 50, rate: HOUR / 50 },
    },
  },
  breachedPasswordDetection: { enabled: false, shields: [] },
}

const firstSettings = ({ config, clock }: AppContext): TenantSettings => ({
  id: 'tenant',
  issuer: config.issuer,
  formerIssuers: null,
  formerIssuerDays: 30,
  friendlyName: 'Developer Portal',
  pictureUrl: null,
  supportEmail: null,
  supportUrl: null,
  defaultAudience: null,
  defaultDirectory: 'Username-Password-Authentication',
  allowedLogoutUrls: [],
  sessionLifetime: 168,
  idleSessionLifetime: 72,
  defaultThirdPartySecurityMode: 'permissive' as const,
  thirdPartyPkceRequired: true,
  registration: 'open' as const,
  registeredClientsAre: 'development' as const,
  clientMetadataHosts: [],
  flags: {
    enable_client_connections: true,
    enable_dynamic_client_registration: false,
    use_scope_descriptions_for_consent: true,
    enable_public_signup_user_exists_error: false,
    revoke_refresh_token_grant: false,
  },
  deviceFlow: { charset: 'base20' as const, mask: '****-****' },
  sessionCookieMode: 'persistent' as const,
  asksBeforeLogout: true,
  publishesLogoutEndpoint: true,
  errorPageUrl: null,
  branding: {},
  ...FIRST_PROTECTION,
  createdAt: clock.now(),
  updatedAt: clock.now(),
})

function firstConnections(now: number) {
  const database = (name: string, displayName: string, given: Partial<Connection>): Connection => ({
    id: newId('con'),
    name,
    displayName,
    strategy: 'auth0',
    options: {},
    encryptedClientSecret: null,
    realms: [name],
    metadata: null,
    showAsButton: true,
    isActive: true,
    isDomainConnection: false,
    hasSharedCallback: false,
    area: null,
    createdAt: now,
    updatedAt: now,
    ...given,
  })
  const admin = database('tenant-members', 'Tenant members', { area: 'admin', options: { disable_signup: true } })
  const connections = [
    database('Username-Password-Authentication', 'E-mail and password', {
      isDomainConnection: true,
      options: { brute_force_protection: true, strategy_version: 2, disable_self_service_change_password: false },
    }),
    database('partners', 'Partners', { area: 'portal' }),
    admin,
  ]
  return { connections, admin }
}

function managementApi(ctx: AppContext): Step[] {
  const now = ctx.clock.now()
  const id = newId('api', 24)
  return [
    also(
      insertResourceServer({
        id,
        name: 'Management API',
        identifier: managementApiIdentifier(ctx.config.issuer),
        description: 'Clients, users, connections and the rest of this tenant.',
        signingAlg: 'RS256',
        tokenLifetime: 86_400,
        tokenLifetimeForWeb: 7_200,
        allowOfflineAccess: false,
        skipConsentForVerifiableFirstPartyClients: false,
        openToPartners: false,
        isSystem: true,
        createdAt: now,
        updatedAt: now,
      }),
    ),
    ...managementScopes.map((scope, position) =>
      also(insertScope({ ...scope, resourceServerId: id, sensitivity: 'restricted', position, createdAt: 0 })),
    ),
  ]
}

async function managementClient(ctx: AppContext): Promise<Step[]> {
  const given = ctx.config.managementClient
  if (!given) return []
  const now = ctx.clock.now()
  const client = newClientRow(now, {
    clientId: given.clientId,
    name: 'Management client',
    appType: 'non_interactive',
    isFirstParty: true,
  })
  const { write } = await createClientSecret(ctx, given.clientId, given.clientSecret)
  const grant = {
    id: newId('cgr'),
    clientId: given.clientId,
    audience: managementApiIdentifier(ctx.config.issuer),
    subjectType: 'client' as const,
    scope: managementScopes.map(({ value }) => value),
    createdAt: now,
    updatedAt: now,
  }
  return [...newClientSteps(client), also(write), also(upsertClientGrant(grant))]
}

async function firstOwner(ctx: AppContext, connection: Connection): Promise<Step[]> {
  if (!ctx.config.owner) return []
  const { email, password } = ctx.config.owner
  const { steps } = await createTenantOwner(ctx, connection, { name: email.split('@', 1)[0] ?? email, email, password })
  return steps
}
