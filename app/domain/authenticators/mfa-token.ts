import type { AppContext } from '~/context'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { hashSecret, newSecret } from '~/platform/secrets'
import { must } from '~db/database'
import { findMfaToken, insertMfaToken, type MfaToken, redeemMfaToken } from '~db/queries/authenticators'
import type { User } from '~db/queries/users'

/** How long a person may take for the second factor after the password. */
export const MFA_TOKEN_LIFETIME = 10 * MINUTE

/** A person whose password was right, and what stands for that. */
export type HalfWay = { mfaToken: MfaToken; user: User }

/** What a client asks for with a person's password. */
type Asked = { clientId: string; audience: string | undefined; scope: string[] }

/**
 * Remembers for ten minutes that a person's password was right, so that the second factor can follow.
 * @param asked by whom, and for what; left out at a page of ours
 */
export async function createMfaToken(
  ctx: AppContext,
  { user, connectionId }: { user: User; connectionId: string },
  asked?: Asked,
): Promise<string> {
  const now = ctx.clock.now()
  const token = newSecret('mfa')
  await ctx.db.run(
    insertMfaToken({
      tokenHash: hashSecret(token),
      userId: user.userId,
      connectionId,
      clientId: asked?.clientId ?? null,
      audience: asked?.audience ?? null,
      scope: asked?.scope ?? [],
      createdAt: now,
      expiresAt: now + MFA_TOKEN_LIFETIME,
      usedAt: null,
    }),
  )
  return token
}

/**
 * Who is half way in by a token.
 * @param clientId the client that the token was given to; `null` for one of our own pages. Another's token is none.
 */
export async function findHalfWay(
  ctx: AppContext,
  token: string | undefined,
  clientId: string | null,
): Promise<HalfWay | undefined> {
  const found = token === undefined ? undefined : await findMfaToken(ctx.db, hashSecret(token), ctx.clock.now())
  return found?.mfaToken.clientId === clientId ? found : undefined
}

/** Uses the token up. @throws DomainError `expired` when another request was first */
export async function redeemHalfWay(ctx: AppContext, { mfaToken }: HalfWay): Promise<void> {
  const { tokenHash } = mfaToken
  await ctx.db.atomically([must(redeemMfaToken({ tokenHash, at: ctx.clock.now() }), halfWayEnded)])
}

export const halfWayEnded = (): DomainError =>
  new DomainError('expired', 'This sign-in took too long, or was finished elsewhere. Sign in again.')
