import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { endSessionsSteps } from '~/domain/users/end-sessions-of-user'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { deleteAuthenticators, deleteRecoveryCodes } from '~db/queries/authenticators'
import { type Session, setSessionAmr } from '~db/queries/sessions'
import { holdUser, type User } from '~db/queries/users'
import { tellingSteps } from './tell-person'
import { verifySecondFactor } from './verify-second-factor'

/**
 * Removes the person's authenticator and recovery codes, after one more look at the second factor; their other sessions
 * end, and this one counts for its first factor alone. Where a second factor is required, the next page sets up a new one.
 * @throws DomainError `wrong_credentials`, `throttled`, `conflict`
 */
export async function removeTotp(
  ctx: AppContext,
  { user, session }: { user: User; session: Session },
  code: string,
): Promise<void> {
  await verifySecondFactor(ctx, user, code)
  const gone = () => new DomainError('conflict', 'The authenticator app was removed already.')
  await ctx.db.atomically([
    also(holdUser(user.userId)),
    must(deleteAuthenticators(user.userId), gone),
    also(deleteRecoveryCodes(user.userId)),
    ...endSessionsSteps(ctx, user.userId, session.id),
    also(setSessionAmr(session.id, withoutSecondFactor(session.amr))),
    also(auditEvent(ctx, 'authenticator.removed', asUser(user), { userId: user.userId, details: { type: 'otp' } })),
    ...(await tellingSteps(ctx, user, 'removed')),
  ])
}

/** What a proof is worth without its second factor, for a factor that counts no more. */
export const withoutSecondFactor = (amr: string[]): string[] =>
  amr.filter((value) => value !== 'otp' && value !== 'mfa')
