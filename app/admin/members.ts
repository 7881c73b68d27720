/** The page on the people of the tenant, who may enter the area. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { inviteToTeam, takeBackInvitation } from '~/domain/teams/invite'
import { listTeam } from '~/domain/teams/list-team'
import { changeRole, removeMember } from '~/domain/teams/members'
import type { Team } from '~/domain/teams/team'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { invitationForm, roleForm } from './forms'
import type { AdminForm, AdminVisit } from './guard'

const PAGE = '/admin/settings/members'
const TEAM: Team = { of: 'tenant' }

export const membersPage = async ({ ctx, member }: AdminVisit) => ({
  mayChange: member.role === 'owner',
  ...(await listTeam(ctx, TEAM)),
})

export type MembersPage = Awaited<ReturnType<typeof membersPage>>

export const memberActs = {
  invite: { by: 'owner', fresh: true, run: invite },
  'take-back': { by: 'owner', fresh: true, run: takeBack },
  'change-role': { by: 'owner', fresh: true, run: giveRole },
  remove: { by: 'owner', fresh: true, run: remove },
} satisfies Acts<AdminForm>

async function invite({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: invitationForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await inviteToTeam(ctx, TEAM, parsed.value)
  return redirect(`${PAGE}?notice=invited`)
}

async function takeBack({ ctx, form }: AdminForm) {
  await takeBackInvitation(ctx, TEAM, String(form.get('invitation_id') ?? ''))
  return redirect(`${PAGE}?notice=invitation-taken-back`)
}

async function giveRole({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: roleForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await changeRole(ctx, TEAM, String(form.get('user_id') ?? ''), parsed.value.role)
  return redirect(`${PAGE}?notice=role-changed`)
}

async function remove({ ctx, form }: AdminForm) {
  await removeMember(ctx, TEAM, String(form.get('user_id') ?? ''))
  return redirect(`${PAGE}?notice=member-removed`)
}
