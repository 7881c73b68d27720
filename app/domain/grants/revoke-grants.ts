import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { deleteGrant, deleteGrantsOfUser, type Grant } from '~db/queries/grants'
import { revokeConsentedFamiliesOfUser, revokeFamiliesOfGrant } from '~db/queries/tokens'
import type { User } from '~db/queries/users'

/**
 * Takes back one consent of a person, and every token that came from it; in force from the next request on.
 * @throws DomainError `not_found` when it was taken back before
 */
export async function revokeGrant(ctx: AppContext, { id, userId, clientId, audience, scope }: Grant): Promise<void> {
  await ctx.db.atomically([
    must(deleteGrant(userId, id), () => new DomainError('not_found', 'The grant does not exist.')),
    also(revokeFamiliesOfGrant(id, ctx.clock.now())),
    also(auditEvent(ctx, 'consent.revoked', { type: 'grant', id }, { clientId, userId, details: { audience, scope } })),
  ])
}

/** Takes back everything that a person has allowed, and the tokens that came from it. */
export async function revokeGrantsOfUser(ctx: AppContext, { userId, name }: User): Promise<void> {
  await ctx.db.atomically([
    // The grants first: whoever redeems a code now has to find one.
    also(deleteGrantsOfUser(userId)),
    also(revokeConsentedFamiliesOfUser(userId, ctx.clock.now())),
    also(auditEvent(ctx, 'consent.revoked', asUser({ userId, name }), { userId, details: { grants: 'all' } })),
  ])
}
