import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { changedAt, changedMeanwhile } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { mergedMetadata } from '~/platform/metadata'
import { also, must, type Step } from '~db/database'
import { deleteUnlinksOf } from '~db/queries/identity-changes'
import {
  cancelTickets,
  changeLogin,
  type Identity,
  listIdentities,
  setPasswordHash,
  type User,
  updateUnchangedUser,
} from '~db/queries/users'
import { endCredentialsSteps, endOutstandingSteps } from './end-credentials'
import { requirePasswordOf } from './password-rules'
import { proveEmail } from './prove-email'
import { APP_METADATA, normalizeLogin, USER_METADATA } from './user-fields'
import { verificationSteps } from './verify-email'

export type UserChange = Partial<
  Pick<
    User,
    | 'name'
    | 'nickname'
    | 'givenName'
    | 'familyName'
    | 'picture'
    | 'email'
    | 'emailVerified'
    | 'userMetadata'
    | 'appMetadata'
  >
> & { password?: string; isBlocked?: boolean }

/**
 * Changes a person. Metadata is merged (`mergedMetadata`). Another address is not confirmed unless that is said. Blocking
 * and another password end the person's sessions and all tokens that apps have of them. To say that an address is
 * confirmed which was not is its first proof, by somebody who knows nothing of the account's maker.
 * @param options.mailVerification whether the person is mailed the link that confirms another address
 * @param options.along what is written in the same transaction, behind the change
 * @throws DomainError `invalid` for an address or password of somebody without a database identity, and
 *   for too much metadata, `email_taken`,
 *   `weak_password`, `changed`
 */
export async function updateUser(
  ctx: AppContext,
  user: User,
  given: UserChange,
  { mailVerification = false, along = [] }: { mailVerification?: boolean; along?: Step[] } = {},
): Promise<User> {
  const now = ctx.clock.now()
  const { password, isBlocked, userMetadata, appMetadata, ...profile } = given
  const movesAddress = profile.email !== undefined && profile.email !== user.email
  const proof =
    profile.emailVerified && !user.emailVerified ? proveEmail(ctx, user, 'stranger') : { change: {}, steps: [] }
  // Nothing else is written: what sign-ins count of the person meanwhile stays.
  const change: Partial<User> = {
    ...(movesAddress ? { emailVerified: false } : {}),
    ...profile,
    ...proof.change,
    ...(userMetadata === undefined
      ? {}
      : { userMetadata: mergedMetadata({ ...user, ...proof.change }.userMetadata, userMetadata, USER_METADATA) }),
    ...(appMetadata === undefined ? {} : { appMetadata: mergedMetadata(user.appMetadata, appMetadata, APP_METADATA) }),
    ...(isBlocked === undefined ? {} : { blockedAt: isBlocked ? (user.blockedAt ?? now) : null }),
    ...(password === undefined ? {} : { passwordChangedAt: now }),
    updatedAt: changedAt(now, user),
  }
  const after: User = { ...user, ...change }
  const keepsOut = password !== undefined || (after.blockedAt !== null && user.blockedAt === null)
  const fields = Object.keys(given)
  const target = asUser({ userId: user.userId, name: after.name })
  await ctx.db.atomically([
    must(updateUnchangedUser(user, change), () => changedMeanwhile('The user')),
    ...proof.steps,
    ...(await identitySteps(ctx, user, { password, email: movesAddress ? after.email : undefined })),
    // The link to undo it was mailed to the address of before.
    ...(movesAddress ? [also(deleteUnlinksOf(user.userId))] : []),
    ...(keepsOut ? endCredentialsSteps(ctx, user.userId) : movesAddress ? endOutstandingSteps(ctx, user.userId) : []),
    also(auditEvent(ctx, eventOf(user, after, fields), target, { userId: user.userId, details: { fields } })),
    ...(mailVerification && !after.emailVerified
      ? await verificationSteps(ctx, after, { page: '/account/verify-email' })
      : []),
    ...along,
  ])
  return after
}

/** What changes where the person signs in: the main identity's login, or its password. */
async function identitySteps(
  ctx: AppContext,
  user: User,
  { password, email }: { password: string | undefined; email: string | null | undefined },
): Promise<Step[]> {
  if (password === undefined && email === undefined) return []
  const { userId } = user
  const main: Identity | undefined = (await listIdentities(ctx.db, { userId }))[0]
  if (main?.provider !== 'auth0') {
    const message = 'The user signs in elsewhere: the address and the password are kept there.'
    throw new DomainError('invalid', message, { field: password === undefined ? 'email' : 'password' })
  }
  if (password !== undefined) await requirePasswordOf(ctx, main, password, user)
  const now = ctx.clock.now()
  const taken = () => new DomainError('email_taken', 'There is an account with this address.', { field: 'email' })
  return [
    ...(email ? [must(changeLogin(main, normalizeLogin(email)), taken)] : []),
    ...(email ? [also(cancelTickets('verify-email', userId, now))] : []),
    ...(password === undefined ? [] : [also(setPasswordHash(main.id, await ctx.passwords.hash(password)))]),
  ]
}

function eventOf(before: User, after: User, fields: string[]) {
  if (fields.length === 1 && before.blockedAt === null && after.blockedAt !== null) return 'user.blocked'
  if (fields.length === 1 && before.blockedAt !== null && after.blockedAt === null) return 'user.unblocked'
  return fields.includes('password') ? 'user.password-changed' : 'user.updated'
}
