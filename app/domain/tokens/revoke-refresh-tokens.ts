import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient, asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type LiveRefreshToken, revokeFamilyOfUser, revokeRefreshTokensOfUser } from '~db/queries/refresh-tokens'
import type { User } from '~db/queries/users'

/**
 * Ends a person's refresh token from afar, and with it all tokens of the same authorization.
 * @throws DomainError `not_found` when it has ended before
 */
export async function revokeRefreshToken(
  ctx: AppContext,
  { family: { id, userId }, client: { clientId, name } }: LiveRefreshToken,
): Promise<void> {
  const ended = () => new DomainError('not_found', 'The refresh token does not exist.')
  await ctx.db.atomically([
    must(revokeFamilyOfUser(userId, id, ctx.clock.now()), ended),
    also(auditEvent(ctx, 'token.revoked', asClient({ clientId, name }), { clientId, userId })),
  ])
}

/** Ends all refresh tokens of a person from afar. */
export async function revokeRefreshTokens(ctx: AppContext, { userId, name }: User): Promise<void> {
  await ctx.db.atomically([
    also(revokeRefreshTokensOfUser(userId, ctx.clock.now())),
    also(auditEvent(ctx, 'token.revoked', asUser({ userId, name }), { userId, details: { refresh_tokens: 'all' } })),
  ])
}
