import type { AppContext } from '~/context'
import { listUsersById } from '~db/queries/users'

/** The names of people by their ids; who is gone is named as such. */
export async function namesOf(
  ctx: Pick<AppContext, 'db'>,
  userIds: (string | null)[],
): Promise<(id: string | null) => string> {
  const ids = [...new Set(userIds.filter((id) => id !== null))]
  const names = new Map((await listUsersById(ctx.db, ids)).map(({ userId, name }) => [userId, name]))
  return (id) => names.get(id ?? '') ?? 'Somebody who is no longer here'
}
