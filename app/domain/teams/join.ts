import type { AppContext } from '~/context'
import { actingAs, auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { createDatabaseUser } from '~/domain/users/create-database-user'
import { DomainError } from '~/platform/errors'
import { networkOf } from '~/platform/network'
import { hashSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import { findPartner } from '~db/queries/partners'
import { findInvitation, type Invitation, insertMember, type MemberRole, redeemInvitation } from '~db/queries/teams'
import { findTenantSettings } from '~db/queries/tenant'
import type { User } from '~db/queries/users'
import { findUnprovenSignUp, giveWaySteps } from './give-way'
import { placeOf, type Team } from './team'

export type LiveInvitation = { team: Team; teamName: string; email: string; role: MemberRole }

/** The invitation behind a link, while it works and whoever made it may still invite. A link of one area is none in the other. */
export async function findLiveInvitation(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  area: 'portal' | 'admin',
  ticket: string,
): Promise<LiveInvitation | undefined> {
  const found = await findInvitation(ctx.db, hashSecret(ticket), ctx.clock.now())
  if (!found) return undefined
  const team = await teamOf(ctx, found)
  if (!team || placeOf(team).area !== area) return undefined
  const teamName = team.of === 'partner' ? team.partner.name : (await findTenantSettings(ctx.db)).friendlyName
  return { team, teamName, email: found.email, role: found.role }
}

async function teamOf({ db }: Pick<AppContext, 'db'>, { partnerId }: Invitation): Promise<Team | undefined> {
  if (partnerId === null) return { of: 'tenant' }
  const partner = await findPartner(db, partnerId)
  return partner && { of: 'partner', partner }
}

/**
 * Makes the account of somebody who was invited. Their address is confirmed: the link went there. An account that somebody
 * has made with it, and never confirmed, gives way.
 * @throws DomainError `expired`, `email_taken`, `weak_password`, `throttled`
 */
export async function joinTeam(
  ctx: AppContext,
  area: 'portal' | 'admin',
  { ticket, ...person }: { ticket: string; name: string; password: string },
): Promise<{ user: User; connectionId: string }> {
  const expired = () => new DomainError('expired', 'This invitation no longer works. Ask for a new one.')
  const invitation = await findLiveInvitation(ctx, area, ticket)
  if (!invitation) throw expired()
  await ctx.throttle.take('sign-up', networkOf(ctx.request.ip))
  const { team, email, role } = invitation
  const { partnerId, target } = placeOf(team)
  const connection = await connectionOfArea(ctx, area)
  const { user, steps } = await createDatabaseUser(ctx, connection, { ...person, email, emailVerified: true })
  const { userId, name } = user
  const now = ctx.clock.now()
  const signUp = await findUnprovenSignUp(ctx, connection, email)
  await ctx.db.atomically([
    must(redeemInvitation(hashSecret(ticket), now), expired),
    ...(signUp ? await giveWaySteps(ctx, signUp) : []),
    ...steps,
    also(insertMember(partnerId, { userId, role, createdAt: now })),
    also(
      auditEvent(actingAs(ctx, asUser({ userId, name })), 'member.joined', target, {
        partnerId: partnerId ?? undefined,
        userId,
        details: { role },
      }),
    ),
  ])
  return { user, connectionId: connection.id }
}
