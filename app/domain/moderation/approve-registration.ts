import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { approveRegisteredClient } from '~db/queries/third-party-clients'
import { requireThirdPartyClient } from './third-party-client'

/**
 * Approves a client that registered itself, or is described by its own document: it works for everyone, and people are
 * no longer told that nobody has looked at it. A change of its registration undoes that.
 * @throws DomainError `not_found`, `conflict` when there is nothing to approve
 */
export async function approveRegistration(ctx: AppContext, clientId: string): Promise<void> {
  const { client } = await requireThirdPartyClient(ctx, clientId)
  await ctx.db.atomically([
    must(
      approveRegisteredClient(clientId, ctx.clock.now()),
      () => new DomainError('conflict', 'This app waits for no approval any more. Reload the page to see its state.'),
    ),
    also(auditEvent(ctx, 'client.approved', { type: 'client', id: clientId, name: client.name }, { clientId })),
  ])
}
