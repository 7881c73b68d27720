import { expect, it } from 'vitest'
import { query } from '~db/database'
import { findClient } from '~db/queries/clients'
import { createFirstPartyClient } from '~tests/support/fixtures'
import { createTestServices } from '~tests/support/services'

it('a read is prepared once for each database, and sees every change that was made before it', async () => {
  let built = 0
  const listNames = query<Record<never, never>, { name: string }>('test_list_client_names', ({ sql, t }) => {
    built += 1
    return sql.select({ name: t.clients.name }).from(t.clients)
  })
  const one = await createTestServices()
  const other = await createTestServices()
  const before = await listNames(one.db, {})
  await createFirstPartyClient(one, { name: 'Another' })
  expect(await listNames(one.db, {})).toHaveLength(before.length + 1)
  expect(built).toBe(1)
  expect(await listNames(other.db, {})).toHaveLength(before.length)
  expect(built).toBe(2)
})

it('values are bound, never written into the statement', async () => {
  const services = await createTestServices()
  const { clientId } = await createFirstPartyClient(services, { clientId: `o'brien"; drop table clients; --` })
  expect(await findClient(services.db, clientId)).toMatchObject({ clientId })
  expect(await findClient(services.db, `${clientId}' or '1'='1`)).toBeUndefined()
})

it('reads at the same moment do not disturb each other', async () => {
  const services = await createTestServices()
  const names = Array.from({ length: 30 }, (_, n) => `Client ${n}`)
  const clients = await Promise.all(names.map((name) => createFirstPartyClient(services, { name })))
  const found = await Promise.all(clients.map(({ clientId }) => findClient(services.db, clientId)))
  expect(found.map((client) => client?.name)).toEqual(names)
})

it('a row comes back as it was stored, in every kind of column', async () => {
  const services = await createTestServices()
  const given = {
    callbacks: ['https://app.example.com/ü?a=1&b=2'],
    clientMetadata: { note: 'naïve “quotes” 🙂' },
    description: null,
    suspendedAt: 4_102_444_800_123,
    idTokenLifetime: 2_147_483_647,
  }
  const { client } = await createFirstPartyClient(services, given)
  expect(await findClient(services.db, client.clientId)).toEqual({ ...client, ...given })
})
