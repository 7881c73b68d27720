/** The page on who works in an organization. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { inviteToTeam, takeBackInvitation } from '~/domain/teams/invite'
import { listTeam } from '~/domain/teams/list-team'
import { changeRole, removeMember } from '~/domain/teams/members'
import type { Team } from '~/domain/teams/team'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { listProgramsOfFormerMembers } from '~db/queries/partner-api-clients'
import { invitationForm, roleForm } from './forms'
import type { PortalForm, PortalVisit } from './guard'

const PAGE = '/portal/team'

export const teamPage = async ({ ctx, partner, member }: PortalVisit) => ({
  organization: partner.name,
  mayEdit: member.role === 'owner',
  ...(await listTeam(ctx, { of: 'partner', partner })),
  programsToRotate: (await listProgramsOfFormerMembers(ctx.db, partner.id)).map(({ name }) => name),
})

export const teamActs = {
  invite: { by: 'owner', fresh: true, run: invite },
  'take-back': { by: 'owner', fresh: true, run: takeBack },
  'change-role': { by: 'owner', fresh: true, run: giveRole },
  remove: { by: 'owner', fresh: true, run: remove },
} satisfies Acts<PortalForm>

const teamOf = ({ partner }: PortalForm): Team => ({ of: 'partner', partner })

async function invite(visit: PortalForm) {
  const parsed = parseWithZod(visit.form, { schema: invitationForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await inviteToTeam(visit.ctx, teamOf(visit), parsed.value)
  return redirect(`${PAGE}?notice=invited`)
}

async function takeBack(visit: PortalForm) {
  await takeBackInvitation(visit.ctx, teamOf(visit), String(visit.form.get('invitation_id') ?? ''))
  return redirect(`${PAGE}?notice=invitation-taken-back`)
}

async function giveRole(visit: PortalForm) {
  const parsed = parseWithZod(visit.form, { schema: roleForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await changeRole(visit.ctx, teamOf(visit), String(visit.form.get('user_id') ?? ''), parsed.value.role)
  return redirect(`${PAGE}?notice=role-changed`)
}

async function remove(visit: PortalForm) {
  await removeMember(visit.ctx, teamOf(visit), String(visit.form.get('user_id') ?? ''))
  return redirect(`${PAGE}?notice=member-removed`)
}
