import type { AppContext } from '~/context'
import { listClientsById } from '~db/queries/clients'
import { listUsersById } from '~db/queries/users'

/** The names of people and programs by their ids; who is gone is named as such. */
export async function namesOf(
  ctx: Pick<AppContext, 'db'>,
  given: (string | null)[],
): Promise<(id: string | null) => string> {
  const ids = [...new Set(given.filter((id) => id !== null))]
  const [users, clients] = await Promise.all([listUsersById(ctx.db, ids), listClientsById(ctx.db, ids)])
  const names = new Map([
    ...users.map(({ userId, name }) => [userId, name] as const),
    ...clients.map(({ clientId, name }) => [clientId, name] as const),
  ])
  return (id) => names.get(id ?? '') ?? 'Somebody who is no longer here'
}
