import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { suspendClient } from '~db/queries/clients'
import { requireThirdPartyClient, suspensionNote, tellingSteps } from './third-party-client'

/**
 * Suspends an app: from the next request on it gets no code, no token and no user data. Consents and refresh tokens
 * stay, unusable, so that a reinstatement needs nothing from its users.
 * @param reason what the partner's team reads
 * @throws DomainError `not_found`, `conflict` when it is suspended already
 */
export async function suspendApp(ctx: AppContext, clientId: string, reason: string): Promise<void> {
  const { client, details } = await requireThirdPartyClient(ctx, clientId)
  const suspended = () => new DomainError('conflict', 'This app is suspended already. Look again to see since when.')
  await ctx.db.atomically([
    must(suspendClient({ clientId, at: ctx.clock.now() }), suspended),
    ...suspensionNote(ctx, details, 'suspend', reason),
    also(
      auditEvent(ctx, 'app.suspended', asClient({ clientId, name: client.name }), {
        clientId,
        partnerId: details?.partner.id,
        details: { reason },
      }),
    ),
    ...(await tellingSteps(ctx, details, 'suspended', reason)),
  ])
}
