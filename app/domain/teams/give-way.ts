import type { AppContext } from '~/context'
import { deleteAccountSteps } from '~/domain/identities/delete-account'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { deleteEmptyPartner } from '~db/queries/partners'
import { findPartnerOfUser } from '~db/queries/teams'
import { findUserByLogin, holdUnprovenUser, type User } from '~db/queries/users'

/** The account of a team's area that somebody has made with an address, as long as nobody has proved the address. */
export async function findUnprovenSignUp(
  { db }: Pick<AppContext, 'db'>,
  connection: Connection,
  email: string,
): Promise<User | undefined> {
  const found = await findUserByLogin(db, [connection.id], normalizeLogin(email))
  return found?.user.emailVerified === false ? found.user : undefined
}

/**
 * The steps by which such an account gives way to somebody who proves the address: it is deleted, with the organization
 * that was signed up with it, unless others work there.
 * @throws DomainError `conflict`, by its steps, where the address was proved meanwhile
 */
export async function giveWaySteps(ctx: AppContext, user: User): Promise<Step[]> {
  const membership = await findPartnerOfUser(ctx.db, user.userId)
  const proved = () => new DomainError('conflict', 'The address was confirmed meanwhile. Sign in with it.')
  return [
    must(holdUnprovenUser(user.userId), proved),
    ...(await deleteAccountSteps(ctx, user)),
    ...(membership ? [also(deleteEmptyPartner(membership.partner.id))] : []),
  ]
}

/** Deletes an account whose address nobody has proved, for the holder of the address, who did not make it. */
export const disownSignUp = async (ctx: AppContext, user: User): Promise<void> =>
  ctx.db.atomically(await giveWaySteps(ctx, user))
