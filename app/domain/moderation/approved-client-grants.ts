import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { newId } from '~/platform/ids'
import { also, type Step } from '~db/database'
import type { AppManifest } from '~db/queries/apps'
import { type ClientGrant, deleteClientGrantsExcept, upsertClientGrant } from '~db/queries/client-grants'
import type { Client } from '~db/queries/clients'
import { findResourceServer, listScopes } from '~db/queries/resource-servers'

/**
 * The client grants that an approval gives: the approved scopes of each API, and of no other. In its own name (RFC 6749
 * §4.4) for apps with the client credentials grant; with a user where the app's row of the policy asks for a grant then.
 */
export async function clientGrantSteps(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  client: Client,
  manifest: AppManifest,
): Promise<Step[]> {
  const subjectTypes: ClientGrant['subjectType'][] = [
    ...(client.grantTypes.includes('client_credentials') ? ['client' as const] : []),
    ...(policyFor(client).userAccessNeedsClientGrant ? ['user' as const] : []),
  ]
  if (subjectTypes.length === 0) return []
  const steps: Step[] = []
  const audiences: string[] = []
  for (const audience of new Set(manifest.scopeRequests.map((request) => request.audience))) {
    const api = await findResourceServer(ctx.db, audience)
    if (!api || api.isSystem) continue
    const known = new Set((await listScopes(ctx.db, { resourceServerId: api.id })).map(({ value }) => value))
    const scope = manifest.scopeRequests
      .filter((request) => request.audience === audience && known.has(request.scope))
      .map((request) => request.scope)
    if (scope.length === 0) continue
    audiences.push(audience)
    const now = ctx.clock.now()
    const grant = { clientId: client.clientId, audience, scope, createdAt: now, updatedAt: now }
    for (const subjectType of subjectTypes) {
      steps.push(also(upsertClientGrant({ ...grant, id: newId('cgr'), subjectType })))
    }
  }
  return [also(deleteClientGrantsExcept(client.clientId, audiences)), ...steps]
}
