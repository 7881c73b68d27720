import type { JWK } from 'jose'
import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { holdsSecret, isConfidential } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { networkOf } from '~/platform/network'
import { hashSecret, newSecret } from '~/platform/secrets'
import { sameSet, saysTheSame } from '~/platform/sets'
import { also, must, type Step } from '~db/database'
import { deleteClientKeys, insertClientKey, listClientKeys } from '~db/queries/client-keys'
import { type Client, deleteClientNotSuspended } from '~db/queries/clients'
import { findRegisteredClient, takeInitialAccess } from '~db/queries/registrations'
import { findTenantSettings, type TenantSettings } from '~db/queries/tenant'
import { algOf } from './client-keys'
import { type ClientMetadata, clientColumns } from './client-metadata'
import { requireWithinPolicy } from './client-rules'
import { createClientSecret } from './client-secrets'
import { newClientRow } from './new-client'
import { changeClientSteps, newClientSteps } from './save-client'

export type Registration = { client: Client; secret: string | undefined; registrationToken: string }

/** @throws DomainError `not_allowed` where the tenant takes no registrations, whatever they say */
export async function requireOpenRegistration(ctx: Pick<AppContext, 'db'>): Promise<TenantSettings> {
  const settings = await findTenantSettings(ctx.db)
  if (settings.flags.enable_dynamic_client_registration) return settings
  throw new DomainError('not_allowed', 'dynamic client registration is disabled')
}

/**
 * Registers a client at its own wish (RFC 7591 §3). It is always a third-party one, in the profile that the tenant has
 * for new ones, and shown as not reviewed until an owner has approved it.
 * @param initialAccessToken what the registrant has from an owner; needed where the tenant says so
 * @throws DomainError `not_allowed` where the tenant takes no registrations, `wrong_credentials` for a token that does
 *   not let register (any more), `throttled`
 */
export async function registerClient(
  ctx: AppContext,
  metadata: ClientMetadata,
  initialAccessToken: string | undefined,
): Promise<Registration> {
  const settings = await requireOpenRegistration(ctx)
  if (settings.registration === 'token' && initialAccessToken === undefined) throw noAccess()
  await ctx.throttle.take('registration', networkOf(ctx.request.ip))
  const registrationToken = newSecret('reg')
  const party = { isFirstParty: false, thirdPartySecurityMode: settings.defaultThirdPartySecurityMode }
  const client = newClientRow(ctx.clock.now(), {
    ...clientColumns(metadata, party),
    ...party,
    availability: availabilityOf(settings),
    source: 'registration',
    registrationTokenHash: hashSecret(registrationToken),
  })
  requireWithinPolicy(client)
  const credential = holdsSecret(client) ? await createClientSecret(ctx, client.clientId) : undefined
  await ctx.db.atomically([
    ...(initialAccessToken === undefined
      ? []
      : [must(takeInitialAccess(hashSecret(initialAccessToken), ctx.clock.now()), noAccess)]),
    ...newClientSteps(client),
    ...(credential ? [also(credential.write)] : []),
    ...keySteps(ctx, client.clientId, metadata),
    also(registrationEvent(ctx, 'client.registered', client)),
  ])
  return { client, secret: credential?.secret, registrationToken }
}

const noAccess = () =>
  new DomainError(
    'wrong_credentials',
    'Registering needs an initial access token that has not ended and has registrations left. Ask an owner for one.',
  )

/** For whom a client works that no owner has approved as it is now. */
export const availabilityOf = ({ registeredClientsAre }: TenantSettings): Client['availability'] =>
  registeredClientsAre === 'pending' ? 'testers' : 'everyone'

