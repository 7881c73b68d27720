import type { AppContext } from '~/context'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import { cancelTickets, holdUser, insertTicket, type Ticket, type User } from '~db/queries/users'

/** What becomes of a person behind a link that a program of the tenant has made. */
export type TicketEnding = Pick<Ticket, 'provesEmail' | 'resultUrl' | 'tellsEmail' | 'clientId'>

/** Behind a link of ours that was mailed, people stay here. */
export const MAILED: TicketEnding = { provesEmail: true, resultUrl: null, tellsEmail: false, clientId: null }

/**
 * A one-time link's value, and the steps that store its hash and end the person's earlier ones of the same purpose: also
 * of several that are asked for at the same moment, the newest alone works.
 */
export function createTicket(
  ctx: Pick<AppContext, 'clock'>,
  purpose: Ticket['purpose'],
  {
    user,
    lifetime,
    ending = MAILED,
  }: { user?: Pick<User, 'userId' | 'email'>; lifetime: number; ending?: TicketEnding },
): { ticket: string; steps: Step[] } {
  const now = ctx.clock.now()
  const ticket = newSecret('tkt')
  const insert = insertTicket({
    ticketHash: hashTicket(ticket),
    purpose,
    userId: user?.userId ?? null,
    email: user?.email ?? null,
    ...ending,
    createdAt: now,
    expiresAt: now + lifetime,
    usedAt: null,
  })
  const alone = user ? [also(holdUser(user.userId)), also(cancelTickets(purpose, user.userId, now))] : []
  return { ticket, steps: [...alone, also(insert)] }
}

export const hashTicket = hashSecret
