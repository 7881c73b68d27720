import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { logoutDeliverySteps } from '~/domain/sessions/deliver-logouts'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import type { Client } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import { listUntoldSessionsOfUser } from '~db/queries/sessions'
import { deleteUser, findUser, findUserByLogin, type User } from '~db/queries/users'
import { subjectOf } from './identity-profile'
import { unlinkIdentity } from './unlink-identity'

/**
 * Deletes a person with their identities, sessions, consents and tokens. Apps in which they were signed in are told that
 * the sessions ended; the log keeps who they were.
 * @throws DomainError `not_found`
 */
export const deleteAccount = async (ctx: AppContext, user: User): Promise<void> =>
  ctx.db.atomically(await deleteAccountSteps(ctx, user))

/** The steps of that. */
export async function deleteAccountSteps(ctx: AppContext, { userId, name }: User): Promise<Step[]> {
  const sessions = await listUntoldSessionsOfUser(ctx.db, userId, ctx.clock.now())
  const deliveries = await Promise.all(sessions.map((session) => logoutDeliverySteps(ctx, session)))
  return [
    ...deliveries.flat(),
    must(deleteUser(userId), () => new DomainError('not_found', 'The user was deleted already.')),
    also(auditEvent(ctx, 'user.deleted', asUser({ userId, name }), { userId })),
  ]
}

/**
 * Deletes whom a database knows by an e-mail address, if it knows somebody. An account that this identity was linked to
 * stays, and loses a way to sign in.
 */
export async function deleteDatabaseUser(
  ctx: AppContext,
  connection: Connection,
  email: string,
  client: Client,
): Promise<void> {
  const found = await findUserByLogin(ctx.db, [connection.id], normalizeLogin(email))
  if (!found) return
  const { user, identity } = found
  if (identity.profile === null) return deleteAccount(ctx, user)
  await unlinkIdentity(ctx, user.userId, identity.provider, identity.providerUserId, {
    by: { way: 'tenant', client, deletes: true },
  })
  const unlinked = await findUser(ctx.db, subjectOf(identity))
  if (unlinked) await deleteAccount(ctx, unlinked)
}
