import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { replaceRecoveryCodes } from '~/domain/authenticators/recovery-codes'
import { removeTotp } from '~/domain/authenticators/remove-totp'
import { updateSettings } from '~/domain/tenant/update-settings'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { codeForm, settingsForm } from './forms'
import type { AdminForm } from './guard'

/** The tenant's settings, and the person's own second factor, where a code of it is the proof. */
export const settingsActs = {
  save: { by: 'owner', fresh: true, run: saveSettings },
  'replace-recovery-codes': { by: 'everybody', fresh: false, run: newRecoveryCodes },
  'remove-authenticator': { by: 'everybody', fresh: false, run: removeAuthenticator },
} satisfies Acts<AdminForm>

async function saveSettings({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: settingsForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const {
    friendly_name,
    support_email,
    support_url,
    default_third_party_security_mode,
    third_party_pkce_required,
    former_issuer_days,
    ...flags
  } = parsed.value
  await updateSettings(ctx, () => ({
    friendlyName: friendly_name,
    supportEmail: support_email,
    supportUrl: support_url,
    defaultThirdPartySecurityMode: default_third_party_security_mode,
    thirdPartyPkceRequired: third_party_pkce_required,
    formerIssuerDays: former_issuer_days,
    flags,
  }))
  return redirect('/admin/settings?notice=saved')
}

async function newRecoveryCodes({ ctx, form, user }: AdminForm) {
  const parsed = parseWithZod(form, { schema: codeForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  return { recoveryCodes: await replaceRecoveryCodes(ctx, user, parsed.value.code) }
}

async function removeAuthenticator(visit: AdminForm) {
  const parsed = parseWithZod(visit.form, { schema: codeForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await removeTotp(visit.ctx, visit, parsed.value.code)
  return redirect('/admin/second-factor')
}