/** Stores the keys that the metadata holds, in place of those of before. */
export function keySteps(ctx: AppContext, clientId: string, { jwks }: ClientMetadata): Step[] {
  const now = ctx.clock.now()
  return [
    also(deleteClientKeys(clientId)),
    ...(jwks?.keys ?? []).map((jwk, index) =>
      also(
        insertClientKey({
          id: newId('key'),
          clientId,
          name: `Key ${index + 1}`,
          kid: typeof jwk.kid === 'string' ? jwk.kid : `key-${index + 1}`,
          alg: algOf(jwk as JWK),
          publicJwk: jwk,
          enabled: true,
          createdAt: now,
          updatedAt: now,
          lastUsedAt: null,
          expiresAt: null,
        }),
      ),
    ),
  ]
}

/** The client whose registration a token manages (RFC 7592 §3). @throws DomainError `wrong_credentials` */
export async function requireRegistration(
  ctx: AppContext,
  clientId: string,
  token: string | undefined,
): Promise<Client> {
  const client = token === undefined ? undefined : await findRegisteredClient(ctx.db, clientId, hashSecret(token))
  if (!client) throw new DomainError('wrong_credentials', 'This registration access token manages no such client.')
  return client
}

/**
 * Replaces all that a client is registered with (RFC 7592 §2.2), by the rules of a new one. Where the tenant looks at
 * registered clients first, it has to be looked at again; what says the same in another order changes nothing.
 * @throws DomainError `invalid` for a change between clients with and without a secret, `not_allowed` while suspended
 */
export async function replaceRegistration(ctx: AppContext, client: Client, metadata: ClientMetadata): Promise<Client> {
  requireNotSuspended(client)
  const columns = clientColumns(metadata, client)
  if (holdsSecret(columns) !== holdsSecret(client) || isConfidential(columns) !== isConfidential(client)) {
    const message = 'A client cannot come by a secret, or lose it. Register a new one for the other method.'
    throw new DomainError('invalid', message, { field: 'token_endpoint_auth_method' })
  }
  requireWithinPolicy({ ...client, ...columns })
  if (!(await isOther(ctx, client, metadata))) return client
  const availability = availabilityOf(await findTenantSettings(ctx.db))
  const change = { ...columns, availability, reviewedAt: null, updatedAt: ctx.clock.now() }
  await ctx.db.atomically([
    ...changeClientSteps(ctx, client, change),
    ...keySteps(ctx, client.clientId, metadata),
    also(registrationEvent(ctx, 'client.registration-changed', client)),
  ])
  return { ...client, ...change }
}

/** A suspension is about what the client is: it would be about something else after a change, and gone with a deletion. */
function requireNotSuspended({ suspendedAt }: Client): void {
  if (suspendedAt === null) return
  throw new DomainError('not_allowed', 'This client is suspended. Ask the people who run this site.')
}

/** Whether metadata says anything else than the row and the keys that it was stored in; of lists the order says nothing. */
export async function isOther(ctx: Pick<AppContext, 'db'>, client: Client, metadata: ClientMetadata): Promise<boolean> {
  const columns = Object.entries(clientColumns(metadata, client))
  if (columns.some(([name, value]) => !saysTheSame(client[name as keyof Client], value))) return true
  const keys = (await listClientKeys(ctx.db, { clientId: client.clientId })).map(({ publicJwk }) => publicJwk)
  return !sameSet(keys, metadata.jwks?.keys ?? [])
}

/** Deletes a client with its secrets, consents and tokens (RFC 7592 §2.3). @throws DomainError `not_allowed` */
export async function deleteRegistration(ctx: AppContext, client: Client): Promise<void> {
  requireNotSuspended(client)
  await ctx.db.atomically([
    also(deleteClientNotSuspended(client.clientId)),
    also(registrationEvent(ctx, 'client.registration-deleted', client)),
  ])
}

const registrationEvent = (
  ctx: AppContext,
  action: 'client.registered' | 'client.registration-changed' | 'client.registration-deleted',
  { clientId, name }: Client,
) => {
  const actor = asClient({ clientId, name })
  return auditEvent(actingAs(ctx, actor), action, asClient({ clientId, name }), { clientId })
}
