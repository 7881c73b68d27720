/** What is asked wherever a page of the client's own sends a password: whose page it is, whose password, is it right. */
import type { AppContext } from '~/context'
import { originsOf } from '~/domain/clients/save-client'
import { connectionsForClient, isRealm } from '~/domain/connections/connections-for-client'
import { policyFor } from '~/domain/policy/client-policy'
import { createLoginTicket } from '~/domain/sessions/login-ticket'
import { authenticateByPassword } from '~/domain/users/sign-in'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { type Client, findClient } from '~db/queries/clients'
import { type Parameters, requireCredentials } from '../endpoint'
import { OAuthError } from '../errors'

/** The client, where it may sign people in on its pages. @throws OAuthError `unauthorized_client`, in Auth0's words */
export async function requireEmbeddedClient(ctx: AppContext, clientId: string): Promise<Client> {
  const client = await findClient(ctx.db, clientId)
  if (client?.crossOriginAuthentication && client.suspendedAt === null && policyFor(client).embeddedLogin) return client
  throw new OAuthError('unauthorized_client', 'Cross origin login not allowed.', { status: 401 })
}

/** What a page is answered that is none of the client's; no script of another page can name a foreign origin. */
export function refuseForeignPage(client: Client, { headers }: HttpRequest): HttpAnswer | undefined {
  const origin = String(headers.origin ?? '')
  if (originsOf(client).has(origin)) return undefined
  const body = `Origin ${origin.slice(0, 200)} is not allowed.`
  return { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

/** A ticket for whom the password in a request is right, and what the browser is bound to it by. */
export async function ticketFor(ctx: AppContext, client: Client, params: Parameters, realm: string | null) {
  const usable = await connectionsForClient(ctx, client)
  const connection = usable.find((known) => known.strategy === 'auth0' && realm !== null && isRealm(known, realm))
  if (!connection) throw new OAuthError('invalid_request', `Unknown realm ${realm ?? ''}.`)
  const given = requireCredentials(params)
  const { user } = await authenticateByPassword(ctx, [connection], given)
  return createLoginTicket(ctx, { client, user, connectionId: connection.id })
}
