import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { policyFor } from '~/domain/policy/client-policy'
import { managementApiIdentifier, partnerScopes } from '~/domain/resource-servers/management-api'
import { DomainError } from '~/platform/errors'
import { findClientGrant } from '~db/queries/client-grants'
import type { Client } from '~db/queries/clients'
import { findPartnerOfApiClient } from '~db/queries/partner-api-clients'
import { findResourceServer } from '~db/queries/resource-servers'
import { findTenantSettings } from '~db/queries/tenant'
import { createClientAccessToken } from './access-token'
import type { IssuedTokens } from './user-tokens'

type ClientTokenRequest = {
  audience: string | undefined
  requested: string[] | undefined
  dpopJkt: string | undefined
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
  { audience, requested, dpopJkt }: ClientTokenRequest,
): Promise<IssuedTokens> {
  if (client.availability !== 'everyone')
    throw refused('The app is not approved yet. Submit it for review in the developer portal.')
  const identifier = audience ?? (await findTenantSettings(ctx.db)).defaultAudience
  if (!identifier) throw refused('Name the API in the parameter audience.')
  const api = await findResourceServer(ctx.db, identifier)
  if (!api) throw refused(`Service not enabled within domain: ${identifier}`)
  const granted = await grantedScope(ctx, client, identifier)
  const missing = requested?.filter((value) => !granted.includes(value)) ?? []
  if (missing.length > 0) throw refused(`Client has not been granted scopes: ${missing.join(', ')}`)
  const scope = requested ?? [...granted]
  const { accessToken, expiresIn } = await createClientAccessToken(ctx, api, client, { scope, dpopJkt })
  const actor = asClient(client)
  const target = asClient(client)
  await ctx.db.run(
    auditEvent({ ...ctx, actor }, 'token.issued', target, {
      clientId: client.clientId,
      details: { audience: identifier },
    }),
  )
  return { accessToken, tokenType: dpopJkt === undefined ? 'Bearer' : 'DPoP', expiresIn, scope }
}

const refused = (message: string): DomainError => new DomainError('not_granted', message)

/** What a client may have of an API in its own name: what its client grant says, or what every partner's program may. */
async function grantedScope(ctx: AppContext, client: Client, identifier: string): Promise<readonly string[]> {
  const isManagement = identifier === managementApiIdentifier(ctx.config.issuer)
  const { manages } = policyFor(client)
  if (manages === 'partner') {
    const partner = await findPartnerOfApiClient(ctx.db, client.clientId)
    if (!isManagement || !partner) throw refused(`A program of a partner has only the Management API here.`)
    if (partner.suspendedAt !== null) throw refused('The organization of this program is suspended.')
    return partnerScopes
  }
  if (isManagement && manages !== 'tenant')
    throw refused('A client of a third party cannot have the Management API in its own name.')
  const grant = await findClientGrant(ctx.db, {
    clientId: client.clientId,
    audience: identifier,
    subjectType: 'client',
  })
  if (grant) return grant.scope
  throw refused(
    `Client is not authorized to access "${identifier}". You might probably want to create a "client-grant" associated to this API.`,
  )
}
