import type { AppContext } from '~/context'
import { MINUTE } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must, type Step } from '~db/database'
import { findMfaToken, insertMfaToken, type MfaToken, redeemMfaToken } from '~db/queries/authenticators'
import { holdSignedInUser, type User } from '~db/queries/users'

/** How long a person may take for the second factor after the password. */
export const MFA_TOKEN_LIFETIME = 10 * MINUTE

/** A person whose password was right, and what stands for that. */
export type HalfWay = { mfaToken: MfaToken; user: User }

/** What a client asks for with a person's password. */
type Asked = { clientId: string; audience: string | undefined; scope: string[] }

/**
 * Remembers for ten minutes that a person's password was right, so that the second factor can follow.
 * @param asked by whom, and for what; left out at a page of ours
 * @throws DomainError `expired` where the password has been changed, or the person blocked, meanwhile
 */
export async function createMfaToken(
  ctx: AppContext,
  { user, connectionId }: { user: User; connectionId: string },
  asked?: Asked,
): Promise<string> {
  const now = ctx.clock.now()
  const token = newSecret('mfa')
  const insert = insertMfaToken({
    tokenHash: hashSecret(token),
    userId: user.userId,
    connectionId,
    clientId: asked?.clientId ?? null,
    audience: asked?.audience ?? null,
    scope: asked?.scope ?? [],
    createdAt: now,
    expiresAt: now + MFA_TOKEN_LIFETIME,
    usedAt: null,
  })
  await ctx.db.atomically([must(holdSignedInUser(user), tookTooLong), also(insert)])
  return token
}

/** Who is half way in by a token that a page of ours has given to the browser. A client's token is none. */
export async function findHalfWayAtPage(ctx: AppContext, token: string | undefined): Promise<HalfWay | undefined> {
  const found = await findHalfWay(ctx, token)
  return found?.mfaToken.clientId === null ? found : undefined
}

/** Who is half way in by a token that a client was given. @param clientId that client; left out where any will do */
export async function findHalfWayAtClient(
  ctx: AppContext,
  token: string,
  clientId?: string,
): Promise<HalfWay | undefined> {
  const found = await findHalfWay(ctx, token)
  const holder = found?.mfaToken.clientId
  return holder && (clientId === undefined || clientId === holder) ? found : undefined
}

async function findHalfWay(ctx: AppContext, token: string | undefined): Promise<HalfWay | undefined> {
  return token === undefined ? undefined : findMfaToken(ctx.db, hashSecret(token), ctx.clock.now())
}

/** What has to hold for whoever goes on from here: nobody else has. The step throws a DomainError `expired` otherwise. */
export const endHalfWay = (ctx: Pick<AppContext, 'clock'>, { mfaToken: { tokenHash } }: HalfWay): Step =>
  must(redeemMfaToken({ tokenHash, at: ctx.clock.now() }), tookTooLong)

const tookTooLong = () =>
  new DomainError('expired', 'This sign-in took too long, or was finished elsewhere. Sign in again.')

/** Ends the wait for a second factor that has been given at a page of ours. @throws DomainError `expired` */
export const redeemHalfWay = (ctx: AppContext, halfWay: HalfWay): Promise<void> =>
  ctx.db.atomically([endHalfWay(ctx, halfWay)])
