import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { approveRegistration } from '~/domain/moderation/approve-registration'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { setClientRules } from '~/domain/moderation/set-client-rules'
import { suspendApp } from '~/domain/moderation/suspend-app'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { approvalForm, pkceForm, reinstatementForm, securityModeForm, suspensionForm } from './forms'
import type { AdminForm } from './guard'

/** A form of the page of an app. */
type AppForm = AdminForm & { clientId: string }

export const appActs = {
  approve: { by: 'owner', fresh: true, run: approve },
  'set-mode': { by: 'owner', fresh: true, run: setMode },
  'set-pkce': { by: 'owner', fresh: true, run: setPkce },
  suspend: { by: 'owner', fresh: true, run: suspend },
  reinstate: { by: 'owner', fresh: true, run: reinstate },
} satisfies Acts<AppForm>

const back = ({ clientId }: AppForm, notice: string) =>
  redirect(`/admin/apps/${encodeURIComponent(clientId)}?notice=${notice}`)

async function approve(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: approvalForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await approveRegistration(visit.ctx, visit.clientId, parsed.value.updated_at)
  return back(visit, 'registration-approved')
}

async function setMode(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: securityModeForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await setClientRules(visit.ctx, visit.clientId, { thirdPartySecurityMode: parsed.value.security_mode })
  return back(visit, 'mode-changed')
}

async function setPkce(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: pkceForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await setClientRules(visit.ctx, visit.clientId, { pkce: parsed.value.pkce })
  return back(visit, 'pkce-changed')
}

async function suspend(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: suspensionForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await suspendApp(visit.ctx, visit.clientId, parsed.value.reason)
  return back(visit, 'suspended')
}

async function reinstate(visit: AppForm) {
  const parsed = parseWithZod(visit.form, { schema: reinstatementForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await reinstateApp(visit.ctx, visit.clientId, parsed.value.reason)
  return back(visit, 'reinstated')
}
