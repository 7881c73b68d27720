import type { AppContext } from '~/context'
import { MINUTE, SECOND } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { constantTimeEqual, hashSecret, newSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import type { Client } from '~db/queries/clients'
import { findLoginTicket, insertLoginTicket, redeemLoginTicket } from '~db/queries/sessions'
import { holdSignedInUser, type User } from '~db/queries/users'

const LIFETIME = 2 * MINUTE

/** Where a browser keeps what a login ticket is bound to: each in a cookie of its own, so that none overwrites another. */
export const ticketCookieName = (ticket: string): string => `co-${hashSecret(ticket).slice(0, 12)}`

/** Seconds that the cookie is of use. */
export const TICKET_COOKIE_LIFETIME = LIFETIME / SECOND

/**
 * Remembers that a person's password was right on a page of the client's own: the browser brings the ticket to the
 * authorization endpoint, and with it what it got in a cookie. Nobody can sign another browser in with it.
 * @throws DomainError `wrong_credentials` where the password has been changed meanwhile
 */
export async function createLoginTicket(
  ctx: AppContext,
  { client, user, connectionId }: { client: Client; user: User; connectionId: string },
): Promise<{ ticket: string; verifier: string }> {
  const now = ctx.clock.now()
  const [ticket, verifier] = [newSecret('lt'), newSecret('co')]
  const insert = insertLoginTicket({
    ticketHash: hashSecret(ticket),
    clientId: client.clientId,
    userId: user.userId,
    connectionId,
    visitorHash: hashSecret(verifier),
    createdAt: now,
    expiresAt: now + LIFETIME,
    usedAt: null,
  })
  await ctx.db.atomically([must(holdSignedInUser(user), changedMeanwhile), also(insert)])
  return { ticket, verifier }
}

const changedMeanwhile = () =>
  new DomainError('wrong_credentials', 'The password has just been changed, or the account closed. Sign in again.')

/** Whom a ticket stands for, once; `undefined` for one that is not this client's and this browser's, or has ended. */
export async function takeLoginTicket(
  ctx: AppContext,
  client: Client,
  ticket: string,
): Promise<{ user: User; connectionId: string } | undefined> {
  const found = await findLoginTicket(ctx.db, hashSecret(ticket), ctx.clock.now())
  const verifier = ctx.request.cookies[ticketCookieName(ticket)]
  if (!found || found.ticket.clientId !== client.clientId || verifier === undefined) return undefined
  if (!constantTimeEqual(hashSecret(verifier), found.ticket.visitorHash)) return undefined
  const { ticketHash, connectionId } = found.ticket
  try {
    await ctx.db.atomically([must(redeemLoginTicket({ ticketHash, at: ctx.clock.now() }), () => new LostRace())])
  } catch (error) {
    if (error instanceof LostRace) return undefined
    throw error
  }
  return { user: found.user, connectionId }
}

/** Another request brought the ticket first. */
class LostRace extends Error {}
