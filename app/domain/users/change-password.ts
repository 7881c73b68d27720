import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { passwordChangedMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { DomainError } from '~/platform/errors'
import { also, type Step } from '~db/database'
import type { Session } from '~db/queries/sessions'
import { type Identity, listIdentities, setPasswordHash, type User, updateUser } from '~db/queries/users'
import { endCredentialsSteps } from './end-credentials'
import { passwordLink } from './password-link'
import { requirePasswordOf } from './password-rules'

/**
 * Changes the password of a signed-in person. Their other sessions, all tokens of apps and what is outstanding end.
 * @throws DomainError `wrong_credentials` when the present password is not right, `weak_password`, `throttled`
 */
export async function changePassword(
  ctx: AppContext,
  { user, session }: { user: User; session: Session },
  { currentPassword, password }: { currentPassword: string; password: string },
): Promise<void> {
  const key = `change:${user.userId}`
  await ctx.throttle.take('sign-in', key)
  const identity = await findByPassword(ctx, user, currentPassword)
  if (!identity) {
    throw new DomainError('wrong_credentials', 'This is not your present password. Try again, or reset it.', {
      field: 'current_password',
    })
  }
  await ctx.throttle.reset('sign-in', key)
  await ctx.throttle.take('password-change', user.userId)
  await requirePasswordOf(ctx, identity, password, user)
  const now = ctx.clock.now()
  await ctx.db.atomically([
    also(setPasswordHash(identity.id, await ctx.passwords.hash(password))),
    also(updateUser(user.userId, { passwordChangedAt: now, updatedAt: now })),
    ...endCredentialsSteps(ctx, user.userId, { sessionId: session.id }),
    also(auditEvent(ctx, 'user.password-changed', asUser(user), { userId: user.userId })),
    ...(await passwordChangedSteps(ctx, user, user.email)),
  ])
}

/** The steps that tell a person by mail that their password is another, in case it was not them. */
export async function passwordChangedSteps(
  ctx: AppContext,
  { userId, name }: Pick<User, 'userId' | 'name'>,
  to: string | null,
): Promise<Step[]> {
  if (!to) return []
  const link = await passwordLink(ctx, userId)
  return [await mailStep(ctx, await passwordChangedMail(ctx, { to, name, link }))]
}

/** The identity that a password is of: accounts that were linked can have several. */
async function findByPassword(ctx: AppContext, { userId }: User, password: string): Promise<Identity | undefined> {
  for (const identity of await listIdentities(ctx.db, { userId })) {
    if (identity.passwordHash === null) continue
    if ((await ctx.passwords.verify(identity.passwordHash, password)).matches) return identity
  }
  return undefined
}
