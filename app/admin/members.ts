/** The page on the people of the tenant, who may enter the area. */
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
import type { AdminVisit } from './guard'

const PAGE = '/admin/settings/members'
const TEAM: Team = { of: 'tenant' }

export const membersPage = async ({ ctx, member }: AdminVisit) => ({
  mayChange: member.role === 'owner',
  ...(await listTeam(ctx, TEAM)),
})

export type MembersPage = Awaited<ReturnType<typeof membersPage>>

/** Invites, promotes or removes somebody, as the button of the form says. */
export async function actOnMembers(visit: AdminVisit & { form: FormData }) {
  const { ctx, form } = visit
  requireFresh(visit, 'admin', PAGE)
  const userId = String(form.get('user_id') ?? '')
  try {
    switch (form.get('intent')) {
      case 'invite': {
        const parsed = parseWithZod(form, { schema: invitationForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await inviteToTeam(ctx, TEAM, parsed.value)
        return redirect(`${PAGE}?notice=invited`)
      }
      case 'take-back':
        await takeBackInvitation(ctx, TEAM, String(form.get('invitation_id') ?? ''))
        return redirect(`${PAGE}?notice=invitation-taken-back`)
      case 'change-role': {
        const parsed = parseWithZod(form, { schema: roleForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await changeRole(ctx, TEAM, userId, parsed.value.role)
        return redirect(`${PAGE}?notice=role-changed`)
      }
      case 'remove':
        await removeMember(ctx, TEAM, userId)
        return redirect(`${PAGE}?notice=member-removed`)
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}
