import type { AppContext } from '~/context'
import { hashTicket } from '~/domain/users/tickets'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { cancelTicketsOf, findLiveTicket, redeemTicket, type User } from '~db/queries/users'
import { connectionOfArea, createTenantOwner } from './set-up'

/** Whether a set-up link still works: for the page that shows the form. */
export async function isOwnerSetUpLinkLive(ctx: Pick<AppContext, 'db' | 'clock'>, ticket: string): Promise<boolean> {
  return (await findLiveTicket(ctx.db, 'owner-set-up', hashTicket(ticket), ctx.clock.now())) !== undefined
}

/**
 * Makes the first owner by the one-time link that the program prints. Other links of the kind end with it.
 * @throws DomainError `expired`, `email_taken`
 */
export async function setUpOwner(
  ctx: AppContext,
  ticket: string,
  owner: { name: string; email: string; password: string },
): Promise<{ user: User; connectionId: string }> {
  const expired = () =>
    new DomainError(
      'expired',
      'This set-up link was used or is too old. Sign in, or restart the program: it prints a new one while there is no owner.',
    )
  if (!(await isOwnerSetUpLinkLive(ctx, ticket))) throw expired()
  const connection = await connectionOfArea(ctx, 'admin')
  const { user, steps } = await createTenantOwner(ctx, connection, owner)
  const now = ctx.clock.now()
  await ctx.db.atomically([
    must(redeemTicket('owner-set-up', hashTicket(ticket), now), expired),
    ...steps,
    also(cancelTicketsOf('owner-set-up', now)),
  ])
  return { user, connectionId: connection.id }
}
