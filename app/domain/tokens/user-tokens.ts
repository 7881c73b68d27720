import type { AppContext } from '~/context'
import type { Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import type { ResourceServer } from '~db/queries/resource-servers'
import type { TokenFamily } from '~db/queries/tokens'
import type { User } from '~db/queries/users'
import { createUserAccessToken } from './access-token'
import { createIdToken } from './id-token'
import { createRefreshToken, type PresentedRefreshToken } from './refresh-token'

/** The members of a successful token response (RFC 6749 §5.1); `expiresIn` is in seconds. */
export type IssuedTokens = {
  accessToken: string
  /** `DPoP`: the token works with proofs of its key only (RFC 9449 §5). */
  tokenType: 'Bearer' | 'DPoP'
  expiresIn: number
  scope: string[]
  idToken?: string
  refreshToken?: string
}

/** What a user lets a client have, and the family that the tokens of it belong to. */
export type UserAuthorization = {
  client: Client
  user: User
  api: ResourceServer | undefined
  family: TokenFamily
  scope: string[]
  nonce?: string | null
  /** The `gty` claim of Auth0, where the grant has one. */
  gty?: 'password' | 'refresh_token'
  /** The thumbprint of the key that this request has proved (RFC 9449). */
  dpopJkt?: string
}

/**
 * The tokens of an authorization, and the steps that store them. The family (`beginFamily`), and what has to
 * hold for the tokens to be given, are the caller's to put beside these steps.
 * @param refresh `first`: a refresh token comes along where the scope has it; a token: it is replaced
 */
export async function createUserTokens(
  ctx: AppContext,
  authorization: UserAuthorization,
  refresh: 'none' | 'first' | PresentedRefreshToken,
): Promise<{ tokens: IssuedTokens; steps: Step[] }> {
  const { client, family, scope } = authorization
  const access = await createUserAccessToken(ctx, authorization)
  const idToken = await createIdToken(ctx, { ...family, ...authorization, accessToken: access.accessToken })
  const wantsRefreshToken = refresh !== 'none' && (refresh !== 'first' || scope.includes('offline_access'))
  const successor = wantsRefreshToken
    ? createRefreshToken(ctx, client, family.id, refresh === 'first' ? undefined : refresh)
    : undefined
  const { accessToken, expiresIn } = access
  const tokenType = authorization.dpopJkt === undefined ? 'Bearer' : 'DPoP'
  return {
    tokens: { accessToken, tokenType, expiresIn, scope, idToken, refreshToken: successor?.refreshToken },
    steps: [...access.steps, ...(successor?.steps ?? [])],
  }
}
