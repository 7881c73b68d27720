/**
 * What each act of each page leaves behind, walked by its door: the events that it writes, and the limit that it spends. A
 * limit is the deed's: where a program can do the same by the Management API, it is refused there as well.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiClient } from '~/domain/partners/api-clients'
import type { KeyOf, LimitName } from '~/domain/rate-limits/throttle'
import { HOUR } from '~/platform/durations'
import { listAuditEvents } from '~db/queries/audit'
import type { Attempts } from '~db/queries/rate-limits'
import { createManagementWorld, type ManagementWorld } from '~tests/management/management-world'
import { createOwnClientToken } from '~tests/management/refusals'
import type { Fields } from '~tests/support/context'
import { countOf } from '~tests/support/count-rows'
import { createEndUser, createPartner, findOwner, type PartnerPerson, type Person, signIn } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { accountDeeds } from './deeds/account'
import { adminDeeds } from './deeds/admin'
import { type Deed, type Deeds, type Given, type Limits, ONCE, OWNERS, type Stage } from './deeds/deed'
import { portalDeeds } from './deeds/portal'
import { type Area, type PageWithActs, readPages } from './pages-with-acts'

const DEEDS: Deeds = { ...adminDeeds, ...accountDeeds, ...(portalDeeds as Deeds) }

const pages = await readPages()
const acts = pages.flatMap((page) =>
  Object.keys(page.acts).map((intent) => [`${page.name} ${intent}`, page, intent] as const),
)

let world: ManagementWorld

beforeAll(async () => {
  world = await createManagementWorld()
})

it('every act says here which events it writes and which limit it spends', () => {
  const described = Object.entries(DEEDS).flatMap(([page, deeds]) =>
    Object.keys(deeds).map((intent) => `${page} ${intent}`),
  )
  const known: string[] = acts.map(([name]) => name)
  const missing = known.filter((name) => !described.includes(name))
  const gone = described.filter((name) => !known.includes(name))
  expect({ missing, gone }, 'Describe what is missing in tests/pages/deeds/, and delete what is gone.').toEqual({
    missing: [],
    gone: [],
  })
})

const doerOf: Record<Area, () => Promise<Person>> = {
  admin: () => findOwner(world.services),
  portal: () => createPartner(world.services),
  account: () => createEndUser(world.services, { isVerified: true }),
}

async function openStage(area: Area): Promise<Stage> {
  const things = new Map<string, Promise<unknown>>()
  return {
    world,
    doer: await doerOf[area](),
    kept<Thing>(name: string, make: () => Promise<Thing>) {
      const thing = things.get(name) ?? make()
      things.set(name, thing)
      return thing as Promise<Thing>
    },
  }
}

/** A browser in which somebody does it, always from the same network, and the form that is sent again and again. */
async function openForm(page: PageWithActs, intent: string, { doer }: Stage, given: Given) {
  const { services } = world
  const cookies = await signIn(services, page.area, given.by ?? doer)
  const visitor = openVisitor(services, {
    cookies,
    ip: `203.0.113.${acts.findIndex(([, one, act]) => one === page && act === intent)}`,
  })
  const params = given.params ?? {}
  const path = `${page.pathOf(params)}${given.search ?? ''}`
  const button: Fields = intent === 'send' ? {} : { intent }
  return (spoilt = {}) =>
    watched(() => visitor.send(page.route, path, { ...button, ...given.fields, ...spoilt }, { params }))
}

/** What is done, and the events that it writes. */
async function watched<Answer>(act: () => Promise<Answer>): Promise<{ answer: Answer; events: string[] }> {
  const { db, clock } = world.services
  const before = await countOf(world.services, 'auditEvents')
  clock.advance(1)
  const answer = await act()
  const newest = await listAuditEvents(db, {}, 20)
  const events = newest.slice(0, (await countOf(world.services, 'auditEvents')) - before)
  return { answer, events: events.map(({ action }) => action) }
}

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
  const deed: Deed = DEEDS[page.name]?.[intent] ?? { events: [], limit: OWNERS }
  const { events, limit } = deed
  const giving = async (stage: Stage) => (await deed.given?.(stage)) ?? {}
  const open = async (stage: Stage) => openForm(page, intent, stage, await giving(stage))

  it('writes its events, and is done', async () => {
    const press = await open(await openStage(page.area))
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
      const press = await open(await openStage(page.area))
      await press()
      const { answer, events: written } = await press()
      expect(written, `${name} needs a limit`).toEqual([])
      expect(answer.status).toBeGreaterThanOrEqual(400)
    })
  else
    it.each(Object.entries(limit) as [LimitName, Limits[LimitName]][])(
      'spends the limit %s, and is refused by it',
      async (spent, spoilt) => {
        const stage = await openStage(page.area)
        const first = await open(stage)
        const keys = await spentBy(spent, () => first(spoilt))
        expect(keys.length, `${name} spends nothing of ${spent}`).toBeGreaterThan(0)
        const given = await giving(stage)
        const again = await openForm(page, intent, stage, given)
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
