import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { editPartner } from '~/domain/partners/edit-partner'
import { changePassword } from '~/domain/users/change-password'
import { type Answer, refusal, refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { actOnApiClients, apiAccess, type MadeApiSecret } from './api-access'
import { changePasswordForm, organizationForm } from './forms'
import type { PortalVisit } from './guard'

export async function organizationPage({ ctx, partner, member }: PortalVisit) {
  return {
    organization: { name: partner.name, website_uri: partner.websiteUri ?? '' },
    mayEdit: member.role === 'owner',
    access: await apiAccess(ctx, partner),
  }
}

export async function actOnOrganization(
  visit: PortalVisit & { form: FormData },
): Promise<Answer<{ made?: MadeApiSecret }> | Response> {
  const { ctx, form, partner } = visit
  try {
    switch (form.get('intent')) {
      case 'save-organization': {
        requireOwner(visit)
        const parsed = parseWithZod(form, { schema: organizationForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await editPartner(ctx, partner, { name: parsed.value.name, websiteUri: parsed.value.website_uri })
        return redirect('/portal/organization?notice=organization-saved')
      }
      case 'create-api-client':
      case 'rotate-api-client':
      case 'delete-api-client':
        requireOwner(visit)
        return await actOnApiClients(visit)
      case 'change-password': {
        const parsed = parseWithZod(form, { schema: changePasswordForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        const { current_password: currentPassword, password } = parsed.value
        await changePassword(ctx, visit, { currentPassword, password })
        return redirect('/portal/organization?notice=password-saved')
      }
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}

function requireOwner({ member }: PortalVisit): void {
  if (member.role === 'owner') return
  throw new DomainError('not_allowed', 'Only an owner of the organization can change it. Ask one of them.')
}
