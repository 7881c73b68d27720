import { createFirstPartyClient } from '~tests/support/fixtures'
import type { MachineAnswer } from '~tests/support/machine'
import type { ManagementWorld } from './management-world'

/** Signs in with a password where the tenant's own app asks for it. */
export async function signIn(
  { services, machine }: ManagementWorld,
  username: string,
  password: string,
): Promise<MachineAnswer> {
  const app = await createFirstPartyClient(services, { grantTypes: ['password'] })
  return machine.token({ grant_type: 'password', username, password, scope: 'openid' }, app)
}
