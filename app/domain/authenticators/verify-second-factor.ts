import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { hashSecret } from '~/platform/secrets'
import { findTotpStep } from '~/platform/totp'
import { also, must } from '~db/database'
import { listAuthenticators, redeemRecoveryCode, takeAuthenticatorStep } from '~db/queries/authenticators'
import type { User } from '~db/queries/users'
import { takeAttempt, wrongCode } from './attempts'

/**
 * Proves the person's second factor: by the code of the authenticator, or by a recovery code. Either works once, also
 * when it is sent twice at the same moment.
 * @throws DomainError `wrong_credentials`, `throttled`, `conflict` when nothing is set up
 */
export async function verifySecondFactor(ctx: AppContext, user: User, given: string): Promise<'otp' | 'recovery'> {
  await takeAttempt(ctx, user.userId)
  const code = normalizeCode(given)
  const how = kindOf(given)
  if (how === 'otp') await takeTotpCode(ctx, user, code)
  else await takeRecoveryCode(ctx, user, code)
  await ctx.throttle.reset('one-time-code', user.userId)
  return how
}

async function takeTotpCode(ctx: AppContext, user: User, code: string): Promise<void> {
  const authenticators = await listAuthenticators(ctx.db, { userId: user.userId })
  const confirmed = authenticators.find(({ confirmedAt }) => confirmedAt !== null)
  if (!confirmed) throw new DomainError('conflict', 'No authenticator app is set up. Reload the page to set one up.')
  const now = ctx.clock.now()
  const step = await findTotpStep(await ctx.encryption.decrypt(confirmed.encryptedSecret), code, now)
  if (step === undefined) {
    await noteFailure(ctx, user)
    throw wrongCode()
  }
  await ctx.db.atomically([must(takeAuthenticatorStep(confirmed.id, step, now), wrongCode)])
}

async function takeRecoveryCode(ctx: AppContext, user: User, code: string): Promise<void> {
  const used = auditEvent(ctx, 'recovery-code.used', asUser(user), { userId: user.userId })
  await ctx.db
    .atomically([must(redeemRecoveryCode(user.userId, hashSecret(code), ctx.clock.now()), wrongCode), also(used)])
    .catch(async (error) => {
      await noteFailure(ctx, user)
      throw error
    })
}

/** What a person gives: only codes of an authenticator are six digits. */
export const kindOf = (code: string): 'otp' | 'recovery' => (/^\d{6}$/.test(normalizeCode(code)) ? 'otp' : 'recovery')

/** As people type it: with or without spaces and hyphens, in either case. */
export const normalizeCode = (code: string): string => code.replace(/[\s-]/g, '').toLowerCase()

const noteFailure = (ctx: AppContext, user: User): Promise<number> =>
  ctx.db.run(
    auditEvent(ctx, 'user.sign-in-failed', asUser(user), { userId: user.userId, details: { factor: 'second' } }),
  )
