import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asUser } from '~/domain/audit/who'
import { deleteAccountSteps } from '~/domain/identities/delete-account'
import { programsLeftMail } from '~/domain/mail/mails'
import { teamMailSteps } from '~/domain/partners/team-mails'
import { DomainError } from '~/platform/errors'
import { also, must, type Step } from '~db/database'
import { listApiClientsOfPartner } from '~db/queries/partner-api-clients'
import { leavingOne, ownersOfTeam } from '~db/queries/room'
import { deleteInvitationsBy, deleteMember, type MemberRole, setMemberRole } from '~db/queries/teams'
import type { User } from '~db/queries/users'
import { listMembers } from './list-team'
import { placeOf, requireRole, type Team } from './team'

const noMember = () => new DomainError('not_found', 'This person is no member any more. Reload the page.')

const noOwner = () =>
  new DomainError('conflict', 'A team needs an owner, and this is the only one. Make somebody else an owner first.')

/**
 * The member of a team whom somebody else is to change. Nobody does it to themselves, so that nobody locks themselves out.
 */
async function requireOther(ctx: AppContext, team: Team, userId: string): Promise<User> {
  const found = (await listMembers(ctx, team)).find(({ user }) => user.userId === userId)
  if (!found) throw noMember()
  if (ctx.actor.type === 'user' && ctx.actor.id === userId) {
    throw new DomainError('not_allowed', 'Another owner has to do this: nobody changes or removes themselves.')
  }
  return found.user
}

/**
 * Gives a member another role, in force from their next request on. The invitations of an owner who is none any more end.
 * @throws DomainError `not_found`, `not_allowed` to oneself, `invalid`, `conflict` where no owner would be left, `throttled`
 */
export async function changeRole(ctx: AppContext, team: Team, userId: string, role: MemberRole): Promise<void> {
  requireRole(team, role)
  const { name } = await requireOther(ctx, team, userId)
  const { partnerId } = placeOf(team)
  if (partnerId !== null) await ctx.throttle.take('partner-change', partnerId)
  const change = [
    must(
      setMemberRole(partnerId, userId, role),
      () =>
        new DomainError('not_found', 'This person is no member any more, or has the role already. Reload the page.'),
    ),
    ...(role === 'owner' ? [] : [also(deleteInvitationsBy(userId))]),
    also(
      auditEvent(ctx, 'member.role-changed', asUser({ userId, name }), {
        partnerId: partnerId ?? undefined,
        userId,
        details: { role },
      }),
    ),
  ]
  await ctx.db.atomically(leavingOne(ownersOfTeam(partnerId), change, noOwner))
}

/**
 * Takes somebody out of a team, and deletes the account, which is for working in it alone. Their sessions end; what they
 * did stays in the log under their name.
 * @throws DomainError `not_found`, `not_allowed` to oneself, `conflict` where no owner would be left
 */
export async function removeMember(ctx: AppContext, team: Team, userId: string): Promise<void> {
  const user = await requireOther(ctx, team, userId)
  const { partnerId } = placeOf(team)
  const removal = [
    must(deleteMember(partnerId, userId), noMember),
    also(deleteInvitationsBy(userId)),
    ...(await deleteAccountSteps(ctx, user)),
    also(
      auditEvent(ctx, 'member.removed', asUser({ userId, name: user.name }), {
        partnerId: partnerId ?? undefined,
        userId,
      }),
    ),
  ]
  const steps = [...removal, ...(partnerId === null ? [] : await programsLeftSteps(ctx, partnerId, user))]
  await ctx.db.atomically(leavingOne(ownersOfTeam(partnerId), steps, noOwner))
}

/** Nobody forgets a secret: the team is told which programs somebody knows the secret of who leaves. */
async function programsLeftSteps(ctx: AppContext, partnerId: string, { userId, name }: User): Promise<Step[]> {
  const known = (await listApiClientsOfPartner(ctx.db, { partnerId })).filter(
    ({ program }) => program.secretKnownTo === userId,
  )
  if (known.length === 0) return []
  const programs = known.map(({ client }) => client.name)
  const words = { memberName: name, programs, link: `${ctx.config.issuer}portal/organization#api-access` }
  const mail = (person: { to: string; name: string }) => programsLeftMail(ctx, { ...words, ...person })
  return teamMailSteps(ctx, partnerId, mail, { exceptUserId: userId })
}
