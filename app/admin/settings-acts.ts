import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { replaceRecoveryCodes } from '~/domain/authenticators/recovery-codes'
import { removeTotp } from '~/domain/authenticators/remove-totp'
import { updateSettings } from '~/domain/tenant/update-settings'
import { refusal, refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { codeForm, settingsForm } from './forms'
import type { AdminVisit } from './guard'

/** Carries out the act that the button of a form names: the tenant's settings, or the person's own second factor. */
export async function actOnSettings(visit: AdminVisit & { form: FormData }) {
  const { form } = visit
  try {
    switch (form.get('intent')) {
      case 'save':
        return await saveSettings(visit)
      case 'replace-recovery-codes':
      case 'remove-authenticator':
        return await changeSecondFactor(visit)
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}

async function saveSettings({ ctx, form, member }: AdminVisit & { form: FormData }) {
  if (member.role !== 'owner') throw new DomainError('not_allowed', 'Only owners change the settings. Ask one of them.')
  const parsed = parseWithZod(form, { schema: settingsForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { friendly_name, support_email, support_url, default_third_party_security_mode, ...flags } = parsed.value
  await updateSettings(ctx, () => ({
    friendlyName: friendly_name,
    supportEmail: support_email,
    supportUrl: support_url,
    defaultThirdPartySecurityMode: default_third_party_security_mode,
    flags,
  }))
  return redirect('/admin/settings?notice=saved')
}

async function changeSecondFactor(visit: AdminVisit & { form: FormData }) {
  const { ctx, form, user } = visit
  const parsed = parseWithZod(form, { schema: codeForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  if (form.get('intent') === 'replace-recovery-codes') {
    return { recoveryCodes: await replaceRecoveryCodes(ctx, user, parsed.value.code) }
  }
  await removeTotp(ctx, visit, parsed.value.code)
  return redirect('/admin/second-factor')
}
