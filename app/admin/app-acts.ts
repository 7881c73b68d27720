import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { approveRegistration } from '~/domain/moderation/approve-registration'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { setSecurityMode } from '~/domain/moderation/set-security-mode'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { reinstatePartner, suspendPartner } from '~/domain/moderation/suspend-partner'
import { editPartner } from '~/domain/partners/edit-partner'
import { inviteToTeam } from '~/domain/teams/invite'
import { refusal, refusedForm } from '~/pages/form-answers'
import { requireFresh } from '~/pages/fresh'
import { DomainError } from '~/platform/errors'
import { findPartner } from '~db/queries/partners'
import {
  approvalForm,
  partnerInvitationForm,
  partnerNameForm,
  reinstatementForm,
  securityModeForm,
  suspensionForm,
} from './forms'
import type { AdminVisit } from './guard'
import { requireFound } from './require-found'

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

export function actOnPartner(visit: AdminVisit & { form: FormData }, partnerId: string) {
  const { ctx, form } = visit
  const page = `/admin/partners/${encodeURIComponent(partnerId)}`
  if (form.get('intent') === 'invite') return inviteIntoPartner(visit, partnerId, page)
  if (form.get('intent') === 'rename') return renamePartner(visit, partnerId, page)
  return suspendOrReinstate(form, page, {
    suspend: (reason) => suspendPartner(ctx, partnerId, reason),
    reinstate: (reason) => reinstatePartner(ctx, partnerId, reason),
  })
}

async function renamePartner({ ctx, form }: Visit, partnerId: string, page: string) {
  const partner = requireFound(await findPartner(ctx.db, partnerId), 'partner')
  const parsed = parseWithZod(form, { schema: partnerNameForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { websiteUri } = partner
  await editPartner(ctx, partner, { name: parsed.value.name, websiteUri }, { byTenant: true })
  return redirect(`${page}?notice=renamed`)
}

async function inviteIntoPartner(visit: AdminVisit & { form: FormData }, partnerId: string, page: string) {
  const { ctx, form } = visit
  requireFresh(visit, 'admin', page)
  const partner = requireFound(await findPartner(ctx.db, partnerId), 'partner')
  const parsed = parseWithZod(form, { schema: partnerInvitationForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    await inviteToTeam(ctx, { of: 'partner', partner }, parsed.value)
    return redirect(`${page}?notice=invited`)
  } catch (error) {
    return refusal(error, form)
  }
}

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
