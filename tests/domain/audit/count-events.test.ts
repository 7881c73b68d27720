/** What a client's events come to, day by day. */
import { beforeEach, expect, it } from 'vitest'
import { appUsage } from '~/domain/apps/app-usage'
import { auditEvent } from '~/domain/audit/audit-event'
import { countEvents } from '~/domain/audit/count-events'
import { deleteClient } from '~/domain/clients/delete-client'
import { DAY, MINUTE } from '~/platform/durations'
import { also } from '~db/database'
import { visitorContext } from '~tests/support/context'
import { settle } from '~tests/support/counted'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createTestServices, type TestServices } from '~tests/support/services'

let services: TestServices
let client: TestClient
beforeEach(async () => {
  services = await createTestServices()
  client = await createThirdPartyClient(services)
})

async function refreshTokens(times: number, { clientId } = client): Promise<void> {
  const ctx = visitorContext(services)
  const target = { type: 'client', id: clientId, name: 'App' } as const
  const events = Array.from({ length: times }, () => also(auditEvent(ctx, 'token.refreshed', target, { clientId })))
  await services.db.atomically(events)
}

const refreshed = async (days: number) =>
  (await appUsage(services, client.clientId, days)).map(({ tokens_refreshed }) => tokens_refreshed)

it('thousands of events are counted once each, by several nodes at a time', { timeout: 60_000 }, async () => {
  await refreshTokens(1100)
  services.clock.advance(DAY)
  await refreshTokens(1400)
  services.clock.advance(MINUTE)
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 4 }, () => countEvents(services)))
  }
  expect(await refreshed(3)).toEqual([0, 1100, 1400])
})

it('events of a client that is gone hold up no others', async () => {
  const other = await createThirdPartyClient(services)
  await refreshTokens(2, other)
  await settle(services)
  await refreshTokens(3, other)
  await refreshTokens(4)
  await deleteClient(visitorContext(services), other.client)
  await settle(services)
  expect(await refreshed(1)).toEqual([4])
  expect(await appUsage(services, other.clientId, 1)).toMatchObject([{ tokens_refreshed: 0 }])
})
