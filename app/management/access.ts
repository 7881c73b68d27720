import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { acceptedIssuers } from '~/domain/resource-servers/former-issuers'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { MULTI_FACTOR_ACR } from '~/domain/sessions/acr'
import { FRESH, isFresh } from '~/domain/sessions/fresh'
import { ACCESS_TOKEN_TYP } from '~/domain/tokens/access-token'
import { type PresentedToken, possessionProblem } from '~/domain/tokens/dpop'
import { findLiveAccessToken, type LiveToken } from '~/domain/tokens/inspect-token'
import { toSeconds } from '~/platform/durations'
import type { HttpRequest } from '~/platform/http'
import { readHeader, verifyJwt } from '~/platform/jwt'
import type { Client } from '~db/queries/clients'
import { findPartnerOfApiClient } from '~db/queries/partner-api-clients'
import type { Partner } from '~db/queries/partners'
import type { User } from '~db/queries/users'
import { INSUFFICIENT_AUTHENTICATION, ManagementError, MISSING_TOKEN } from './errors'

/**
 * Whose data a call may touch: a program of the tenant acts on everything that its scopes name, a program of a user on
 * that user's own, and a program of a partner on the partner's.
 */
export type Reach = { of: 'tenant' } | { of: 'user'; userId: string } | { of: 'partner'; partnerId: string }

/** Who calls. `user` and `family` are there when the token is a user's, `partner` when it is one of a partner's own program. */
export type Caller = {
  client: Client
  user: User | undefined
  family: LiveToken['family']
  partner: Partner | undefined
  scope: ReadonlySet<string>
}

export type Access = Caller & { reach: Reach }

/** What an endpoint takes: any one scope of either list. */
export type AcceptedScopes = {
  scopes: readonly string[]
  ownScopes?: readonly string[]
  partnerScopes?: readonly string[]
  /**
   * Beside `ownScopes` of what is no mere reading: whether it removes or replaces what a person proves themselves with,
   * for which the account page wants that proof too.
   */
  stepUp?: boolean
}

/**
 * Who calls, by an access token for this API (RFC 6750). An ID token, a token for another API and an opaque one are none.
 * @throws ManagementError 400 or 401
 */
export async function authenticate(ctx: AppContext, request: HttpRequest): Promise<Caller> {
  const presented = readToken(request)
  const found = await findLiveAccessToken(ctx, presented.token)
  if (!found) throw await refusedToken(ctx, presented.token)
  const audience = managementApiIdentifier(ctx.config.issuer)
  if (!found.audience.includes(audience))
    throw unauthorized(`Bad audience: ${found.audience.join(' ')}. Ask for a token with the audience ${audience}`)
  const problem = await possessionProblem(ctx, request, presented, found)
  if (problem) throw unauthorized(problem.description)
  const { client, user, family } = found
  const partner = user ? undefined : await findPartnerOfProgram(ctx, client)
  return { client, user, family, partner, scope: new Set(found.scope) }
}

/** Read at each call: what happens to a partner holds for its programs at once. */
async function findPartnerOfProgram({ db }: AppContext, client: Client): Promise<Partner | undefined> {
  if (policyFor(client).manages !== 'partner') return undefined
  const partner = await findPartnerOfApiClient(db, client.clientId)
  if (partner && partner.suspendedAt === null) return partner
  throw new ManagementError(403, 'partner_suspended', 'The organization of this program is suspended.')
}

function readToken({ headers }: HttpRequest): PresentedToken {
  const header = headers.authorization
  if (header === undefined) throw unauthorized(MISSING_TOKEN)
  const [, scheme = '', token] = /^(bearer|dpop) +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(String(header)) ?? []
  if (token === undefined) throw new ManagementError(400, 'Bearer', 'Bad HTTP authentication header format')
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token }
}

const unauthorized = (message: string): ManagementError => new ManagementError(401, undefined, message)

/** Why a token is not taken; what is told beyond that it is not, the token itself says. */
async function refusedToken(ctx: AppContext, token: string): Promise<ManagementError> {
  const { keyring, clock } = ctx
  const keys = await keyring.verificationKeys()
  const typ = String(readHeader(token)?.typ ?? '')
  const expected = { issuer: await acceptedIssuers(ctx), typ, now: clock.now(), mayHaveExpired: true }
  const claims = await verifyJwt(token, keys, expected)
  if (!claims) return unauthorized('Invalid signature received for JSON Web Token validation')
  if (typ === ACCESS_TOKEN_TYP && (claims.exp ?? 0) * 1000 <= clock.now())
    return unauthorized('Expired token received for JSON Web Token validation')
  return new ManagementError(401, undefined, 'Invalid token', { members: { attributes: { error: 'Invalid token' } } })
}

/**
 * How far a caller reaches at an endpoint. A user's token never reaches beyond the user, and a program of a third party
 * never acts in its own name, whatever was granted to it.
 * @throws ManagementError 403 `insufficient_scope`, 401 for a program where only people can act
 */
export function requireAccess(caller: Caller, { scopes, ownScopes = [], partnerScopes = [] }: AcceptedScopes): Access {
  const has = (value: string) => caller.scope.has(value)
  if (caller.user) {
    if (ownScopes.some(has)) return { ...caller, reach: { of: 'user', userId: caller.user.userId } }
  } else if (caller.partner) {
    if (partnerScopes.some(has)) return { ...caller, reach: { of: 'partner', partnerId: caller.partner.id } }
    if (partnerScopes.length > 0) throw insufficientScope(partnerScopes)
    throw new ManagementError(403, 'insufficient_scope', 'Insufficient scope: programs of partners cannot do this.')
  } else if (scopes.length === 0) {
    throw unauthorized(MISSING_TOKEN)
  } else if (policyFor(caller.client).manages === 'tenant' && scopes.some(has)) {
    return { ...caller, reach: { of: 'tenant' } }
  }
  throw insufficientScope(caller.user && ownScopes.length > 0 ? ownScopes : [...scopes, ...ownScopes])
}

/**
 * An app of others removes or replaces a proof only while it is new that the person has given a second factor (RFC 9470).
 * @throws ManagementError 403 `insufficient_user_authentication`, which says what sign-in the app has to ask for
 */
export function requireStepUp(ctx: AppContext, { client, family }: Access, { stepUp = false }: AcceptedScopes): void {
  if (!stepUp || !family || !policyFor(client).stepsUpForProofs) return
  if (family.amr.includes('mfa') && isFresh(ctx, { session: { authenticatedAt: family.authTime } })) return
  const members = { acr_values: MULTI_FACTOR_ACR, max_age: toSeconds(FRESH) }
  throw new ManagementError(
    403,
    INSUFFICIENT_AUTHENTICATION,
    `The user has to sign in with a second factor for this: send them to /authorize with acr_values=${members.acr_values} and max_age=${members.max_age}, and call again with the new token.`,
    { members, challenge: members },
  )
}

/** What a call needs besides the scope that let it in. @throws ManagementError 403 */
export function requireScope({ scope }: Access, value: string): void {
  if (!scope.has(value)) throw insufficientScope([value])
}

const insufficientScope = (accepted: readonly string[]): ManagementError =>
  new ManagementError(403, 'insufficient_scope', `Insufficient scope, expected any of: ${accepted.join(',')}`)

/** @throws ManagementError 403 `unowned_resource` for a user that a call does not reach */
export function requireReachOf({ reach }: Access, userId: string): void {
  if (reach.of === 'tenant' || (reach.of === 'user' && reach.userId === userId)) return
  throw new ManagementError(403, 'unowned_resource', 'User to be acted on does not match subject in bearer token.')
}
