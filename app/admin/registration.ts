/** The page on clients that register themselves, or are described by a document of their own. */
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { createInitialAccess, revokeInitialAccessToken } from '~/domain/clients/initial-access'
import { updateSettings } from '~/domain/tenant/update-settings'
import { refusal, refusedForm } from '~/pages/form-answers'
import { DAY } from '~/platform/durations'
import { DomainError } from '~/platform/errors'
import { listInitialAccessTokens } from '~db/queries/registrations'
import { findTenantSettings } from '~db/queries/tenant'
import { initialAccessForm, registrationForm } from './forms'
import type { AdminVisit } from './guard'

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

export async function actOnRegistration({ ctx, form }: Pick<AdminVisit, 'ctx'> & { form: FormData }) {
  try {
    switch (form.get('intent')) {
      case 'save': {
        const parsed = parseWithZod(form, { schema: registrationForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await updateSettings(ctx, () => ({
          registration: parsed.value.registration,
          registeredClientsAre: parsed.value.registered_clients_are,
          clientMetadataHosts: parsed.value.client_metadata_hosts,
        }))
        return redirect('/admin/settings/registration?notice=saved')
      }
      case 'create-initial-access': {
        const parsed = parseWithZod(form, { schema: initialAccessForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        const { label, quota, days } = parsed.value
        const { token } = await createInitialAccess(ctx, { label, quota, lifetime: days * DAY })
        return data({ initialAccessToken: token })
      }
      case 'revoke-initial-access':
        await revokeInitialAccessToken(ctx, String(form.get('id')))
        return redirect('/admin/settings/registration?notice=token-ended')
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}
