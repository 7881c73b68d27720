import type { AppContext } from '~/context'
import { scopeWithinClientGrant } from '~/domain/grants/client-access'
import { noteMisplacedScopes } from '~/domain/grants/misplaced-scopes'
import { findTarget, grantableScopes, mayAskFor, type Target } from '~/domain/grants/scopes'
import { presentAudience } from '~/domain/resource-servers/former-issuers'
import { didYouMean, identifierOf, isSameResource } from '~/domain/resource-servers/resource-spelling'
import type { Client } from '~db/queries/clients'
import { findTenantSettings } from '~db/queries/tenant'
import type { Parameters } from './endpoint'
import { OAuthError } from './errors'
import { readScope } from './scope-parameter'

/** What a client asks a user's leave for. */
export type RequestedAccess = { target: Target; scope: string[] }

/**
 * The API and the scopes that a request asks a user's leave for: what exists, and the client may ask for.
 * @param endpoint where it was asked for, and `also`: scopes that the request names in other ways
 * @throws OAuthError `access_denied` or `invalid_target` for an API that there is not, or not for this client
 */
export async function readRequestedAccess(
  ctx: AppContext,
  client: Client,
  params: Parameters,
  { endpoint, also = [] }: { endpoint: string; also?: string[] },
): Promise<RequestedAccess> {
  requireNoDetails(params)
  const target = await requireTarget(ctx, client, params)
  const requested = [...new Set([...readScope(params.get('scope')), ...also])]
  await noteMisplacedScopes(ctx, client, { target, requested, endpoint, sent: params })
  return { target, scope: await requireClientGrant(ctx, client, target, grantableScopes(client, target, requested)) }
}

/** What is asked for in detail would be given without it (RFC 9396 §5). @throws OAuthError `invalid_authorization_details` */
export function requireNoDetails(params: Parameters): void {
  if (!params.has('authorization_details')) return
  const message =
    'No type of authorization_details is known here: leave the parameter out, and ask by scope and audience.'
  throw new OAuthError('invalid_authorization_details', message)
}

/**
 * The API that a request names by `audience`, or by `resource` (RFC 8707 §2), which mean the same here.
 * @throws OAuthError `invalid_target` where they differ
 */
export async function readAudience(
  ctx: Pick<AppContext, 'db' | 'config' | 'clock'>,
  params: Parameters,
): Promise<string | undefined> {
  const [audience, resource] = [params.get('audience'), await readResource(ctx, params)]
  if (audience === undefined) return resource
  const named = await presentAudience(ctx, audience)
  if (resource === undefined || isSameResource(named, resource)) return named
  throw new OAuthError('invalid_target', 'The parameters audience and resource name different APIs; send one of them.')
}

/** The API that a request names by `resource`, as it is spelled here. */
export async function readResource(
  ctx: Pick<AppContext, 'db' | 'config' | 'clock'>,
  params: Parameters,
): Promise<string | undefined> {
  const resource = params.get('resource')
  return resource && (await identifierOf(ctx, resource))
}

/** What the request names; else what the tenant has as default. */
async function requireTarget(ctx: AppContext, client: Client, params: Parameters): Promise<Target> {
  const resource = params.get('resource')
  const named = await readAudience(ctx, params)
  const identifier = named ?? (await findTenantSettings(ctx.db)).defaultAudience ?? undefined
  const target = await findTarget(ctx, identifier)
  if (!target) {
    const hint = await didYouMean(ctx.db, identifier ?? '')
    throw resource === undefined
      ? new OAuthError('access_denied', `Service not found: ${identifier}${hint}`)
      : new OAuthError('invalid_target', `There is no API with the identifier ${identifier}${hint || '.'}`)
  }
  if (!mayAskFor(client, target)) {
    const why = target.api?.isSystem
      ? 'This kind of app cannot use the Management API.'
      : `The API ${target.audience} is not open to apps that registered themselves. Ask the people who run this site.`
    throw new OAuthError('access_denied', why)
  }
  return target
}

/**
 * With a client of a row that asks for it, a user can only let it have what a client grant lets it have.
 * @throws OAuthError `access_denied` where it has none for the API
 */
async function requireClientGrant(ctx: AppContext, client: Client, target: Target, scope: string[]): Promise<string[]> {
  const within = await scopeWithinClientGrant(ctx, client, target, scope)
  if (within) return within
  if (!target.api) throw new OAuthError('invalid_request', 'Name the API in the parameter audience.')
  throw new OAuthError(
    'access_denied',
    `Client is not authorized to access resource server '${target.api.identifier}'.`,
  )
}
