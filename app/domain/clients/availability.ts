import type { AppContext } from '~/context'
import { normalizeLogin } from '~/domain/users/user-fields'
import { isTester } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import type { User } from '~db/queries/users'

/** Whether a person may use a client: until an app is approved it is for its team and its named testers only. */
export async function mayUseClient(ctx: Pick<AppContext, 'db'>, client: Client, user: User): Promise<boolean> {
  if (client.availability === 'everyone') return true
  return user.email !== null && isTester(ctx.db, client.clientId, normalizeLogin(user.email))
}
