import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { approveRegistration } from '~/domain/moderation/approve-registration'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { setSecurityMode } from '~/domain/moderation/set-security-mode'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { reinstatePartner, suspendPartner } from '~/domain/moderation/suspend-partner'
import { refusal, refusedForm } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { approvalForm, reinstatementForm, securityModeForm, suspensionForm } from './forms'
import type { AdminVisit } from './guard'

type Visit = Pick<AdminVisit, 'ctx'> & { form: FormData }
type Acts = Record<'suspend' | 'reinstate', (reason: string) => Promise<void>>

export function actOnThirdPartyApp({ ctx, form }: Visit, clientId: string) {
  const page = `/admin/apps/${encodeURIComponent(clientId)}`
  if (form.get('intent') === 'approve') return approve({ ctx, form }, clientId, page)
  if (form.get('intent') === 'set-mode') return setMode({ ctx, form }, clientId, page)
  return suspendOrReinstate(form, page, {
    suspend: (reason) => suspendApp(ctx, clientId, reason),
    reinstate: (reason) => reinstateApp(ctx, clientId, reason),
  })
}

async function setMode({ ctx, form }: Visit, clientId: string, page: string) {
  const parsed = parseWithZod(form, { schema: securityModeForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    await setSecurityMode(ctx, clientId, parsed.value.security_mode)
    return redirect(`${page}?notice=mode-changed`)
  } catch (error) {
    return refusal(error, form)
  }
}

async function approve({ ctx, form }: Visit, clientId: string, page: string) {
  const parsed = parseWithZod(form, { schema: approvalForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    await approveRegistration(ctx, clientId, parsed.value.updated_at)
    return redirect(`${page}?notice=registration-approved`)
  } catch (error) {
    return refusal(error, form)
  }
}

export const actOnPartner = ({ ctx, form }: Visit, partnerId: string) =>
  suspendOrReinstate(form, `/admin/partners/${encodeURIComponent(partnerId)}`, {
    suspend: (reason) => suspendPartner(ctx, partnerId, reason),
    reinstate: (reason) => reinstatePartner(ctx, partnerId, reason),
  })

/** Does what the button says, and leads back to the page with a notice. */
async function suspendOrReinstate(form: FormData, page: string, acts: Acts) {
  const intent = form.get('intent')
  try {
    if (intent !== 'suspend' && intent !== 'reinstate') {
      throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
    const parsed = parseWithZod(form, { schema: intent === 'suspend' ? suspensionForm : reinstatementForm })
    if (parsed.status !== 'success') return refusedForm(parsed)
    await acts[intent](parsed.value.reason)
    return redirect(`${page}?notice=${intent === 'suspend' ? 'suspended' : 'reinstated'}`)
  } catch (error) {
    return refusal(error, form)
  }
}
