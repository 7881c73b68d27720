import { randomBytes } from 'node:crypto'
import type { AppContext } from '~/context'
import { userinfoAudience } from '~/domain/grants/scopes'
import { DAY, SECOND, toSeconds } from '~/platform/durations'
import { signJwt } from '~/platform/jwt'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import type { ResourceServer } from '~db/queries/resource-servers'
import { insertAccessToken } from '~db/queries/tokens'

export const ACCESS_TOKEN_TYP = 'at+jwt'
const OPAQUE_LIFETIME = 1 * DAY

/** `expiresIn` is in seconds. */
export type IssuedAccessToken = { accessToken: string; expiresIn: number; steps: Step[] }

type ForUser = { clientId: string; userId: string; familyId: string; scope: string[]; authTime: number }

/**
 * An access token for a user: a JWT for an API (RFC 9068), an opaque one that `/userinfo` alone takes where there is no
 * API. The JWT's `jti` begins with its family, so that a revocation reaches it here.
 */
export async function createUserAccessToken(
  ctx: AppContext,
  api: ResourceServer | undefined,
  content: ForUser,
): Promise<IssuedAccessToken> {
  if (!api) return createOpaqueToken(ctx, content)
  const userinfo = userinfoAudience(ctx.config.issuer)
  const claims = {
    sub: content.userId,
    aud: content.scope.includes('openid') ? [api.identifier, userinfo] : api.identifier,
    scope: content.scope.join(' '),
    auth_time: toSeconds(content.authTime),
    jti: `${content.familyId}.${randomBytes(12).toString('base64url')}`,
  }
  return createJwt(ctx, api, content.clientId, claims)
}

/** An access token for a client in its own name (RFC 6749 §4.4). Its subject cannot be a user's. */
export function createClientAccessToken(
  ctx: AppContext,
  api: ResourceServer,
  clientId: string,
  scope: string[],
): Promise<IssuedAccessToken> {
  const claims = {
    sub: `${clientId}@clients`,
    aud: api.identifier,
    scope: scope.join(' '),
    gty: 'client-credentials',
    jti: randomBytes(16).toString('base64url'),
  }
  return createJwt(ctx, api, clientId, claims)
}

async function createJwt(
  ctx: AppContext,
  api: ResourceServer,
  clientId: string,
  claims: object,
): Promise<IssuedAccessToken> {
  const now = toSeconds(ctx.clock.now())
  const key = await ctx.keyring.signingKey(api.signingAlg)
  const payload = {
    iss: ctx.config.issuer,
    ...claims,
    iat: now,
    exp: now + api.tokenLifetime,
    azp: clientId,
    client_id: clientId,
  }
  return { accessToken: signJwt(key, ACCESS_TOKEN_TYP, payload), expiresIn: api.tokenLifetime, steps: [] }
}

function createOpaqueToken(ctx: AppContext, { familyId, scope }: ForUser): IssuedAccessToken {
  const now = ctx.clock.now()
  const accessToken = newSecret('at')
  const insert = insertAccessToken({
    tokenHash: hashSecret(accessToken),
    familyId,
    scope,
    createdAt: now,
    expiresAt: now + OPAQUE_LIFETIME,
  })
  return { accessToken, expiresIn: OPAQUE_LIFETIME / SECOND, steps: [also(insert)] }
}
