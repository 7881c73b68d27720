import type { ManifestField } from '~/domain/apps/manifest-diff'

/** What the fields of an app are called on the pages of the portal. */
export const fieldLabels: Record<ManifestField, string> = {
  name: 'Name',
  description: 'Description',
  homepageUri: 'Homepage',
  privacyPolicyUri: 'Privacy policy',
  termsUri: 'Terms of service',
  callbacks: 'Callbacks',
  allowedLogoutUrls: 'Logout addresses',
  webOrigins: 'Web origins',
  scopeRequests: 'Scopes',
}
