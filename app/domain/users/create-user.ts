import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { also } from '~db/database'
import type { Connection } from '~db/queries/connections'
import type { User } from '~db/queries/users'
import { createDatabaseUser, type NewUser } from './create-database-user'
import { verificationSteps } from './verify-email'

/**
 * Makes a person of a database connection for the tenant, whether or not the connection takes sign-ups.
 * @param options.mailVerification whether the person is mailed the link that confirms the address
 * @throws DomainError `email_taken`
 */
export async function createUser(
  ctx: AppContext,
  connection: Connection,
  given: NewUser,
  { mailVerification }: { mailVerification: boolean },
): Promise<User> {
  const { user, steps } = await createDatabaseUser(ctx, connection, given)
  const target = asUser(user)
  const mails = mailVerification && !user.emailVerified
  await ctx.db.atomically([
    ...steps,
    also(auditEvent(ctx, 'user.created', target, { userId: user.userId })),
    ...(mails ? await verificationSteps(ctx, user, { page: '/account/verify-email' }) : []),
  ])
  return user
}
