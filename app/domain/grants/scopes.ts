import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import {
  currentUserScopes,
  currentUserSensitivity,
  managementApiIdentifier,
} from '~/domain/resource-servers/management-api'
import { isSameResource } from '~/domain/resource-servers/resource-spelling'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { DomainError } from '~/platform/errors'
import type { Client, ScopeRequest } from '~db/queries/clients'
import {
  findResourceServer,
  listScopes,
  type ResourceServer,
  type ResourceServerScope,
} from '~db/queries/resource-servers'

/** Scopes of OpenID Connect (Core §5.4, §11), in words for the consent page. */
export const OPENID_SCOPES: ReadonlyMap<string, string> = new Map([
  ['openid', 'Know who you are when you come back'],
  ['profile', 'See your name, picture and other profile details'],
  ['email', 'See your e-mail address'],
  ['phone', 'See your phone number'],
  ['address', 'See your postal address'],
  ['offline_access', 'Keep access when you are not there'],
])

/** What an authorization is for: the API, where one was asked for, and the scopes of it and of OpenID Connect. */
export type Target = { audience: string; api: ResourceServer | undefined; apiScopes: ResourceServerScope[] }

/** The API of an `audience`; `undefined` for one that there is not. Without an audience the target is `/userinfo`. */
export async function findTarget(
  ctx: Pick<AppContext, 'db' | 'config'>,
  audience: string | undefined,
): Promise<Target | undefined> {
  const userinfo = userinfoAudience(ctx.config.issuer)
  if (audience === undefined || audience === userinfo) return { audience: userinfo, api: undefined, apiScopes: [] }
  const api = await findResourceServer(ctx.db, audience)
  if (!api) return undefined
  const apiScopes =
    audience === managementApiIdentifier(ctx.config.issuer)
      ? [...currentUserScopes].map(([value, description], position) => ({
          resourceServerId: api.id,
          value,
          description,
          sensitivity: currentUserSensitivity(value),
          position,
          createdAt: 0,
        }))
      : await listScopes(ctx.db, { resourceServerId: api.id })
  return { audience, api, apiScopes }
}

/** The targets of some rows, by their audience; those that there are no longer are left out. */
export async function findTargets(
  ctx: Pick<AppContext, 'db' | 'config'>,
  rows: { audience: string }[],
): Promise<Map<string, Target>> {
  const audiences = [...new Set(rows.map(({ audience }) => audience))]
  const targets = await Promise.all(audiences.map((audience) => findTarget(ctx, audience)))
  return new Map(targets.flatMap((target) => (target ? [[target.audience, target]] : [])))
}

/**
 * A token request may name the API once more; another one than was asked for cannot be had for it (RFC 8707 §2.2).
 * @param resource what the token request names, if anything
 * @throws DomainError `invalid` at `resource`
 */
export function requireSameResource(audience: string | null, resource: string | undefined): void {
  if (resource === undefined || isSameResource(audience, resource)) return
  const message = `The resource is not the one that was asked for at /authorize, which is ${audience ?? 'none'}.`
  throw new DomainError('invalid', message, { field: 'resource' })
}

/**
 * The requested scopes that exist and that the client may ask for, in the order of the request. What nobody knows is
 * ignored (OpenID Connect Core §3.1.2.1); of the Management API only `current_user_*` scopes exist here.
 * @throws DomainError `not_allowed` for a scope of an API that the app is not registered for
 */
export function grantableScopes(client: Client, target: Target, requested: string[]): string[] {
  const known = existingScopes(client, target, [...new Set(requested)])
  const beyond = known.filter((scope) => !isWithinCeiling(client.scopeRequests, target, scope))
  if (beyond.length > 0) {
    throw new DomainError(
      'not_allowed',
      `the app is not registered for the scope ${beyond.join(' ')}; add it in the portal, with a reason, and have it reviewed`,
    )
  }
  return known
}

/** Of scopes that were given a while ago those that could be asked for today. */
export const scopesWithinRegistration = (client: Client, target: Target, scope: string[]): string[] =>
  existingScopes(client, target, scope).filter((value) => isWithinCeiling(client.scopeRequests, target, value))

/** The scopes that the API and the row of the client have today. */
function existingScopes(client: Client, target: Target, scope: string[]): string[] {
  const apiValues = new Set(target.apiScopes.map(({ value }) => value))
  const { openidScopes, managementScopes } = policyFor(client)
  return scope.filter((value) => {
    // Access that cannot be kept is neither asked for nor promised: the answer says what was given (RFC 6749 §5.1).
    if (value === 'offline_access') return mayKeepAccess(client, target.api)
    if (OPENID_SCOPES.has(value)) return openidScopes
    return apiValues.has(value) && (!target.api?.isSystem || managementScopes.has(value))
  })
}

/** Whether client and API let access continue without the person: what the scope `offline_access` needs besides a consent. */
export const mayKeepAccess = (client: Client, api: ResourceServer | undefined): boolean =>
  client.grantTypes.includes('refresh_token') &&
  policyFor(client).grantTypes.has('refresh_token') &&
  (api === undefined || api.allowOfflineAccess)

/** Whether a client may ask for an API at all, with a user's leave. */
export function mayAskFor(client: Client, { api }: Target): boolean {
  if (!api) return true
  const { apis, managementScopes } = policyFor(client)
  return api.isSystem ? managementScopes.size > 0 : apis === 'all' || api.openToPartners
}

/** Who signed in is every app's to ask, and the person's to refuse; what an API holds has to be registered first. */
function isWithinCeiling(ceiling: ScopeRequest[] | null, target: Target, scope: string): boolean {
  if (ceiling === null || OPENID_SCOPES.has(scope)) return true
  return ceiling.some((item) => item.scope === scope && item.audience === target.audience)
}
