import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { reinstatePartner, suspendPartner } from '~/domain/moderation/suspend-partner'
import { editPartner } from '~/domain/partners/edit-partner'
import { inviteToTeam } from '~/domain/teams/invite'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import type { Partner } from '~db/queries/partners'
import { partnerInvitationForm, partnerNameForm, reinstatementForm, suspensionForm } from './forms'
import type { AdminForm } from './guard'

/** A form of the page of an organization. */
type PartnerForm = AdminForm & { partner: Partner }

export const partnerActs = {
  invite: { by: 'owner', fresh: true, run: invite },
  rename: { by: 'owner', fresh: true, run: rename },
  suspend: { by: 'owner', fresh: true, run: suspend },
  reinstate: { by: 'owner', fresh: true, run: reinstate },
} satisfies Acts<PartnerForm>

const back = ({ partner }: PartnerForm, notice: string) =>
  redirect(`/admin/partners/${encodeURIComponent(partner.id)}?notice=${notice}`)

/** Somebody of an organization, as its owners would invite them. */
async function invite(visit: PartnerForm) {
  const parsed = parseWithZod(visit.form, { schema: partnerInvitationForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await inviteToTeam(visit.ctx, { of: 'partner', partner: visit.partner }, parsed.value)
  return back(visit, 'invited')
}

async function rename(visit: PartnerForm) {
  const { ctx, form, partner } = visit
  const parsed = parseWithZod(form, { schema: partnerNameForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await editPartner(ctx, partner, { name: parsed.value.name, websiteUri: partner.websiteUri }, { byTenant: true })
  return back(visit, 'renamed')
}

async function suspend(visit: PartnerForm) {
  const parsed = parseWithZod(visit.form, { schema: suspensionForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await suspendPartner(visit.ctx, visit.partner.id, parsed.value.reason)
  return back(visit, 'suspended')
}

async function reinstate(visit: PartnerForm) {
  const parsed = parseWithZod(visit.form, { schema: reinstatementForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await reinstatePartner(visit.ctx, visit.partner.id, parsed.value.reason)
  return back(visit, 'reinstated')
}
