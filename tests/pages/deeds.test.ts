/**
 * What each act of each page leaves behind, walked by its door: the events that it writes, and the limit that it spends. A
 * limit is the deed's: where a program can do the same by the Management API, it is refused there as well.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiClient } from '~/domain/partners/api-clients'
import type { KeyOf, LimitName } from '~/domain/rate-limits/throttle'
import { HOUR } from '~/platform/durations'
import type { Attempts } from '~db/queries/rate-limits'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { createOwnClientToken } from '~tests/management/refusals'
import type { PartnerPerson } from '~tests/support/people'
import { type Deed, type Limits, ONCE, OWNERS, type Stage } from './deeds/deed'
import { acts, deedOf, described, openForm, openStage } from './deeds/stage'

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
})

it('every act says here which events it writes and which limit it spends', () => {
  const known = acts.map(([name]) => name)
  const missing = known.filter((name) => !described.includes(name))
  const gone = described.filter((name) => !known.includes(name))
  expect({ missing, gone }, 'Describe what is missing in tests/pages/deeds/, and delete what is gone.').toEqual({
    missing: [],
    gone: [],
  })
})

async function pointsOf(limit: LimitName): Promise<Map<string, number>> {
  const { sql, t } = world.services.db.handle
  const rows: Attempts[] = await sql.select().from(t.attempts)
  const own = rows.filter(({ name }) => name === limit)
  return new Map(own.map(({ subject, origin, points }) => [JSON.stringify({ of: subject, from: origin }), points]))
}

/** Those whose points an attempt takes. */
async function spentBy(limit: LimitName, act: () => Promise<unknown>): Promise<{ of: string; from: string }[]> {
  const before = await pointsOf(limit)
  await act()
  return [...(await pointsOf(limit))]
    .filter(([key, points]) => points > (before.get(key) ?? 0))
    .map(([key]) => JSON.parse(key))
}

describe.each(acts)('%s', (name, page, intent) => {
  const deed: Deed = deedOf(page, intent) ?? { events: [], limit: OWNERS }
  const { events, limit } = deed
  const giving = async (stage: Stage) => (await deed.given?.(stage)) ?? {}
  const open = async (stage: Stage) => openForm(stage, page, intent, await giving(stage))

  it('writes its events, and is done', async () => {
    const press = await open(await openStage(world, page.area))
    const { answer, events: written } = await press()
    expect({ status: answer.status, value: answer.value }).toMatchObject({
      status: expect.toSatisfy((status) => status < 400),
    })
    expect(written.toSorted()).toEqual(events.toSorted())
  })

  if (limit === OWNERS)
    it('is done by owners of the tenant alone', () => {
      expect([page.area, page.acts[intent]?.by]).toEqual(['admin', 'owner'])
    })
  else if (limit === ONCE)
    it('does nothing when it is sent again', async () => {
      const press = await open(await openStage(world, page.area))
      await press()
      const { answer, events: written } = await press()
      expect(written, `${name} needs a limit`).toEqual([])
      expect(answer.status).toBeGreaterThanOrEqual(400)
    })
  else
    it.each(Object.entries(limit) as [LimitName, Limits[LimitName]][])(
      'spends the limit %s, and is refused by it',
      async (spent, spoilt) => {
        const stage = await openStage(world, page.area)
        const first = await open(stage)
        const keys = await spentBy(spent, () => first(spoilt))
        expect(keys.length, `${name} spends nothing of ${spent}`).toBeGreaterThan(0)
        const given = await giving(stage)
        const again = await openForm(stage, page, intent, given)
        const bearer = given.call?.by === 'partner' ? await programOf(stage.doer as PartnerPerson) : undefined
        const { throttle } = world.services
        for (const key of keys)
          await throttle
            .take(spent as 'mail', key, { points: 1, duration: HOUR, blockDuration: HOUR })
            .catch(() => undefined)
        const refused = await again()
        expect(refused.answer.status).toBe(429)
        expect(refused.events.filter((event) => deed.events.some((own) => own === event))).toEqual([])
        // A proof that is asked for at the page alone is none of the program's.
        if (given.call && Object.keys(spoilt ?? {}).length === 0) {
          const { method, path, body } = given.call
          expect((await world.call(method, path, body, bearer)).status).toBe(429)
        }
        for (const key of keys) await throttle.reset(spent, key as KeyOf<typeof spent>)
      },
    )
})

/** A token of a program of the organization. */
async function programOf({ ctx, partner }: PartnerPerson): Promise<string> {
  const { client, secret } = await createApiClient(ctx, partner, 'Calls')
  return createOwnClientToken(world, { clientId: client.clientId, client, secret }, world.audience)
}
