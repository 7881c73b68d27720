import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { holdsSecret, policyFor } from '~/domain/policy/client-policy'
import { also, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { enableConnection, listConnections } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { requireSoundClient } from './client-rules'
import { createClientSecret } from './client-secrets'
import { requirePkceChoice } from './pkce'
import { type NewClientKey, newClientKey } from './registered-keys'
import { idTokenKeySteps, newClientSteps } from './save-client'

/**
 * Makes a client of the tenant, usable at once. Where the tenant has it so, a first-party one is given every connection
 * but those of partners and members; a third-party one has the domain-level ones in any case.
 * @param client its whole row
 * @param keys what it proves itself with, in use at once
 * @returns its secret, which is told to nobody else; a client that proves itself by a key, or not at all, has none
 * @throws DomainError `invalid` at a member that breaks a rule, `conflict` for two keys of one kid
 */
export async function createClient(
  ctx: AppContext,
  client: Client,
  keys: NewClientKey[] = [],
): Promise<{ secret: string | undefined }> {
  requireSoundClient(client)
  requirePkceChoice(client, client.pkce)
  const stored = await Promise.all(keys.map((key) => newClientKey(ctx, client.clientId, key, true)))
  const credential = holdsSecret(client) ? await createClientSecret(ctx, client.clientId) : undefined
  const { clientId, name } = client
  await ctx.db.atomically([
    ...(await idTokenKeySteps(ctx, client)),
    ...newClientSteps(client),
    ...(credential ? [also(credential.write)] : []),
    ...(await firstConnections(ctx, client)),
    ...stored.map(({ step }) => step),
    also(auditEvent(ctx, 'client.created', asClient({ clientId, name }), { clientId })),
  ])
  return { secret: credential?.secret }
}

async function firstConnections(ctx: AppContext, client: Client): Promise<Step[]> {
  if (policyFor(client).connections !== 'enabled') return []
  const { flags } = await findTenantSettings(ctx.db)
  if (!flags.enable_client_connections) return []
  const connections = (await listConnections(ctx.db, {})).filter(({ area }) => area === null)
  return connections.map(({ id }) => also(enableConnection(id, client.clientId)))
}
