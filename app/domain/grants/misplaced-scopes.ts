import type { AppContext } from '~/context'
import { keepRefusal } from '~/domain/clients/refusals'
import { currentUserScopes, managementApiIdentifier } from '~/domain/resource-servers/management-api'
import type { Client } from '~db/queries/clients'
import { listRefusals } from '~db/queries/refusals'
import { listApisWithScopes } from '~db/queries/resource-servers'
import { findTargets, mayAskFor, OPENID_SCOPES, type Target } from './scopes'

type Asked = { target: Target; requested: string[]; endpoint: string; sent: ReadonlyMap<string, string> }

/** Of an app's refusals those that are looked at for the same note: what the portal shows. */
const NEWEST = 10

/**
 * A scope that only other APIs have is left out of the answer without a word (OpenID Connect Core §3.1.2.1). Tells the
 * makers of the app which `audience` it needs, once among its newest refusals: a page may ask every few minutes.
 */
export async function noteMisplacedScopes(ctx: AppContext, client: Client, asked: Asked): Promise<void> {
  if (client.source !== 'portal') return
  const { target, requested, endpoint, sent } = asked
  const unknown = requested.filter(
    (scope) => !OPENID_SCOPES.has(scope) && !target.apiScopes.some(({ value }) => value === scope),
  )
  const description = unknown.length > 0 ? await describeOwners(ctx, client, unknown) : ''
  if (description === '') return
  const newest = await listRefusals(ctx.db, client.clientId, NEWEST)
  if (newest.some((refusal) => refusal.description === description)) return
  await keepRefusal(ctx, client, { endpoint, error: 'invalid_scope', description, sent })
}

/** Which APIs have the scopes, of those that the client may ask for; empty where none has. */
async function describeOwners(ctx: AppContext, client: Client, scopes: string[]): Promise<string> {
  const management = { identifier: managementApiIdentifier(ctx.config.issuer), name: 'the Management API' }
  const owners = [
    ...(await listApisWithScopes(ctx.db, scopes)),
    ...scopes.filter((scope) => currentUserScopes.has(scope)).map((value) => ({ ...management, value })),
  ]
  const targets = await findTargets(
    ctx,
    owners.map(({ identifier }) => ({ audience: identifier })),
  )
  const sentences = owners.flatMap(({ identifier, name, value }) => {
    const target = targets.get(identifier)
    if (!target?.apiScopes.some((scope) => scope.value === value) || !isKnownTo(client, target)) return []
    return [`${value} belongs to ${name}: send audience=${identifier}`]
  })
  if (sentences.length === 0) return ''
  return `The answer leaves out what is not of the API that was asked for. ${sentences.join('; ')}`
}

/** Whether its makers have read of the API: partners are told of no other than those that are open to them. */
const isKnownTo = (client: Client, target: Target): boolean =>
  mayAskFor(client, target) &&
  (target.api?.isSystem ||
    target.api?.openToPartners ||
    (client.scopeRequests ?? []).some(({ audience }) => audience === target.audience))
