import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { approveRegisteredClient } from '~db/queries/third-party-clients'
import { requireThirdPartyClient } from './third-party-client'

/**
 * Approves a client that registered itself, or is described by its own document: it works for everyone, and people are
 * no longer told that nobody has looked at it. A change of its registration undoes that.
 * @param seenAt when what the owner has looked at was last changed: what changed meanwhile is not approved unseen
 * @throws DomainError `not_found`, `conflict` when there is nothing to approve, or something else by now
 */
export async function approveRegistration(ctx: AppContext, clientId: string, seenAt: number): Promise<void> {
  const { client } = await requireThirdPartyClient(ctx, clientId)
  await ctx.db.atomically([
    must(
      approveRegisteredClient(clientId, { at: ctx.clock.now(), seenAt }),
      () => new DomainError('conflict', 'This app has changed, or waits for no approval any more. Look again.'),
    ),
    also(auditEvent(ctx, 'client.approved', asClient({ clientId, name: client.name }), { clientId })),
  ])
}
