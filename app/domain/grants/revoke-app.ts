import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { findPartnerOfClient } from '~db/queries/apps'
import { findClient } from '~db/queries/clients'
import { deleteGrantsOfUserForClient } from '~db/queries/grants'
import { revokeFamiliesOfUser } from '~db/queries/tokens'

/**
 * Takes back all that a person has let a client have: every grant of theirs for it, and every token that came from one.
 * In force from the next request on. A person can end only what is their own: their id stands in each write.
 * @returns the app's name
 * @throws DomainError `not_found` when the client has nothing of this person
 */
export async function revokeApp(ctx: AppContext, userId: string, clientId: string): Promise<string> {
  const notFound = () =>
    new DomainError('not_found', 'This app has no access to your account. Reload the page to see those that have.')
  const client = await findClient(ctx.db, clientId)
  if (!client) throw notFound()
  const partner = await findPartnerOfClient(ctx.db, clientId)
  const target = asClient({ clientId, name: client.name })
  await ctx.db.atomically([
    must(deleteGrantsOfUserForClient(userId, clientId), notFound),
    also(revokeFamiliesOfUser(userId, ctx.clock.now(), { clientId })),
    also(auditEvent(ctx, 'consent.revoked', target, { clientId, userId, partnerId: partner?.id })),
  ])
  return client.name
}
