/** What there may be only so many of, made by many at the same moment. */
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp, MAX_APPS_PER_PARTNER } from '~/domain/apps/create-app'
import { newManifest } from '~/domain/apps/manifest'
import { addTester, MAX_TESTERS } from '~/domain/apps/testers'
import { startExport } from '~/domain/jobs/create-job'
import { createApiClient, MAX_API_CLIENTS } from '~/domain/partners/api-clients'
import { MAX_WEBHOOKS } from '~/domain/webhooks/receiver-fields'
import { createWebhook } from '~/domain/webhooks/webhooks'
import { type AppDetails, findAppOfPartner } from '~db/queries/apps'
import { createPartner, createWorld, type World } from '~tests/portal/portal-world'

let world: World
let partner: Awaited<ReturnType<typeof createPartner>>

beforeAll(async () => {
  world = await createWorld()
  partner = await createPartner(world, 'Ann')
})

const MORE = 5

/** How many came about of some more than there may be, which are all begun before the first has ended. */
async function countMade(most: number, make: (number: number) => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: most + MORE }, (_, number) => make(number)))
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  expect(refused.filter(({ code }) => code !== 'conflict' && code !== 'throttled')).toEqual([])
  return results.length - refused.length
}

describe('there are never more', () => {
  it(`apps of a partner than ${MAX_APPS_PER_PARTNER}, and testers of one of them than ${MAX_TESTERS}`, async () => {
    const { ctx } = partner
    const made: string[] = []
    const make = async (number: number) => {
      const manifest = newManifest({ name: `App ${number}` })
      made.push((await createApp(ctx, partner.partner, { appType: 'spa', manifest })).client.clientId)
    }
    expect(await countMade(MAX_APPS_PER_PARTNER, make)).toBe(MAX_APPS_PER_PARTNER)
    const app = (await findAppOfPartner(ctx.db, partner.partner.id, made[0] ?? '')) as AppDetails
    const invite = (number: number) => addTester(ctx, app, `tester.${number}@example.com`)
    expect(await countMade(MAX_TESTERS, invite)).toBe(MAX_TESTERS)
  })

  it(`programs of a partner than ${MAX_API_CLIENTS}`, async () => {
    const make = (number: number) => createApiClient(partner.ctx, partner.partner, `Program ${number}`)
    expect(await countMade(MAX_API_CLIENTS, make)).toBe(MAX_API_CLIENTS)
  })

  it(`webhooks than ${MAX_WEBHOOKS}`, async () => {
    const make = (number: number) =>
      createWebhook(partner.ctx, { name: `Hook ${number}`, url: 'https://hooks.example.com/', events: ['app.created'] })
    expect(await countMade(MAX_WEBHOOKS, make)).toBe(MAX_WEBHOOKS)
  })

  it('exports under way than two', async () => {
    expect(await countMade(2, () => startExport(partner.ctx, undefined, {}))).toBe(2)
  })
})
