/** The URL map of the Management API. */
import type { MachineEndpoint } from '~/context'
import { absentFeatureEndpoints, otherAddresses } from './absent-features'
import { appReviewEndpoints } from './app-reviews'
import { appSecretEndpoints } from './app-secrets'
import { appTesterEndpoints } from './app-testers'
import { appUsageEndpoints } from './app-usage'
import { appVersionEndpoints } from './app-versions'
import { appEndpoints } from './apps'
import { attackProtectionEndpoints } from './attack-protection'
import { auditExportEndpoints } from './audit-export'
import { brandingEndpoints } from './branding'
import { clientCredentialEndpoints } from './client-credentials'
import { clientGrantEndpoints } from './client-grants'
import { clientEndpoints } from './clients'
import { connectionKeyEndpoints } from './connection-keys'
import { connectionEndpoints } from './connections'
import { deviceCredentialEndpoints } from './device-credentials'
import { emailTemplateEndpoints } from './email-templates'
import type { ManagementEndpoint } from './endpoint'
import { grantEndpoints } from './grants'
import { initialAccessTokenEndpoints } from './initial-access-tokens'
import { jobEndpoints, jobFileEndpoint } from './jobs'
import { logStreamEndpoints } from './log-streams'
import { logEndpoints } from './logs'
import { openApiEndpoint } from './openapi'
import { partnerEndpoints } from './partners'
import { promptEndpoints } from './prompts'
import { refreshTokenEndpoints } from './refresh-tokens'
import { resourceServerEndpoints } from './resource-servers'
import { sessionEndpoints } from './sessions'
import { signingKeyEndpoints } from './signing-keys'
import { statsEndpoints } from './stats'
import { partnerTeamEndpoints, tenantTeamEndpoints } from './teams'
import { tenantSettingsEndpoints } from './tenant-settings'
import { thirdPartyClientEndpoints } from './third-party-clients'
import { ticketEndpoints } from './tickets'
import { userAuthenticatorEndpoints } from './user-authenticators'
import { userBlockEndpoints } from './user-blocks'
import { userIdentityEndpoints } from './user-identities'
import { userEndpoints } from './users'
import { webhookEndpoints } from './webhooks'

export const resourceEndpoints: ManagementEndpoint[] = [
  ...clientEndpoints,
  ...clientCredentialEndpoints,
  ...clientGrantEndpoints,
  ...resourceServerEndpoints,
  ...connectionEndpoints,
  ...connectionKeyEndpoints,
  ...userEndpoints,
  ...userIdentityEndpoints,
  ...logEndpoints,
  ...auditExportEndpoints,
  ...statsEndpoints,
  ...logStreamEndpoints,
  ...webhookEndpoints,
  ...grantEndpoints,
  ...sessionEndpoints,
  ...refreshTokenEndpoints,
  ...userBlockEndpoints,
  ...userAuthenticatorEndpoints,
  ...ticketEndpoints,
  ...jobEndpoints,
  ...deviceCredentialEndpoints,
  ...tenantSettingsEndpoints,
  ...signingKeyEndpoints,
  ...absentFeatureEndpoints,
  ...attackProtectionEndpoints,
  ...brandingEndpoints,
  ...promptEndpoints,
  ...emailTemplateEndpoints,
  ...thirdPartyClientEndpoints,
  ...initialAccessTokenEndpoints,
  ...partnerEndpoints,
  ...partnerTeamEndpoints,
  ...tenantTeamEndpoints,
  ...appEndpoints,
  ...appVersionEndpoints,
  ...appReviewEndpoints,
  ...appSecretEndpoints,
  ...appTesterEndpoints,
  ...appUsageEndpoints,
]

export const managementEndpoints: MachineEndpoint[] = [
  ...resourceEndpoints,
  jobFileEndpoint,
  openApiEndpoint(resourceEndpoints),
  ...otherAddresses,
]
