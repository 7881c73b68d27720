import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { MINUTE, SECOND } from '~/platform/durations'
import type { Client } from '~db/queries/clients'
import { verifyClientJwt } from './client-keys'
import { countRequestOfAnybody } from './requests-of-anybody'
import { takeTokenId } from './used-token-ids'

const MAX_LIFETIME = 10 * MINUTE
const TYPES = [undefined, 'jwt', 'client-authentication+jwt']

/**
 * Whether an assertion proves the client (`private_key_jwt`, OpenID Connect Core §9, RFC 7523 §3): signed with a key of
 * its own, by and about itself, for this server, and never used before. The audience is the issuer; the token endpoint's
 * address, which older clients send, counts where the client's row of the policy takes it.
 * @returns what is wrong with it, for the log and the app's makers, or `undefined`
 * @throws DomainError `throttled`
 */
export async function problemWithAssertion(
  ctx: AppContext,
  client: Client,
  assertion: string,
): Promise<string | undefined> {
  const { issuer } = ctx.config
  const audiences = policyFor(client).assertionAudience === 'issuer' ? [issuer] : [issuer, `${issuer}oauth/token`]
  const claims = await verifyClientJwt(ctx, client, assertion, { types: TYPES, audiences, maxLifetime: MAX_LIFETIME })
  if (typeof claims === 'string') return `the assertion was refused: ${claims}`
  if (claims.iss !== client.clientId || claims.sub !== client.clientId)
    return 'the assertion was refused: iss and sub have to be the client id'
  if (!claims.jti) return 'the assertion was refused: it has no jti'
  await countRequestOfAnybody(ctx, client)
  const expiresAt = ((claims.exp ?? 0) + 60) * SECOND
  const isFirst = await takeTokenId(ctx, { kind: 'assertion', owner: client.clientId, jti: claims.jti, expiresAt })
  return isFirst ? undefined : 'the assertion was used before'
}
