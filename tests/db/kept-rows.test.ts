/** What a process remembers of rows is what the database holds, whoever has changed it. */
import { expect, it } from 'vitest'
import { also, must } from '~db/database'
import { listLiveClientSecrets } from '~db/queries/client-secrets'
import { deleteClient, findClient, suspendClient, updateClient } from '~db/queries/clients'
import { findConnectionUse, listDomainConnections } from '~db/queries/connections'
import { findTenantSettings, updateTenantSettings } from '~db/queries/tenant'
import { createFirstPartyClient } from '~tests/support/fixtures'
import { createTestServices, openSecondNode } from '~tests/support/services'

it('each write of the process is seen by the read that comes next', async () => {
  const services = await createTestServices()
  const { db } = services
  const { clientId } = await createFirstPartyClient(services)
  for (let at = 1; at <= 50; at += 1) {
    await db.run(updateClient(clientId, { name: `Name ${at}` }))
    expect((await findClient(db, clientId))?.name).toBe(`Name ${at}`)
  }
  await db.atomically([must(suspendClient({ clientId, at: 7 }), () => new Error('was suspended'))])
  expect((await findClient(db, clientId))?.suspendedAt).toBe(7)
})

it('reads that race a write give what was before or what is after, and never again what was before', async () => {
  const services = await createTestServices()
  const { db } = services
  const { clientId } = await createFirstPartyClient(services)
  let isWritten = false
  const write = db.run(suspendClient({ clientId, at: 7 })).then(() => {
    isWritten = true
  })
  const seen: { wasWritten: boolean; suspendedAt: number | null | undefined }[] = []
  while (seen.filter(({ wasWritten }) => wasWritten).length < 20) {
    const wasWritten = isWritten
    seen.push({ wasWritten, suspendedAt: (await findClient(db, clientId))?.suspendedAt })
    if (seen.length % 5 === 0) await new Promise(setImmediate)
  }
  await write
  expect(seen.filter(({ wasWritten }) => wasWritten).map(({ suspendedAt }) => suspendedAt)).toEqual(Array(20).fill(7))
})

it('a change that is undone leaves what was read', async () => {
  const services = await createTestServices()
  const { db } = services
  const { clientId, client } = await createFirstPartyClient(services)
  const undone = db.atomically([
    also(updateClient(clientId, { name: 'Never' })),
    must(updateClient('nobody', { name: 'Never' }), () => new Error('undone')),
  ])
  await expect(undone).rejects.toThrow('undone')
  expect((await findClient(db, clientId))?.name).toBe(client.name)
})

it('a write of another process is seen', async () => {
  const here = await createTestServices()
  const there = await openSecondNode(here)
  const { clientId } = await createFirstPartyClient(here)
  await findClient(there.db, clientId)
  await findTenantSettings(there.db)
  await here.db.run(updateClient(clientId, { name: 'Changed here' }))
  await here.db.run(updateTenantSettings({ friendlyName: 'Changed here' }))
  await new Promise(setImmediate)
  expect((await findClient(there.db, clientId))?.name).toBe('Changed here')
  expect((await findTenantSettings(there.db)).friendlyName).toBe('Changed here')
})

it('rows that go with the row that they refer to are gone', async () => {
  const services = await createTestServices()
  const { db, clock } = services
  const { clientId } = await createFirstPartyClient(services)
  const [connection] = await listDomainConnections(db, {})
  const live = () => listLiveClientSecrets(db, { clientId, now: clock.now() })
  const use = () => findConnectionUse(db, { connectionId: connection?.id ?? '', clientId })
  expect(await live()).toHaveLength(1)
  expect(await use()).toMatchObject({ enabledFor: clientId })
  await db.run(deleteClient(clientId))
  expect(await live()).toEqual([])
  expect(await use()).toMatchObject({ enabledFor: null })
})

it('rows that others read too cannot be changed in place', async () => {
  const services = await createTestServices()
  const { db } = services
  const { clientId } = await createFirstPartyClient(services, { callbacks: ['https://a.example/'] })
  const client = await findClient(db, clientId)
  if (db.dialect === 'sqlite') expect(() => client?.callbacks.push('https://b.example/')).toThrow('not extensible')
})
