import type { AppContext } from '~/context'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, type Step } from '~db/database'
import { cancelTickets, insertTicket, type Ticket, type User } from '~db/queries/users'

/** A one-time link's value, and the steps that store its hash and end the person's earlier ones of the same purpose. */
export function createTicket(
  ctx: Pick<AppContext, 'clock'>,
  purpose: Ticket['purpose'],
  { user, lifetime }: { user?: Pick<User, 'userId' | 'email'>; lifetime: number },
): { ticket: string; steps: Step[] } {
  const now = ctx.clock.now()
  const ticket = newSecret('tkt')
  const insert = insertTicket({
    ticketHash: hashTicket(ticket),
    purpose,
    userId: user?.userId ?? null,
    email: user?.email ?? null,
    continueAt: null,
    createdAt: now,
    expiresAt: now + lifetime,
    usedAt: null,
  })
  return { ticket, steps: [...(user ? [also(cancelTickets(purpose, user.userId, now))] : []), also(insert)] }
}

export const hashTicket = hashSecret
