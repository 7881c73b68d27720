import type { AppContext } from '~/context'
import { userinfoAudience } from '~/domain/resource-servers/userinfo'
import { acrOf } from '~/domain/sessions/acr'
import { authTimeClaim } from '~/domain/sessions/auth-time'
import { DAY, HOUR, SECOND, toSeconds } from '~/platform/durations'
import { signJwt } from '~/platform/jwt'
import { hashSecret, newNonce, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import type { ResourceServer } from '~db/queries/resource-servers'
import { insertAccessToken } from '~db/queries/tokens'
import type { UserAuthorization } from './user-tokens'

export const ACCESS_TOKEN_TYP = 'at+jwt'
/** Of opaque tokens: those that a client fetches, and those that a browser is handed in a redirect. */
const OPAQUE_LIFETIME = { fetched: 1 * DAY, handed: 2 * HOUR }

/** `expiresIn` is in seconds. */
export type IssuedAccessToken = { accessToken: string; expiresIn: number; steps: Step[] }

type Bearer = 'fetched' | 'handed'

/**
 * An access token for a user: a JWT for an API (RFC 9068), an opaque one that `/userinfo` alone takes where there is no
 * API. The JWT's `jti` begins with its family, so that a revocation reaches it here.
 * @param bearer `handed`: it goes through a browser, and lives as long as the API has it for that
 */
export async function createUserAccessToken(
  ctx: AppContext,
  { client, api, family, scope, gty, dpopJkt }: UserAuthorization,
  bearer: Bearer = 'fetched',
): Promise<IssuedAccessToken> {
  if (!api) return createOpaqueToken(ctx, { familyId: family.id, scope, dpopJkt }, bearer)
  const userinfo = userinfoAudience(ctx.config.issuer)
  const claims = {
    sub: family.userId,
    aud: scope.includes('openid') ? [api.identifier, userinfo] : api.identifier,
    scope: scope.join(' '),
    ...authTimeClaim(family.authTime),
    acr: acrOf(family.amr),
    amr: family.amr,
    ...(gty === undefined ? {} : { gty }),
    ...confirmation(dpopJkt),
    jti: `${family.id}.${newNonce()}`,
  }
  return createJwt(ctx, api, client, claims, bearer === 'handed' ? api.tokenLifetimeForWeb : api.tokenLifetime)
}

/** An access token for a client in its own name (RFC 6749 §4.4). Its subject cannot be a user's. */
export function createClientAccessToken(
  ctx: AppContext,
  api: ResourceServer,
  client: Client,
  { scope, dpopJkt }: { scope: string[]; dpopJkt: string | undefined },
): Promise<IssuedAccessToken> {
  const claims = {
    sub: `${client.clientId}@clients`,
    aud: api.identifier,
    scope: scope.join(' '),
    gty: 'client-credentials',
    ...confirmation(dpopJkt),
    jti: newNonce(),
  }
  return createJwt(ctx, api, client, claims, api.tokenLifetime)
}

/** The key that the token is bound to (RFC 9449 §6.1). */
const confirmation = (dpopJkt: string | undefined) => (dpopJkt === undefined ? {} : { cnf: { jkt: dpopJkt } })

async function createJwt(
  ctx: AppContext,
  api: ResourceServer,
  { clientId }: Client,
  claims: object,
  lifetime: number,
): Promise<IssuedAccessToken> {
  const now = toSeconds(ctx.clock.now())
  const key = await ctx.keyring.signingKey(api.signingAlg)
  const payload = {
    iss: ctx.config.issuer,
    ...claims,
    iat: now,
    exp: now + lifetime,
    azp: clientId,
    client_id: clientId,
  }
  return { accessToken: signJwt(key, ACCESS_TOKEN_TYP, payload), expiresIn: lifetime, steps: [] }
}

function createOpaqueToken(
  ctx: AppContext,
  { familyId, scope, dpopJkt }: { familyId: string; scope: string[]; dpopJkt: string | undefined },
  bearer: Bearer,
): IssuedAccessToken {
  const now = ctx.clock.now()
  const lifetime = OPAQUE_LIFETIME[bearer]
  const accessToken = newSecret('at')
  const insert = insertAccessToken({
    tokenHash: hashSecret(accessToken),
    familyId,
    scope,
    dpopJkt: dpopJkt ?? null,
    createdAt: now,
    expiresAt: now + lifetime,
  })
  return { accessToken, expiresIn: lifetime / SECOND, steps: [also(insert)] }
}
