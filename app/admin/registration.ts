/** The page on clients that register themselves, or are described by a document of their own. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { createInitialAccess, revokeInitialAccessToken } from '~/domain/clients/initial-access'
import { updateSettings } from '~/domain/tenant/update-settings'
import type { Acts } from '~/pages/acts'
import { refusedForm } from '~/pages/form-answers'
import { DAY } from '~/platform/durations'
import { listInitialAccessTokens } from '~db/queries/registrations'
import { findTenantSettings } from '~db/queries/tenant'
import { initialAccessForm, registrationForm } from './forms'
import type { AdminForm } from './guard'

/** Of the tokens for registration; programs read on by the Management API. */
const SHOWN = 100

export async function registrationPage(ctx: AppContext) {
  const settings = await findTenantSettings(ctx.db)
  const now = ctx.clock.now()
  return {
    endpoint: `${ctx.config.issuer}oidc/register`,
    isOn: settings.flags.enable_dynamic_client_registration,
    registration: settings.registration,
    registeredClientsAre: settings.registeredClientsAre,
    clientMetadataHosts: settings.clientMetadataHosts,
    tokens: (await listInitialAccessTokens(ctx.db, { skip: 0, limit: SHOWN })).map(
      ({ id, label, quota, used, expiresAt, revokedAt }) => ({
        id,
        label,
        used,
        quota,
        expiresAt,
        isLive: revokedAt === null && expiresAt > now && used < quota,
      }),
    ),
  }
}

export type RegistrationPage = Awaited<ReturnType<typeof registrationPage>>

export const registrationActs = {
  save: { by: 'owner', fresh: true, run: save },
  'create-initial-access': { by: 'owner', fresh: true, run: createToken },
  'revoke-initial-access': { by: 'owner', fresh: true, run: revokeToken },
} satisfies Acts<AdminForm>

async function save({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: registrationForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  await updateSettings(ctx, () => ({
    registration: parsed.value.registration,
    registeredClientsAre: parsed.value.registered_clients_are,
    clientMetadataHosts: parsed.value.client_metadata_hosts,
  }))
  return redirect('/admin/settings/registration?notice=saved')
}

async function createToken({ ctx, form }: AdminForm) {
  const parsed = parseWithZod(form, { schema: initialAccessForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  const { label, quota, days } = parsed.value
  const { token } = await createInitialAccess(ctx, { label, quota, lifetime: days * DAY })
  return data({ initialAccessToken: token })
}

async function revokeToken({ ctx, form }: AdminForm) {
  await revokeInitialAccessToken(ctx, String(form.get('id')))
  return redirect('/admin/settings/registration?notice=token-ended')
}
