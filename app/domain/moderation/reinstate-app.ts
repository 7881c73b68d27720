import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { reinstateUnlessPartnerSuspended } from '~db/queries/third-party-clients'
import { requireThirdPartyClient, suspensionNote, tellingSteps } from './third-party-client'

/**
 * Lifts the suspension of an app: what it had works again.
 * @param message what the partner's team reads; may be empty
 * @throws DomainError `not_found`, `conflict` when it is not suspended, or its organization is
 */
export async function reinstateApp(ctx: AppContext, clientId: string, message: string): Promise<void> {
  const { client, details } = await requireThirdPartyClient(ctx, clientId)
  const refused = () =>
    new DomainError(
      'conflict',
      details?.partner.suspendedAt
        ? 'The whole organization of this app is suspended. Reinstate the organization first.'
        : 'This app is not suspended any more. Look again to see its state.',
    )
  await ctx.db.atomically([
    must(reinstateUnlessPartnerSuspended(clientId, ctx.clock.now()), refused),
    ...suspensionNote(ctx, details, 'reinstate', message),
    also(
      auditEvent(ctx, 'app.reinstated', asClient({ clientId, name: client.name }), {
        clientId,
        partnerId: details?.partner.id,
        details: { message },
      }),
    ),
    ...(await tellingSteps(ctx, details, 'reinstated', message)),
  ])
}
