import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { isAddress } from '~/platform/web-address'
import { also } from '~db/database'
import type { AccountIdentity } from '~db/queries/account-identities'
import { findClient } from '~db/queries/clients'
import { findTicket, type Ticket } from '~db/queries/users'
import { createTicket, hashTicket, type TicketEnding } from './tickets'

type Purpose = Extract<Ticket['purpose'], 'verify-email' | 'reset-password'>

const PAGES: Record<Purpose, string> = {
  'verify-email': 'account/verify-email',
  'reset-password': 'u/reset-password',
}

/**
 * A link that a program of the tenant hands to a person itself: to confirm the address, or to choose a new password.
 * Earlier links for the same end.
 * @param lifetime milliseconds
 * @throws DomainError `invalid` where there is no address, or no password, that it could be about
 */
export async function createTicketLink(
  ctx: AppContext,
  purpose: Purpose,
  { user, identity }: Pick<AccountIdentity, 'user' | 'identity'>,
  { lifetime, ending }: { lifetime: number; ending: TicketEnding },
): Promise<string> {
  const { email } = identity.profile ?? user
  if (email === null) throw new DomainError('invalid', 'The user has no e-mail address', { field: 'user_id' })
  if (purpose === 'verify-email' && identity.profile !== null)
    throw new DomainError('invalid', 'The address of a linked account is confirmed by its connection', {
      field: 'identity',
    })
  if (purpose === 'reset-password' && identity.provider !== 'auth0')
    throw new DomainError('invalid', 'The user has no password here', { field: 'user_id' })
  const { userId, name } = user
  const { ticket, steps } = createTicket(ctx, purpose, { user: { userId, email }, lifetime, ending })
  const details = { purpose, result_url: ending.resultUrl ?? undefined, client_id: ending.clientId ?? undefined }
  await ctx.db.atomically([
    ...steps,
    also(auditEvent(ctx, 'user.ticket-created', asUser({ userId, name }), { userId, details })),
  ])
  return `${ctx.config.issuer}${PAGES[purpose]}?ticket=${ticket}#`
}

/** Where a person goes on after a link: sent there with what came of it, or offered to. */
export type WayOn =
  | { redirect: string; offer?: undefined }
  | { offer: { name: string; uri: string }; redirect?: undefined }

/**
 * Where the program that made a link has the person go on. Nobody else can say it: it stands in the row, and not in the
 * address.
 */
export async function findWayOn(
  ctx: Pick<AppContext, 'db'>,
  purpose: Purpose,
  ticket: string,
  outcome: { success: boolean; message: string },
): Promise<WayOn | undefined> {
  const row = await findTicket(ctx.db, purpose, hashTicket(ticket))
  if (row?.resultUrl) return { redirect: resultAddress(row, row.resultUrl, outcome) }
  const client = row?.clientId ? await findClient(ctx.db, row.clientId) : undefined
  if (!client?.initiateLoginUri || client.suspendedAt !== null || !isWeb(client.initiateLoginUri)) return undefined
  return { offer: { name: client.name, uri: client.initiateLoginUri } }
}

const isWeb = (uri: string): boolean => isAddress(uri) && /^https?:$/.test(new URL(uri).protocol)

function resultAddress(
  { tellsEmail, email }: Ticket,
  resultUrl: string,
  { success, message }: { success: boolean; message: string },
): string {
  const url = new URL(resultUrl)
  if (tellsEmail && email) url.searchParams.set('email', email)
  url.searchParams.set('success', String(success))
  url.searchParams.set('code', success ? 'success' : 'access_expired')
  url.searchParams.set('message', message)
  return url.href
}
