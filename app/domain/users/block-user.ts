import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { leavingOne, ownersOfTeam } from '~db/queries/room'
import { deleteInvitationsBy, findTenantMember } from '~db/queries/teams'
import { blockUser as blockWrite, findUser, type User, unblockUser as unblockWrite } from '~db/queries/users'
import { endCredentialsSteps } from './end-credentials'

/**
 * Blocks a person: their sessions, all tokens that apps have of them, and the invitations that they made end, in force
 * from the next request on. What they consented to is kept.
 * @throws DomainError `not_found`, `not_allowed` for oneself, `conflict` when they are blocked already, or are the last
 *   owner of the tenant, as of two owners who block each other
 */
export async function blockUser(ctx: AppContext, userId: string): Promise<void> {
  const user = await requireUser(ctx, userId)
  if ('id' in ctx.actor && ctx.actor.id === userId) {
    throw new DomainError('not_allowed', 'You cannot block yourself. Ask another owner.')
  }
  const now = ctx.clock.now()
  const blocked = () => new DomainError('conflict', 'This person is blocked already. Look again.')
  const steps = [
    must(blockWrite(userId, now), blocked),
    ...endCredentialsSteps(ctx, userId),
    also(deleteInvitationsBy(userId)),
    also(auditEvent(ctx, 'user.blocked', asUser({ userId, name: user.name }), { userId })),
  ]
  const isOfTenant = (await findTenantMember(ctx.db, userId)) !== undefined
  await ctx.db.atomically(isOfTenant ? leavingOne(ownersOfTeam(null), steps, lastOwner) : steps)
}

/** Lets a blocked person in again; they sign in anew. @throws DomainError `not_found`, `conflict` */
export async function unblockUser(ctx: AppContext, userId: string): Promise<void> {
  const user = await requireUser(ctx, userId)
  const unblocked = () => new DomainError('conflict', 'This person is not blocked any more. Look again.')
  await ctx.db.atomically([
    must(unblockWrite(userId, ctx.clock.now()), unblocked),
    also(auditEvent(ctx, 'user.unblocked', asUser({ userId, name: user.name }), { userId })),
  ])
}

const lastOwner = () =>
  new DomainError('conflict', 'This is the last owner who is not blocked. Make somebody else an owner first.')

async function requireUser(ctx: AppContext, userId: string): Promise<User> {
  const user = await findUser(ctx.db, userId)
  if (!user) throw new DomainError('not_found', 'There is no such person.')
  return user
}
