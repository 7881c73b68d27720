/** What an owner ends is refused from the next request on, however many are in flight at that moment. */
import { beforeAll, expect, it } from 'vitest'
import type { AppContext } from '~/context'
import { deleteClientGrant, updateClientGrant } from '~/domain/clients/client-grants'
import { retireClientSecret, rotateClientSecret } from '~/domain/clients/client-secrets'
import { deleteClient } from '~/domain/clients/delete-client'
import { findClientGrant } from '~db/queries/client-grants'
import { listLiveClientSecrets } from '~db/queries/client-secrets'
import { suspendClient } from '~db/queries/clients'
import { API, createFirstPartyClient, grantToClient, type TestClient } from '~tests/support/fixtures'
import { findOwner } from '~tests/support/people'
import { createWorld, type World } from './authorization-world'

let world: World
let owner: AppContext

beforeAll(async () => {
  world = await createWorld()
  owner = (await findOwner(world.services)).ctx
})

async function grantOf({ clientId }: TestClient) {
  const grant = await findClientGrant(owner.db, { clientId, audience: API, subjectType: 'client' })
  if (!grant) throw new Error('the client has no grant')
  return grant
}

const ENDS: [string, (client: TestClient) => Promise<unknown>][] = [
  ['a suspension', ({ clientId }) => owner.db.run(suspendClient({ clientId, at: owner.clock.now() }))],
  ['a rotation of the secret', ({ client }) => rotateClientSecret(owner, client, { overlapHours: 0 })],
  [
    'the end of an old secret',
    async ({ client, clientId }) => {
      const [old] = await listLiveClientSecrets(owner.db, { clientId, now: owner.clock.now() })
      await rotateClientSecret(owner, client, { overlapHours: 1 })
      await retireClientSecret(owner, client, old?.id ?? '')
    },
  ],
  ['another scope', async (client) => updateClientGrant(owner, await grantOf(client), ['write:items'])],
  ['the end of the grant', async (client) => deleteClientGrant(owner, await grantOf(client))],
  ['the deletion of the client', ({ client }) => deleteClient(owner, client)],
]

it.each(ENDS)('%s', async (_what, end) => {
  const client = await createFirstPartyClient(world.services, {
    appType: 'non_interactive',
    grantTypes: ['client_credentials'],
  })
  await grantToClient(world.services, client, ['read:items'])
  const ask = async () => {
    const asked = { grant_type: 'client_credentials', audience: API, scope: 'read:items' }
    return (await world.machine.token(asked, client)).status
  }
  expect(await ask()).toBe(200)

  let hasEnded = false
  const ending = end(client).then(() => {
    hasEnded = true
  })
  const afterwards: number[] = []
  const askOnAndOn = async () => {
    for (let askedAfter = 0; askedAfter < 3; ) {
      const isAfter = hasEnded
      const status = await ask()
      if (isAfter) afterwards.push(status)
      if (isAfter) askedAfter += 1
    }
  }
  await Promise.all([ending, ...Array.from({ length: 4 }, askOnAndOn)])
  expect(afterwards).toHaveLength(12)
  expect(afterwards).not.toContain(200)
})
