import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type LiveRefreshToken, updateFamilyMetadata } from '~db/queries/refresh-tokens'

/** Replaces what programs have noted of a refresh token; it stays when the token is rotated. @throws DomainError `not_found` */
export async function setRefreshTokenMetadata(
  ctx: AppContext,
  { family: { id, userId }, client: { clientId, name } }: LiveRefreshToken,
  metadata: Record<string, string>,
): Promise<void> {
  const subjects = { clientId, userId, details: { refresh_token: id } }
  await ctx.db.atomically([
    must(updateFamilyMetadata(id, metadata), () => new DomainError('not_found', 'The refresh token does not exist.')),
    also(auditEvent(ctx, 'refresh-token.updated', asClient({ clientId, name }), subjects)),
  ])
}
