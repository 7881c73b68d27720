import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { editPartner } from '~/domain/partners/edit-partner'
import { changePassword } from '~/domain/users/change-password'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { apiAccess, apiClientActs } from './api-access'
import { changePasswordForm, organizationForm } from './forms'
import type { PortalForm, PortalVisit } from './guard'

export async function organizationPage({ ctx, partner, member }: PortalVisit) {
  return {
    organization: { name: partner.name, website_uri: partner.websiteUri ?? '' },
    mayEdit: member.role === 'owner',
    access: await apiAccess(ctx, partner),
  }
}

export const organizationActs = {
  'save-organization': { by: 'owner', fresh: false, run: saveOrganization },
  ...apiClientActs,
  'change-password': { by: 'everybody', fresh: false, run: savePassword },
} satisfies Acts<PortalForm>

async function saveOrganization({ ctx, form, partner }: PortalForm) {
  const parsed = parseWithZod(form, { schema: organizationForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await editPartner(ctx, partner, { name: parsed.value.name, websiteUri: parsed.value.website_uri })
  return redirect('/portal/organization?notice=organization-saved')
}

/** The present password is the proof. */
async function savePassword(visit: PortalForm) {
  const parsed = parseWithZod(visit.form, { schema: changePasswordForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { current_password: currentPassword, password } = parsed.value
  await changePassword(visit.ctx, visit, { currentPassword, password })
  return redirect('/portal/organization?notice=password-saved')
}
