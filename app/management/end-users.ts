/** The people whom the Management API knows: those of the tenant's own connections, not its owners and partners. */
import type { AppContext } from '~/context'
import { type AccountIdentity, listIdentitiesOfUser } from '~db/queries/account-identities'
import type { User } from '~db/queries/users'
import { ManagementError } from './errors'

export const noSuchUser = () => new ManagementError(404, 'inexistent_user', 'The user does not exist.')

/** A person and how the connections know them. @throws ManagementError 404 */
export async function requireIdentities(
  { db }: Pick<AppContext, 'db'>,
  userId: string,
): Promise<{ user: User; identities: AccountIdentity[] }> {
  const identities = await listIdentitiesOfUser(db, userId)
  const [first] = identities
  if (!first) throw noSuchUser()
  return { user: first.user, identities }
}

export const requireEndUser = async (ctx: Pick<AppContext, 'db'>, userId: string): Promise<User> =>
  (await requireIdentities(ctx, userId)).user

/** A time as the wire has it. */
export const isoTime = (time: number): string => new Date(time).toISOString()
