import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { clientScope, notGranted } from '~/domain/grants/client-access'
import { didYouMean } from '~/domain/resource-servers/resource-spelling'
import { also } from '~db/database'
import type { Client } from '~db/queries/clients'
import { findResourceServer } from '~db/queries/resource-servers'
import { findTenantSettings } from '~db/queries/tenant'
import { createClientAccessToken } from './access-token'
import { type DpopProof, takenSteps } from './dpop'
import type { IssuedTokens } from './user-tokens'

type ClientTokenRequest = {
  audience: string | undefined
  requested: string[] | undefined
  proof: DpopProof | undefined
}

/**
 * A token for a client in its own name, for what a client grant lets it have of an API (RFC 6749 §4.4). An app that is
 * not approved gets none: there is no tester whose data it would be limited to.
 * @param requested narrows the grant's scope
 * @throws DomainError `not_granted`
 */
export async function issueClientTokens(
  ctx: AppContext,
  client: Client,
  { audience, requested, proof }: ClientTokenRequest,
): Promise<IssuedTokens> {
  const identifier = audience ?? (await findTenantSettings(ctx.db)).defaultAudience
  if (!identifier) throw notGranted('Name the API in the parameter audience.')
  const api = await findResourceServer(ctx.db, identifier)
  if (!api) throw notGranted(`Service not enabled within domain: ${identifier}${await didYouMean(ctx.db, identifier)}`)
  const granted = await clientScope(ctx, client, api)
  const missing = requested?.filter((value) => !granted.includes(value)) ?? []
  if (missing.length > 0) throw notGranted(`Client has not been granted scopes: ${missing.join(', ')}`)
  const scope = requested ?? [...granted]
  const { accessToken, expiresIn } = await createClientAccessToken(ctx, api, client, { scope, dpopJkt: proof?.jkt })
  const actor = asClient(client)
  const target = asClient(client)
  const event = auditEvent(actingAs(ctx, actor), 'token.issued', target, {
    clientId: client.clientId,
    details: { audience: identifier },
  })
  await ctx.db.atomically([...takenSteps(proof), also(event)])
  return { accessToken, tokenType: proof === undefined ? 'Bearer' : 'DPoP', expiresIn, scope }
}
