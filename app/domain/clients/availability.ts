import type { AppContext } from '~/context'
import { isReviewed } from '~/domain/policy/client-policy'
import { normalizeLogin } from '~/domain/users/user-fields'
import { isTester } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import type { User } from '~db/queries/users'

/** Whether a person may use a client: until an app is approved it is for its team and its named testers only. */
export async function isOpenTo(ctx: Pick<AppContext, 'db'>, client: Client, user: User): Promise<boolean> {
  if (client.availability === 'everyone') return true
  return user.email !== null && isTester(ctx.db, client.clientId, normalizeLogin(user.email))
}

/**
 * Whether a link to us may lead people on to the client without their doing anything there: a client that nobody has
 * approved would be an open redirector (RFC 9700 §4.11.2). Its own testers get there, so that its makers can try it.
 */
export const mayLeadAway = async (
  ctx: Pick<AppContext, 'db'>,
  client: Client,
  user: User | undefined,
): Promise<boolean> => {
  if (client.availability === 'everyone') return isReviewed(client)
  return user !== undefined && isOpenTo(ctx, client, user)
}
