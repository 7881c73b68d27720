import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { networkOf } from '~/platform/network'
import { also } from '~db/database'
import type { Connection } from '~db/queries/connections'
import type { User } from '~db/queries/users'
import { createDatabaseUser, type NewUser } from './create-database-user'
import { signUpLimit } from './sign-in-limits'
import { refusedSignUp } from './taken-address'
import { verificationSteps } from './verify-email'

/**
 * Signs up an end user at a database connection and mails the link that confirms the address. The person may go on
 * before confirming it.
 * @throws DomainError `email_taken`, `throttled`, `not_allowed` where the connection takes no sign-ups
 */
export async function signUp(ctx: AppContext, connection: Connection, newUser: NewUser): Promise<User> {
  if (connection.options.disable_signup) {
    throw new DomainError('not_allowed', 'Accounts are not made here. Ask the people who run this site for one.')
  }
  const limit = await signUpLimit(ctx)
  if (limit) await ctx.throttle.take('sign-up', networkOf(ctx.request.ip), limit)
  const { user, steps } = await createDatabaseUser(ctx, connection, newUser)
  const target = asUser(user)
  const subjects = { userId: user.userId, connectionId: connection.id }
  const signedUp = ctx.db.atomically([
    ...steps,
    also(auditEvent(ctx, 'user.signed-up', target, subjects)),
    ...(await verificationSteps(ctx, user, { page: '/account/verify-email' })),
  ])
  await signedUp.catch(async (error) => {
    throw await refusedSignUp(ctx, { connection, email: newUser.email, error })
  })
  return user
}
