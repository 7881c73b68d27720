import type { AppContext } from '~/context'
import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { countSubmittedVersions } from '~db/queries/apps'
import { countUnusedRecoveryCodes } from '~db/queries/authenticators'
import { findTenantSettings } from '~db/queries/tenant'
import type { User } from '~db/queries/users'
import type { AdminVisit } from './guard'

export async function settingsPage(ctx: AppContext, user: User) {
  const [settings, hasTotp, recoveryCodes] = await Promise.all([
    findTenantSettings(ctx.db),
    hasAuthenticator(ctx, user.userId),
    countUnusedRecoveryCodes(ctx.db, user.userId),
  ])
  return {
    settings: {
      friendlyName: settings.friendlyName,
      supportEmail: settings.supportEmail ?? '',
      supportUrl: settings.supportUrl ?? '',
      securityMode: settings.defaultThirdPartySecurityMode,
      isPkceRequired: settings.thirdPartyPkceRequired,
      formerIssuerDays: settings.formerIssuerDays,
      flags: settings.flags,
    },
    secondFactor: { isRequired: ctx.config.requireMemberMfa, hasTotp, recoveryCodes },
  }
}

/** The name that the sign-in pages show. */
export const tenantName = async (ctx: Pick<AppContext, 'db'>): Promise<string> =>
  (await findTenantSettings(ctx.db)).friendlyName

/** What stands around every page. */
export async function adminFrame({ ctx, user, member }: AdminVisit) {
  const [tenant, waiting] = await Promise.all([tenantName(ctx), countSubmittedVersions(ctx.db)])
  return { tenant, waiting, person: { name: user.name, email: user.email ?? '', role: member.role } }
}
