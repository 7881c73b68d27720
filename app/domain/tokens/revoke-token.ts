import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { hashSecret } from '~/platform/secrets'
import { also } from '~db/database'
import type { Client } from '~db/queries/clients'
import { deleteGrant } from '~db/queries/grants'
import { findTenantSettings } from '~db/queries/tenant'
import { findAccessToken, findRefreshToken, revokeFamiliesOfGrant, revokeFamily } from '~db/queries/tokens'
import { readJwt } from './inspect-token'

/**
 * Ends a token and all that stem from the same authorization (RFC 7009 §2.1). A token that is unknown, or another
 * client's, has no effect and no different answer. The user's consent stays, unless the tenant wants it to end with the
 * refresh token.
 * @returns `unsupported` for a token that the client got in its own name: others verify it by its signature alone
 */
export async function revokeToken(ctx: AppContext, client: Client, token: string): Promise<'done' | 'unsupported'> {
  const hash = hashSecret(token)
  const refreshToken = await findRefreshToken(ctx.db, hash)
  const jwt = token.includes('.') ? await readJwt(ctx, token) : undefined
  if (jwt?.isClients && jwt.claims.azp === client.clientId) return 'unsupported'
  const found = refreshToken ?? jwt?.found ?? (await findAccessToken(ctx.db, hash))
  if (!found || found.client.clientId !== client.clientId) return 'done'
  const { grantId } = found.family
  const { flags } = await findTenantSettings(ctx.db)
  const now = ctx.clock.now()
  await ctx.db.atomically([
    also(revokeFamily(found.family.id, now)),
    ...(refreshToken && grantId !== null && flags.revoke_refresh_token_grant
      ? [also(revokeFamiliesOfGrant(grantId, now)), also(deleteGrant(found.user.userId, grantId))]
      : []),
    also(
      auditEvent(actingAs(ctx, asClient(client)), 'token.revoked', asClient(client), {
        clientId: client.clientId,
        userId: found.user.userId,
      }),
    ),
  ])
  return 'done'
}
