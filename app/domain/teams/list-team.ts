import type { AppContext } from '~/context'
import { listInvitations, listPartnerMembers, listTenantMembers } from '~db/queries/teams'
import { placeOf, type Team } from './team'

/** Who is in a team, and who is asked to join it, those whose link has expired among them; the oldest first. */
export async function listTeam(ctx: Pick<AppContext, 'db' | 'clock' | 'actor'>, team: Team) {
  const { partnerId } = placeOf(team)
  const [members, invitations] = await Promise.all([listMembers(ctx, team), listInvitations(ctx.db, partnerId)])
  const actorId = 'id' in ctx.actor ? ctx.actor.id : undefined
  return {
    members: members.map(({ user, member: { role, createdAt } }) => ({
      userId: user.userId,
      name: user.name,
      email: user.email ?? '',
      role,
      since: createdAt,
      lastLoginAt: user.lastLoginAt,
      isYou: user.userId === actorId,
    })),
    invitations: invitations.map(({ id, email, role, expiresAt }) => ({
      id,
      email,
      role,
      expiresAt,
      isExpired: expiresAt <= ctx.clock.now(),
    })),
  }
}

export const listMembers = ({ db }: Pick<AppContext, 'db'>, team: Team) =>
  team.of === 'partner' ? listPartnerMembers(db, { partnerId: team.partner.id }) : listTenantMembers(db, {})
