/** The page on what wrong and leaked passwords lead to. */
import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { updateSettings } from '~/domain/tenant/update-settings'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { findTenantSettings } from '~db/queries/tenant'
import { attackProtectionForm } from './forms'
import type { AdminForm } from './guard'

/** What a sign-in with a leaked password leads to. */
const BREACHED = {
  nothing: [],
  tell: ['user_notification'],
  block: ['block'],
  both: ['block', 'user_notification'],
} as const

export async function attackProtectionPage(ctx: AppContext) {
  const { bruteForceProtection, suspiciousIpThrottling, breachedPasswordDetection } = await findTenantSettings(ctx.db)
  const { enabled, shields } = breachedPasswordDetection
  const [tells, blocks] = [shields.includes('user_notification'), shields.includes('block')]
  const on = (isOn: boolean) => (isOn ? 'on' : '')
  return {
    fields: {
      counts_passwords: on(bruteForceProtection.enabled && bruteForceProtection.shields.includes('block')),
      max_attempts: String(bruteForceProtection.max_attempts),
      mode: bruteForceProtection.mode,
      tells_person: on(bruteForceProtection.shields.includes('user_notification')),
      password_allowlist: bruteForceProtection.allowlist.join('\n'),
      counts_networks: on(suspiciousIpThrottling.enabled && suspiciousIpThrottling.shields.includes('block')),
      network_allowlist: suspiciousIpThrottling.allowlist.join('\n'),
      breached: !enabled ? 'nothing' : tells && blocks ? 'both' : tells ? 'tell' : blocks ? 'block' : 'nothing',
    },
    network: suspiciousIpThrottling.stage['pre-login'],
  }
}

export type AttackProtectionPage = Awaited<ReturnType<typeof attackProtectionPage>>

export const attackProtectionActs = { save: { by: 'owner', fresh: true, run: save } } satisfies Acts<AdminForm>

async function save({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: attackProtectionForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const given = parsed.value
  await updateSettings(ctx, (before) => ({
    bruteForceProtection: {
      enabled: given.counts_passwords,
      shields: given.tells_person ? ['block', 'user_notification'] : ['block'],
      allowlist: given.password_allowlist,
      mode: given.mode,
      max_attempts: given.max_attempts,
    },
    suspiciousIpThrottling: {
      ...before.suspiciousIpThrottling,
      enabled: given.counts_networks,
      shields: ['block'],
      allowlist: given.network_allowlist,
    },
    breachedPasswordDetection: { enabled: given.breached !== 'nothing', shields: [...BREACHED[given.breached]] },
  }))
  return redirect('/admin/settings/attack-protection?notice=saved')
}
