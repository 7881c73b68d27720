import type { AppContext } from '~/context'
import { isReviewed } from '~/domain/policy/client-policy'
import { normalizeLogin } from '~/domain/users/user-fields'
import { isAcceptedTester, isInvitedTester, isOfTeam } from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import { findTenantSettings } from '~db/queries/tenant'
import { isOfDatabase, type User } from '~db/queries/users'

/** Whether the tenant takes the documents of a host (Client ID Metadata Documents). */
export const isDocumentHost = (hosts: string[], clientId: string): boolean =>
  hosts.includes('*') || hosts.includes(new URL(clientId).host)

/**
 * Whether a client is for everyone at this moment. Of one that made itself known and that no owner has approved, the
 * tenant's settings of today decide, and not those of its first day.
 */
export async function isForEveryone({ db }: Pick<AppContext, 'db'>, client: Client): Promise<boolean> {
  if (client.availability !== 'everyone') return false
  if (client.source !== 'metadata-document' && isReviewed(client)) return true
  const { registeredClientsAre, clientMetadataHosts } = await findTenantSettings(db)
  if (client.source === 'metadata-document' && !isDocumentHost(clientMetadataHosts, client.clientId)) return false
  return isReviewed(client) || registeredClientsAre !== 'pending'
}

/** Whether a person may use a client: until an app is approved it is for its team and for testers who have accepted. */
export async function isOpenTo(ctx: Pick<AppContext, 'db'>, client: Client, user: User): Promise<boolean> {
  if (await isForEveryone(ctx, client)) return true
  if (await isAcceptedTester(ctx.db, client.clientId, user.userId)) return true
  const email = await provenAddress(ctx, user)
  return email !== undefined && isOfTeam(ctx.db, client.clientId, email)
}

/**
 * The address at which a person was named as a tester and has not accepted. They may be asked at a page of ours, and
 * nothing else: anybody can name anybody.
 */
export async function invitedAddress(
  ctx: Pick<AppContext, 'db'>,
  client: Client,
  user: User,
): Promise<string | undefined> {
  if (client.availability === 'everyone') return undefined
  const email = await provenAddress(ctx, user)
  return email !== undefined && (await isInvitedTester(ctx.db, client.clientId, email)) ? email : undefined
}

/** The address of an account, in lower case, if it was proven here: what a provider says of an address proves it to nobody. */
async function provenAddress({ db }: Pick<AppContext, 'db'>, user: User): Promise<string | undefined> {
  if (user.email === null || !user.emailVerified || !(await isOfDatabase(db, user.userId))) return undefined
  return normalizeLogin(user.email)
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
