import type { AppContext } from '~/context'
import { mayUseClient } from '~/domain/clients/availability'
import { findTarget, mayAskFor, scopesOfRow, userinfoAudience } from '~/domain/grants/scopes'
import { scopeWithinClientGrant } from '~/domain/grants/standing-scope'
import { policyFor } from '~/domain/policy/client-policy'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { toSeconds } from '~/platform/durations'
import { verifyJwt } from '~/platform/jwt'
import { hashSecret } from '~/platform/secrets'
import { type Client, findClient } from '~db/queries/clients'
import { type FamilyWithParties, findAccessToken, findRefreshToken, findTokenFamily } from '~db/queries/tokens'
import type { User } from '~db/queries/users'
import { ACCESS_TOKEN_TYP } from './access-token'

/** A token of ours that is good at this moment. Times are in seconds. */
export type LiveToken = {
  kind: 'access_token' | 'refresh_token'
  client: Client
  /** Absent where the client acts in its own name. */
  user: User | undefined
  subject: string
  audience: string[]
  scope: string[]
  issuedAt: number
  expiresAt: number | undefined
  tokenId?: string
  /** The thumbprint of the key without whose proof it is worth nothing (RFC 9449 §6). */
  dpopJkt?: string
}

/**
 * Looks at an access token: signature and times of a JWT, the row of an opaque one, and for both whether the family,
 * the client and the user are still there. Suspending, revoking and blocking are in force from the next call on.
 */
export async function findLiveAccessToken(ctx: AppContext, token: string): Promise<LiveToken | undefined> {
  const found = await (token.startsWith('at_') ? findOpaque(ctx, token) : findJwt(ctx, token))
  return found && withinPolicy(ctx, found)
}

/**
 * What is left of a user's token under the row of the policy that its client has today: an app that was set to strict,
 * or that an API was taken from, can do no more with the tokens that it has than with new ones.
 */
async function withinPolicy(ctx: AppContext, token: LiveToken): Promise<LiveToken | undefined> {
  const { client, user } = token
  if (!user) return token
  const userinfo = userinfoAudience(ctx.config.issuer)
  const scope = scopesOfRow(client, token.scope)
  const api = token.audience.find((name) => name !== userinfo)
  const ofApi = api === undefined ? undefined : await standingApiScope(ctx, client, api, scope)
  const { openidScopes } = policyFor(client)
  const audience = token.audience.filter((name) => (name === userinfo ? openidScopes : ofApi !== undefined))
  return audience.length === 0 ? undefined : { ...token, audience, scope: ofApi ?? scope }
}

/** Of scopes of an API what the client may have of it today; `undefined` where it may not ask for the API at all. */
async function standingApiScope(
  ctx: AppContext,
  client: Client,
  identifier: string,
  scope: string[],
): Promise<string[] | undefined> {
  const { apis, managementScopes, userAccessNeedsClientGrant } = policyFor(client)
  if (identifier === managementApiIdentifier(ctx.config.issuer)) return managementScopes.size > 0 ? scope : undefined
  if (apis === 'all' && !userAccessNeedsClientGrant) return scope
  const target = await findTarget(ctx, identifier)
  return target && mayAskFor(client, target) ? scopeWithinClientGrant(ctx, client, target, scope) : undefined
}

async function findOpaque(ctx: AppContext, token: string): Promise<LiveToken | undefined> {
  const found = await findAccessToken(ctx.db, hashSecret(token))
  if (!found || found.token.expiresAt <= ctx.clock.now() || !(await isAlive(ctx, found))) return undefined
  const { token: row, client, user } = found
  return {
    kind: 'access_token',
    client,
    user,
    subject: user.userId,
    audience: [`${ctx.config.issuer}userinfo`],
    scope: row.scope,
    issuedAt: toSeconds(row.createdAt),
    expiresAt: toSeconds(row.expiresAt),
    dpopJkt: row.dpopJkt ?? undefined,
  }
}

/** The claims of an access token of ours for an API, and, where it is a user's, the family that it stems from. */
export async function readJwt(ctx: AppContext, token: string) {
  const expected = { issuer: ctx.config.issuer, typ: ACCESS_TOKEN_TYP, now: ctx.clock.now() }
  const claims = await verifyJwt(token, await ctx.keyring.verificationKeys(), expected)
  if (!claims?.sub || !claims.jti) return undefined
  const isClients = claims.gty === 'client-credentials'
  const found = isClients ? undefined : await findTokenFamily(ctx.db, claims.jti.split('.', 1)[0] ?? '')
  return { claims, subject: claims.sub, isClients, found }
}

async function findJwt(ctx: AppContext, token: string): Promise<LiveToken | undefined> {
  const read = await readJwt(ctx, token)
  if (!read) return undefined
  const { claims, subject, isClients, found } = read
  const parties = isClients
    ? await clientAlone(ctx, String(claims.azp))
    : found && (await isAlive(ctx, found))
      ? { client: found.client, user: found.user }
      : undefined
  if (!parties) return undefined
  return {
    kind: 'access_token',
    ...parties,
    subject,
    audience: [claims.aud ?? []].flat(),
    scope: String(claims.scope ?? '')
      .split(' ')
      .filter(Boolean),
    issuedAt: claims.iat ?? 0,
    expiresAt: claims.exp,
    tokenId: claims.jti,
    dpopJkt: (claims.cnf as { jkt?: string } | undefined)?.jkt,
  }
}

async function clientAlone(
  ctx: AppContext,
  clientId: string,
): Promise<{ client: Client; user: undefined } | undefined> {
  const client = await findClient(ctx.db, clientId)
  return client && client.suspendedAt === null ? { client, user: undefined } : undefined
}

/** Looks at a refresh token: one that would be taken at the token endpoint. */
export async function findLiveRefreshToken(ctx: AppContext, token: string): Promise<LiveToken | undefined> {
  const found = await findRefreshToken(ctx.db, hashSecret(token))
  if (!found || !(await isAlive(ctx, found))) return undefined
  const { token: row, family, client, user } = found
  const now = ctx.clock.now()
  const ends = [row.expiresAt, row.idleExpiresAt].filter((end) => end !== null)
  if (row.rotatedAt !== null || ends.some((end) => end <= now)) return undefined
  return {
    kind: 'refresh_token',
    client,
    user,
    subject: user.userId,
    audience: [family.audience ?? `${ctx.config.issuer}userinfo`],
    scope: family.scope,
    issuedAt: toSeconds(row.createdAt),
    expiresAt: ends.length > 0 ? toSeconds(Math.min(...ends)) : undefined,
    dpopJkt: family.dpopJkt ?? undefined,
  }
}

const isAlive = async (ctx: AppContext, { family, client, user }: FamilyWithParties): Promise<boolean> =>
  family.revokedAt === null &&
  client.suspendedAt === null &&
  user.blockedAt === null &&
  (await mayUseClient(ctx, client, user))
