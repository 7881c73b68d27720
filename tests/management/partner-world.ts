/** Partners whose programs call the Management API. */
import { createApiClient } from '~/domain/partners/api-clients'
import type { TestClient } from '~tests/support/fixtures'
import { CALLBACK } from '~tests/support/fixtures'
import type { MachineAnswer } from '~tests/support/machine'
import { createPartner, type PartnerPerson } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld, type Method } from './management-world'
import { createOwnClientToken } from './refusals'

export type PartnerProgram = PartnerPerson & {
  program: TestClient
  token: string
  /** Calls as the partner's program. */
  call(method: Method, path: string, body?: unknown): Promise<MachineAnswer>
  /** An app of the partner, made by its program. */
  createApp(given?: object): Promise<string>
}

export { createManagementWorld, type ManagementWorld }

/** A partner, and a program of its own with a token of every scope that there is for partners. */
export async function createPartnerProgram(world: ManagementWorld): Promise<PartnerProgram> {
  const person = await createPartner(world.services)
  const { client, secret } = await createApiClient(person.ctx, person.partner, 'Deploys')
  const program = { clientId: client.clientId, secret, client }
  const token = await createOwnClientToken(world, program, world.audience)
  const call: PartnerProgram['call'] = (method, path, body) => world.call(method, path, body, token)
  return {
    ...person,
    program,
    token,
    call,
    async createApp(given = {}) {
      const made = await call('POST', '/apps', {
        name: 'Photo Print',
        app_type: 'regular_web',
        callbacks: [CALLBACK],
        ...given,
      })
      if (made.status !== 201) throw new Error(`no app: ${made.text}`)
      return String(made.json.client_id)
    },
  }
}
