import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { changeClientSteps } from '~/domain/clients/save-client'
import { also } from '~db/database'
import type { Client } from '~db/queries/clients'
import { clientGrantSteps } from './approved-client-grants'
import { requireThirdPartyClient } from './third-party-client'

/**
 * Chooses the profile of rules for one app of a third party, in force from the next request on.
 * @throws DomainError `not_found`
 */
export async function setSecurityMode(
  ctx: AppContext,
  clientId: string,
  mode: NonNullable<Client['thirdPartySecurityMode']>,
): Promise<void> {
  const { client, details } = await requireThirdPartyClient(ctx, clientId)
  const target = asClient({ clientId, name: client.name })
  await ctx.db.atomically([
    ...changeClientSteps(client, { thirdPartySecurityMode: mode, updatedAt: ctx.clock.now() }),
    // What was approved of each API holds on: the strict row asks for a client grant.
    ...(details?.live
      ? await clientGrantSteps(ctx, { ...client, thirdPartySecurityMode: mode }, details.live.manifest)
      : []),
    also(
      auditEvent(ctx, 'client.mode-changed', target, {
        clientId,
        partnerId: details?.partner.id,
        details: { from: client.thirdPartySecurityMode, to: mode },
      }),
    ),
  ])
}
