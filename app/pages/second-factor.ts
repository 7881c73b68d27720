/** The page of the second factor, which the admin and the account area have: what it asks for, and what a code is worth. */
import type { AppContext } from '~/context'
import { confirmTotpEnrolment, hasAuthenticator, startTotpEnrolment } from '~/domain/authenticators/enrol-totp'
import { verifySecondFactor } from '~/domain/authenticators/verify-second-factor'
import { multiFactorAmr } from '~/domain/sessions/acr'
import { isFresh } from '~/domain/sessions/fresh'
import type { Session } from '~db/queries/sessions'
import type { User } from '~db/queries/users'

export type SecondFactorStep =
  | { step: 'done' }
  | { step: 'code' }
  | { step: 'sign-in' }
  | { step: 'set-up'; enrolment: Awaited<ReturnType<typeof startTotpEnrolment>> }

/**
 * What comes next. A factor is set up by somebody who has signed in just now alone: who finds an open browser would lock
 * its owner out with it.
 * @param session of who is signed in, if only by the password; left out where that stands in no session yet
 */
export async function secondFactorStep(
  ctx: AppContext,
  { user, session }: { user: User; session?: Session },
): Promise<SecondFactorStep> {
  if (session?.amr.includes('mfa')) return { step: 'done' }
  if (await hasAuthenticator(ctx, user.userId)) return { step: 'code' }
  if (!session || !isFresh(ctx, { session })) return { step: 'sign-in' }
  return { step: 'set-up', enrolment: await startTotpEnrolment(ctx, user) }
}

/** Takes the code that a step asks for; a set-up makes recovery codes. @throws DomainError where it is not right */
export async function takeCode(ctx: AppContext, user: User, step: 'code' | 'set-up', code: string) {
  if (step === 'code') return { how: await verifySecondFactor(ctx, user, code), recoveryCodes: undefined }
  return { how: 'otp' as const, recoveryCodes: await confirmTotpEnrolment(ctx, user, code) }
}

/** The proof of a session that goes on with a second factor: as old as its password, as a code alone is no new sign-in. */
export const withSecondFactor = (
  { connectionId, authenticatedAt, expiresAt, amr }: Session,
  how: 'otp' | 'recovery',
) => ({
  connectionId,
  authenticatedAt,
  expiresAt,
  amr: multiFactorAmr(how, amr.includes('fed') ? 'fed' : 'pwd'),
})
