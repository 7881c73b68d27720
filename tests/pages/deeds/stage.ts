/** Where an act is done: somebody of its area, in a browser of theirs, with what there has to be first. */
import { listAuditEvents } from '~db/queries/audit'
import type { ManagementWorld } from '~tests/management/management-world'
import type { Fields } from '~tests/support/context'
import { countOf } from '~tests/support/count-rows'
import { createEndUser, createPartner, findOwner, type Person, signIn } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { type Area, type PageWithActs, readPages } from '../pages-with-acts'
import { accountDeeds } from './account'
import { adminDeeds } from './admin'
import type { Deed, Deeds, Given, Stage } from './deed'
import { portalDeeds } from './portal'

const DEEDS: Deeds = { ...adminDeeds, ...accountDeeds, ...(portalDeeds as Deeds) }

export const described = Object.entries(DEEDS).flatMap(([page, deeds]) =>
  Object.keys(deeds).map((intent) => `${page} ${intent}`),
)

/** Every act of every page: its name, its page, its intent. */
export const acts: [name: string, page: PageWithActs, intent: string][] = (await readPages()).flatMap((page) =>
  Object.keys(page.acts).map((intent): [string, PageWithActs, string] => [`${page.name} ${intent}`, page, intent]),
)

export const deedOf = (page: PageWithActs, intent: string): Deed | undefined => DEEDS[page.name]?.[intent]

const doerOf: Record<Area, (world: ManagementWorld) => Promise<Person>> = {
  admin: ({ services }) => findOwner(services),
  portal: ({ services }) => createPartner(services),
  account: ({ services }) => createEndUser(services, { isVerified: true }),
}

export async function openStage(world: ManagementWorld, area: Area): Promise<Stage> {
  const things = new Map<string, Promise<unknown>>()
  return {
    world,
    doer: await doerOf[area](world),
    kept<Thing>(name: string, make: () => Promise<Thing>) {
      const thing = things.get(name) ?? make()
      things.set(name, thing)
      return thing as Promise<Thing>
    },
  }
}

/** What is done, and the events that it writes. */
export type Done = { answer: { status: number; value: unknown }; events: string[] }

/** A browser in which somebody does it, always from the same network, and the form that is sent again and again. */
export async function openForm({ world, doer }: Stage, page: PageWithActs, intent: string, given: Given) {
  const { services } = world
  const cookies = await signIn(services, page.area, given.by ?? doer)
  const place = acts.findIndex(([, one, act]) => one === page && act === intent)
  const visitor = openVisitor(services, { cookies, ip: `203.0.113.${place}` })
  const params = given.params ?? {}
  const path = `${page.pathOf(params)}${given.search ?? ''}`
  const button: Fields = intent === 'send' ? {} : { intent }
  return async (spoilt: Fields = {}): Promise<Done> => {
    const before = await countOf(services, 'auditEvents')
    services.clock.advance(1)
    const answer = await visitor.send(page.route, path, { ...button, ...given.fields, ...spoilt }, { params })
    const newest = await listAuditEvents(services.db, {}, 20)
    const events = newest.slice(0, (await countOf(services, 'auditEvents')) - before)
    return { answer, events: events.map(({ action }) => action) }
  }
}
