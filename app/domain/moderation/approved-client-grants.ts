import type { AppContext } from '~/context'
import { newId } from '~/platform/ids'
import { also, type Step } from '~db/database'
import type { AppManifest } from '~db/queries/apps'
import { type Client, deleteClientGrantsExcept, upsertClientGrant } from '~db/queries/clients'
import { findResourceServer, listScopes } from '~db/queries/resource-servers'

/**
 * What an approval lets an app have in its own name (RFC 6749 §4.4): the approved scopes of each API, and of no other.
 * Only apps with the client credentials grant have any.
 */
export async function clientGrantSteps(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  client: Client,
  manifest: AppManifest,
): Promise<Step[]> {
  if (!client.grantTypes.includes('client_credentials')) return []
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
    const grant = { id: newId('cgr'), clientId: client.clientId, audience, scope, createdAt: ctx.clock.now() }
    steps.push(also(upsertClientGrant(grant)))
  }
  return [also(deleteClientGrantsExcept(client.clientId, audiences)), ...steps]
}
