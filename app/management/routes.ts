/** The URL map of the Management API. */
import type { MachineEndpoint } from '~/context'
import { clientCredentialEndpoints } from './client-credentials'
import { clientGrantEndpoints } from './client-grants'
import { clientEndpoints } from './clients'
import { type ManagementEndpoint, unknownAddresses } from './endpoint'
import { logEndpoints } from './logs'
import { openApiEndpoint } from './openapi'
import { resourceServerEndpoints } from './resource-servers'
import { userIdentityEndpoints } from './user-identities'
import { userEndpoints } from './users'

export const resourceEndpoints: ManagementEndpoint[] = [
  ...clientEndpoints,
  ...clientCredentialEndpoints,
  ...clientGrantEndpoints,
  ...resourceServerEndpoints,
  ...userEndpoints,
  ...userIdentityEndpoints,
  ...logEndpoints,
]

export const managementEndpoints: MachineEndpoint[] = [
  ...resourceEndpoints,
  openApiEndpoint(resourceEndpoints),
  ...unknownAddresses,
]
