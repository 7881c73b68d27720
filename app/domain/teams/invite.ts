import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { invitationMail, invitedElsewhereMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { connectionOfArea } from '~/domain/tenant/set-up'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must } from '~db/database'
import { holdingSteps, invitationsOfTeam, roomSteps } from '~db/queries/room'
import {
  deleteInvitation,
  deleteInvitationsTo,
  findPartnerOfUser,
  type Invitation,
  insertInvitation,
  type MemberRole,
} from '~db/queries/teams'
import { findTenantSettings } from '~db/queries/tenant'
import { findUserByLogin, type User } from '~db/queries/users'
import { joinPage, placeOf, requireRole, type Team } from './team'

const LIFETIME = 7 * DAY
const MAX_INVITATIONS = 50

/**
 * Mails somebody a link with which they make an account in a team. It works once and for seven days; an earlier one to
 * the same address ends.
 * Whether the address works for another organization is told to itself alone, by mail.
 * @throws DomainError `email_taken` where the address is in this team already, `conflict` where too many wait, `throttled`
 */
export async function inviteToTeam(
  ctx: AppContext,
  team: Team,
  { email: given, role }: { email: string; role: MemberRole },
): Promise<Invitation> {
  requireRole(team, role)
  const { partnerId, area, target } = placeOf(team)
  const email = normalizeLogin(given)
  await ctx.throttle.take('invitation', partnerId ?? 'tenant')
  const connection = await connectionOfArea(ctx, area)
  const known = await findUserByLogin(ctx.db, [connection.id], email)
  // An account whose address nobody has proved is nobody's: it gives way to who takes the invitation.
  const holder = known?.user.emailVerified ? known.user : undefined
  if (holder && (await isInTeam(ctx, team, holder)))
    throw new DomainError('email_taken', 'Somebody with this address is a member already.', { field: 'email' })
  const now = ctx.clock.now()
  const ticket = newSecret('tkt')
  const invitation: Invitation = {
    id: newId('inv'),
    ticketHash: hashSecret(ticket),
    partnerId,
    email,
    role,
    inviterId: 'id' in ctx.actor ? ctx.actor.id : null,
    createdAt: now,
    expiresAt: now + LIFETIME,
  }
  const full = () =>
    new DomainError('conflict', 'There are 50 invitations that nobody has taken. Take back some that are not needed.')
  const teamName = team.of === 'partner' ? team.partner.name : (await findTenantSettings(ctx.db)).friendlyName
  const by = 'name' in ctx.actor ? ctx.actor.name : undefined
  const link = `${new URL(joinPage(area), ctx.config.issuer).href}?ticket=${ticket}`
  const words = { to: email, by, teamName }
  const mail = holder ? await invitedElsewhereMail(ctx, words) : await invitationMail(ctx, { ...words, link })
  await ctx.db.atomically([
    ...holdingSteps(invitationsOfTeam(partnerId)),
    also(deleteInvitationsTo(partnerId, email)),
    ...roomSteps(invitationsOfTeam(partnerId), MAX_INVITATIONS, full),
    also(insertInvitation(invitation)),
    also(auditEvent(ctx, 'member.invited', target, { partnerId: partnerId ?? undefined, details: { email, role } })),
    await mailStep(ctx, mail),
  ])
  return invitation
}

async function isInTeam({ db }: AppContext, team: Team, { userId }: User): Promise<boolean> {
  if (team.of === 'tenant') return true
  return (await findPartnerOfUser(db, userId))?.partner.id === team.partner.id
}

/** Takes an invitation back: its link no longer works. @throws DomainError `not_found` */
export async function takeBackInvitation(ctx: AppContext, team: Team, id: string): Promise<void> {
  const { partnerId, target } = placeOf(team)
  await ctx.db.atomically([
    must(
      deleteInvitation(partnerId, id),
      () => new DomainError('not_found', 'There is no such invitation any more. Reload the page.'),
    ),
    also(
      auditEvent(ctx, 'member.invitation-taken-back', target, {
        partnerId: partnerId ?? undefined,
        details: { invitation_id: id },
      }),
    ),
  ])
}
