/** The URL map of the Management API. */
import type { MachineEndpoint } from '~/context'
import { type ManagementEndpoint, unknownAddresses } from './endpoint'
import { openApiEndpoint } from './openapi'
import { resourceServerEndpoints } from './resource-servers'

export const resourceEndpoints: ManagementEndpoint[] = [...resourceServerEndpoints]

export const managementEndpoints: MachineEndpoint[] = [
  ...resourceEndpoints,
  openApiEndpoint(resourceEndpoints),
  ...unknownAddresses,
]
