import { grantTypesFor } from '~/domain/clients/new-client'
import type { AppManifest } from '~db/queries/apps'
import type { AppType, Client } from '~db/queries/clients'

/**
 * What a manifest makes of its client row. An edit applies it while the app is not live, an approval applies it after
 * that: in between the client obeys what was approved.
 * @param now milliseconds
 */
export function clientChangeFrom(
  appType: AppType | null,
  manifest: AppManifest,
  now: number,
): Partial<Client> & { updatedAt: number } {
  return {
    name: manifest.name,
    description: manifest.description || null,
    homepageUri: manifest.homepageUri,
    privacyPolicyUri: manifest.privacyPolicyUri,
    termsUri: manifest.termsUri,
    callbacks: manifest.callbacks,
    allowedLogoutUrls: manifest.allowedLogoutUrls,
    webOrigins: manifest.webOrigins,
    backchannelLogoutUris: manifest.backchannelLogoutUris,
    grantTypes: [...grantTypesFor(appType ?? 'regular_web'), ...manifest.extraGrantTypes],
    idTokenAlg: manifest.idTokenAlg,
    scopeRequests: manifest.scopeRequests,
    updatedAt: now,
  }
}
