import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { hashSecret } from '~/platform/secrets'
import { also } from '~db/database'
import type { Client } from '~db/queries/clients'
import { findAccessToken, findRefreshToken, revokeFamily } from '~db/queries/tokens'

/**
 * Ends a token and all that stem from the same authorization (RFC 7009 §2.1). A token that is unknown, or another
 * client's, has no effect and no different answer. The user's consent stays.
 */
export async function revokeToken(ctx: AppContext, client: Client, token: string): Promise<void> {
  const hash = hashSecret(token)
  const found = (await findRefreshToken(ctx.db, hash)) ?? (await findAccessToken(ctx.db, hash))
  if (!found || found.client.clientId !== client.clientId) return
  await ctx.db.atomically([
    also(revokeFamily(found.family.id, 'revoked', ctx.clock.now())),
    also(
      auditEvent(
        { ...ctx, actor: { type: 'client', id: client.clientId, name: client.name } },
        'token.revoked',
        { type: 'client', id: client.clientId, name: client.name },
        { clientId: client.clientId, userId: found.user.userId },
      ),
    ),
  ])
}
