import type { AppContext } from '~/context'
import { mayLeadAway } from '~/domain/clients/availability'
import { policyFor } from '~/domain/policy/client-policy'
import { DomainError } from '~/platform/errors'
import { isAddress } from '~/platform/web-address'
import { type Client, findClient } from '~db/queries/clients'
import { findTenantSettings } from '~db/queries/tenant'
import type { User } from '~db/queries/users'

/**
 * For which client a person signs out, and where they may be sent afterwards: nowhere, where nobody has approved the client,
 * as a link to us would then lead anywhere (`mayLeadAway`).
 */
export type LogoutReturn = { client: Client | undefined; uri: string | undefined }

type Asked = {
  clientId: string | undefined
  /** Who is signed in. */
  user: User | undefined
}

/**
 * Checks where a client wants people to be sent after signing out: byte for byte one of the addresses that it has
 * registered (OpenID Connect RP-Initiated Logout §3).
 * @throws DomainError `invalid`, to be shown to the person: nothing of it goes to the address
 */
export async function requireLogoutReturn(
  ctx: Pick<AppContext, 'db'>,
  { clientId, user, uri }: Asked & { uri: string | undefined },
): Promise<LogoutReturn> {
  const client = clientId === undefined ? undefined : await findClient(ctx.db, clientId)
  if (clientId !== undefined && !client) throw new DomainError('invalid', `Unknown client: ${clientId.slice(0, 100)}`)
  if (uri === undefined) return { client, uri: undefined }
  if (!client) throw new DomainError('invalid', 'A post_logout_redirect_uri needs an id_token_hint or a client_id.')
  if (!mayReturnTo(client) || !client.allowedLogoutUrls.includes(uri))
    throw notRegistered('post_logout_redirect_uri', uri)
  return { client, uri: (await mayLeadAway(ctx, client, user)) ? uri : undefined }
}

/**
 * The same for Auth0's `/v2/logout`: of a client's addresses, or without a client of the tenant's; query and fragment are
 * not compared. Without `returnTo` the client's first address is taken.
 * @throws DomainError `invalid`
 */
export async function requireReturnTo(
  ctx: Pick<AppContext, 'db'>,
  { clientId, user, returnTo }: Asked & { returnTo: string | undefined },
): Promise<LogoutReturn> {
  const { client } = await requireLogoutReturn(ctx, { clientId, user, uri: undefined })
  const allowed = client
    ? mayReturnTo(client)
      ? client.allowedLogoutUrls
      : []
    : (await findTenantSettings(ctx.db)).allowedLogoutUrls
  const mayReturn = client === undefined || (await mayLeadAway(ctx, client, user))
  if (returnTo === undefined) return { client, uri: client && mayReturn ? allowed[0] : undefined }
  if (!allowed.some((url) => withoutQuery(url) === withoutQuery(returnTo))) throw notRegistered('returnTo', returnTo)
  if (!mayReturn) return { client, uri: undefined }
  // As the comparison has read it: the address goes into a header as it is.
  return { client, uri: isAddress(returnTo) ? new URL(returnTo).href : returnTo }
}

const mayReturnTo = (client: Client): boolean => client.suspendedAt === null && policyFor(client).endSession

/** Scheme, host and path; an address that is none is compared as it is. */
function withoutQuery(address: string): string {
  if (!isAddress(address)) return address
  const { protocol, host, pathname, username, password } = new URL(address)
  return username || password ? address : `${protocol}//${host}${pathname}`
}

const notRegistered = (parameter: string, uri: string) =>
  new DomainError(
    'invalid',
    `The "${parameter}" querystring parameter "${uri.slice(0, 500)}" is not defined as a valid URL in "Allowed Logout URLs".`,
  )

/** The address that a person goes to after signing out, with the `state` that the client gave. */
export const withState = (uri: string, state: string | undefined): string =>
  state === undefined ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
