import type { AppContext } from '~/context'
import { clientScope } from '~/domain/grants/client-access'
import { mayKeepAccess } from '~/domain/grants/scopes'
import { type GivenAccess, type StandingAccess, standingAccess } from '~/domain/grants/standing-access'
import { policyFor } from '~/domain/policy/client-policy'
import { acceptedIssuers, presentAudience } from '~/domain/resource-servers/former-issuers'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { toSeconds } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { verifyJwt } from '~/platform/jwt'
import { hashSecret } from '~/platform/secrets'
import { type Client, findClient } from '~db/queries/clients'
import { findResourceServer } from '~db/queries/resource-servers'
import {
  type FamilyWithParties,
  findAccessToken,
  findRefreshToken,
  findTokenFamily,
  type TokenFamily,
} from '~db/queries/tokens'
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
  /** Of a user's token: what else stems from the same authorization, the session that it began in, and its sign-in. */
  family?: Pick<TokenFamily, 'id' | 'sessionId' | 'amr' | 'authTime'>
  /** The thumbprint of the key without whose proof it is worth nothing (RFC 9449 §6). */
  dpopJkt?: string
}

/**
 * Looks at an access token: signature and times of a JWT, the row of an opaque one, and for both what is left today of
 * what the client was given. Whatever ends access is in force from the next call on.
 */
export const findLiveAccessToken = (ctx: AppContext, token: string): Promise<LiveToken | undefined> =>
  token.startsWith('at_') ? findOpaque(ctx, token) : findJwt(ctx, token)

async function findOpaque(ctx: AppContext, token: string): Promise<LiveToken | undefined> {
  const found = await findAccessToken(ctx.db, hashSecret(token))
  if (!found || found.token.expiresAt <= ctx.clock.now()) return undefined
  const { token: row } = found
  const scope = (await standingScope(ctx, found, row.scope))?.scope
  return (
    scope &&
    withAudience(ctx, found.client, {
      ...usersToken(found),
      audience: [userinfoAudience(ctx.config.issuer)],
      scope,
      issuedAt: toSeconds(row.createdAt),
      expiresAt: toSeconds(row.expiresAt),
      dpopJkt: row.dpopJkt ?? undefined,
    })
  )
}

/** The claims of an access token of ours for an API, and, where it is a user's, the family that it stems from. */
export async function readJwt(ctx: AppContext, token: string) {
  const expected = { issuer: await acceptedIssuers(ctx), typ: ACCESS_TOKEN_TYP, now: ctx.clock.now() }
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
  const audience = await Promise.all([claims.aud ?? []].flat().map((name) => presentAudience(ctx, name)))
  const issued = String(claims.scope ?? '')
    .split(' ')
    .filter(Boolean)
  const times = { issuedAt: claims.iat ?? 0, expiresAt: claims.exp }
  const given = {
    audience,
    ...times,
    tokenId: claims.jti,
    dpopJkt: (claims.cnf as { jkt?: string } | undefined)?.jkt,
  }
  if (isClients) {
    const own = await clientsOwn(ctx, String(claims.azp), audience[0] ?? '', issued)
    return own && { kind: 'access_token', user: undefined, subject, ...given, ...own }
  }
  const scope = found && (await standingScope(ctx, found, issued))?.scope
  return scope && withAudience(ctx, found.client, { ...usersToken(found), ...given, scope })
}

const usersToken = ({ client, user, family }: FamilyWithParties) =>
  ({ kind: 'access_token', client, user, family, subject: user.userId }) as const

/** Of the audience of a token what the client's row has today: `/userinfo` is behind the scopes of OpenID Connect. */
function withAudience({ config }: AppContext, client: Client, token: LiveToken): LiveToken | undefined {
  if (policyFor(client).openidScopes) return token
  const audience = token.audience.filter((name) => name !== userinfoAudience(config.issuer))
  return audience.length === 0 ? undefined : { ...token, audience }
}

/** What the tokens of a family were given for, as far as the rule of `standing-access.ts` asks. */
export const accessOf = ({ family, client, user, grant, connection }: FamilyWithParties): GivenAccess => ({
  client,
  user,
  grant,
  connection,
  audience: family.audience,
  scope: family.scope,
  grantId: family.grantId,
  givenAt: family.createdAt,
})

/** What is left of the scopes of a token; `undefined` when its family was ended, or nothing of it stands. */
async function standingScope(
  ctx: AppContext,
  found: FamilyWithParties,
  scope: string[],
): Promise<StandingAccess | undefined> {
  if (found.family.revokedAt !== null) return undefined
  const standing = await standingAccess(ctx, { ...accessOf(found), scope })
  return 'ended' in standing ? undefined : standing
}

/** A client that acts in its own name, with what it would get now: what an owner takes back ends at once. */
async function clientsOwn(
  ctx: AppContext,
  clientId: string,
  identifier: string,
  issued: string[],
): Promise<{ client: Client; scope: string[] } | undefined> {
  const client = await findClient(ctx.db, clientId)
  const api = client && (await findResourceServer(ctx.db, identifier))
  if (!api) return undefined
  try {
    const granted = await clientScope(ctx, client, api)
    return { client, scope: issued.filter((value) => granted.includes(value)) }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    // The Management API tells a program of ours that it may do nothing any more, and why.
    return api.isSystem && client.suspendedAt === null ? { client, scope: [] } : undefined
  }
}

/** Looks at a refresh token: one that would be taken at the token endpoint. */
export async function findLiveRefreshToken(ctx: AppContext, token: string): Promise<LiveToken | undefined> {
  const found = await findRefreshToken(ctx.db, hashSecret(token))
  const standing = found && (await standingScope(ctx, found, found.family.scope))
  if (!standing || !mayKeepAccess(found.client, standing.target.api)) return undefined
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
    scope: standing.scope,
    issuedAt: toSeconds(row.createdAt),
    expiresAt: ends.length > 0 ? toSeconds(Math.min(...ends)) : undefined,
    dpopJkt: family.dpopJkt ?? undefined,
  }
}
