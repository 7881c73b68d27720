/** The page on who works in an organization. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { inviteToTeam, takeBackInvitation } from '~/domain/teams/invite'
import { listTeam } from '~/domain/teams/list-team'
import { changeRole, removeMember } from '~/domain/teams/members'
import type { Team } from '~/domain/teams/team'
import { refusal, refusedForm } from '~/pages/form-answers'
import { requireFresh } from '~/pages/fresh'
import { DomainError } from '~/platform/errors'
import { invitationForm, roleForm } from './forms'
import type { PortalVisit } from './guard'

const PAGE = '/portal/team'

export const teamPage = async ({ ctx, partner, member }: PortalVisit) => ({
  organization: partner.name,
  mayEdit: member.role === 'owner',
  ...(await listTeam(ctx, { of: 'partner', partner })),
})

/** Invites, promotes or removes somebody, as the button of the form says. */
export async function actOnTeam(visit: PortalVisit & { form: FormData }) {
  const { ctx, form, partner, member } = visit
  requireFresh(visit, 'portal', PAGE)
  const team: Team = { of: 'partner', partner }
  const userId = String(form.get('user_id') ?? '')
  try {
    if (member.role !== 'owner') {
      throw new DomainError('not_allowed', 'Only an owner of the organization decides about its team. Ask one of them.')
    }
    switch (form.get('intent')) {
      case 'invite': {
        const parsed = parseWithZod(form, { schema: invitationForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await inviteToTeam(ctx, team, parsed.value)
        return redirect(`${PAGE}?notice=invited`)
      }
      case 'take-back':
        await takeBackInvitation(ctx, team, String(form.get('invitation_id') ?? ''))
        return redirect(`${PAGE}?notice=invitation-taken-back`)
      case 'change-role': {
        const parsed = parseWithZod(form, { schema: roleForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await changeRole(ctx, team, userId, parsed.value.role)
        return redirect(`${PAGE}?notice=role-changed`)
      }
      case 'remove':
        await removeMember(ctx, team, userId)
        return redirect(`${PAGE}?notice=member-removed`)
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}
