import type { AppContext } from '~/context'
import { readableClientSecrets } from '~/domain/clients/client-secrets'
import { idTokenAlgOf } from '~/domain/policy/client-policy'
import { acceptedIssuers } from '~/domain/resource-servers/former-issuers'
import { readUnverified, verifyJwt, verifyJwtWithSecret } from '~/platform/jwt'
import { findClient } from '~db/queries/clients'
import { ID_TOKEN_TYP } from './id-token'

/** Whom an ID token of ours was about, in which session, and for which client. */
export type IdTokenHint = { subject: string; sessionId: string | undefined; clientId: string }

/**
 * Reads an `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): an ID token that was issued here, which
 * may have expired since. `undefined` for any other token: one of another issuer, of another kind, or changed.
 */
export async function readIdTokenHint(ctx: AppContext, token: string): Promise<IdTokenHint | undefined> {
  const clientId = readUnverified(token)?.aud
  if (typeof clientId !== 'string') return undefined
  const expected = {
    issuer: await acceptedIssuers(ctx),
    typ: ID_TOKEN_TYP,
    audience: clientId,
    now: ctx.clock.now(),
    mayHaveExpired: true,
  }
  // The client's algorithm, whatever the token says of itself (RFC 8725 §3.1).
  const client = await findClient(ctx.db, clientId)
  const claims =
    client && idTokenAlgOf(client) === 'HS256'
      ? await verifyJwtWithSecret(token, await readableClientSecrets(ctx, clientId), expected)
      : await verifyJwt(token, await ctx.keyring.verificationKeys(), expected)
  if (!claims?.sub) return undefined
  return { subject: claims.sub, sessionId: typeof claims.sid === 'string' ? claims.sid : undefined, clientId }
}
