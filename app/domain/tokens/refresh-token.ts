import type { AppContext } from '~/context'
import { policyFor } from '~/domain/policy/client-policy'
import { SECOND } from '~/platform/durations'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import { insertRefreshToken, type RefreshToken } from '~db/queries/tokens'

/** How refresh tokens of a client live: as it was set, within what its policy has. */
export function refreshRulesOf(client: Client): Client['refreshToken'] {
  const { rotateRefreshTokens, infiniteRefreshTokens } = policyFor(client)
  const own = client.refreshToken
  return {
    ...own,
    ...(rotateRefreshTokens === 'always' ? { rotation_type: 'rotating' } : {}),
    ...(infiniteRefreshTokens
      ? {}
      : { expiration_type: 'expiring', infinite_token_lifetime: false, infinite_idle_token_lifetime: false }),
  }
}

export const isRotating = (client: Client): boolean => refreshRulesOf(client).rotation_type === 'rotating'

/** The row of a refresh token, and the token itself as it was presented. */
export type PresentedRefreshToken = RefreshToken & { presented: string }

/**
 * A refresh token, and the step that stores its hash. One that replaces another keeps the absolute end of the first: a
 * rotation does not prolong it. It follows from the one before by a key of the server, so that of one token there is
 * never more than one successor, however often it is presented.
 */
export function createRefreshToken(
  ctx: Pick<AppContext, 'clock' | 'encryption'>,
  client: Client,
  familyId: string,
  replaced?: PresentedRefreshToken,
): { refreshToken: string; steps: Step[] } {
  const now = ctx.clock.now()
  const refreshToken = replaced ? successorOf(ctx, replaced.presented) : newSecret('rt')
  const insert = insertRefreshToken({
    tokenHash: hashSecret(refreshToken),
    familyId,
    createdAt: now,
    expiresAt: replaced ? replaced.expiresAt : absoluteEnd(client, now),
    idleExpiresAt: idleEnd(client, now),
    rotatedAt: null,
  })
  return { refreshToken, steps: [also(insert)] }
}

/** The one token that can replace another. */
export const successorOf = ({ encryption }: Pick<AppContext, 'encryption'>, presented: string): string =>
  `rt_${encryption.authenticate('successor of a refresh token', presented)}`

/** Milliseconds, or null for a token that lives until it is revoked. */
function absoluteEnd(client: Client, now: number): number | null {
  const { infinite_token_lifetime, token_lifetime } = refreshRulesOf(client)
  return infinite_token_lifetime ? null : now + token_lifetime * SECOND
}

export function idleEnd(client: Client, now: number): number | null {
  const { infinite_idle_token_lifetime, idle_token_lifetime } = refreshRulesOf(client)
  return infinite_idle_token_lifetime ? null : now + idle_token_lifetime * SECOND
}
