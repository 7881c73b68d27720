/** What a partner's submissions cost the owners: mails, and a conversation that can still be read. */
import { beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '~/platform/durations'
import { newSortableId } from '~/platform/ids'
import * as adminReview from '~/routes/admin._area.reviews.$id'
import * as review from '~/routes/portal._app.apps_.$clientId_.review'
import { insertReviewMessage } from '~db/queries/apps'
import { createManagementWorld, createPartnerProgram } from '~tests/management/partner-world'
import { createPortalApp, createSubmittedApp, decideAsRead, requireApp } from '~tests/support/fixtures'
import { createPartner, findOwner, openVisitorOf, type PartnerPerson } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import type { Visitor } from '~tests/support/visitor'

let services: TestServices
let ann: PartnerPerson
let visitor: Visitor
let owner: string
beforeEach(async () => {
  services = await createTestServices()
  ann = await createPartner(services)
  visitor = await openVisitorOf(services, 'portal', ann)
  owner = (await findOwner(services)).email
})

const pathOf = (clientId: string) => `/portal/apps/${clientId}/review`
const press = (clientId: string, intent: 'submit' | 'withdraw', message = '') =>
  visitor.send(review, pathOf(clientId), { intent, message }, { params: { clientId } })
const mailsToOwner = () => services.mailer.sent.filter(({ to }) => to === owner).length

describe('the owners', () => {
  it('are mailed of an app once until one of them decides, however often it is submitted', async () => {
    const { clientId } = await createPortalApp(ann)
    for (let time = 0; time < 3; time += 1) {
      expect((await press(clientId, 'submit', `Look, ${time}`)).status).toBe(302)
      expect((await press(clientId, 'withdraw')).status).toBe(302)
    }
    await press(clientId, 'submit', 'The last one')
    expect(mailsToOwner()).toBe(1)
    const { proposed } = await requireApp(services, clientId)
    await decideAsRead((await findOwner(services)).ctx, proposed?.id ?? '', {
      decision: 'request_changes',
      message: 'Name it better.',
    })
    await press(clientId, 'submit', 'Better now')
    expect(mailsToOwner()).toBe(2)
  })

  it('are mailed again of a submission that was made a day later', async () => {
    const { clientId } = await createPortalApp(ann)
    await press(clientId, 'submit')
    services.clock.advance(DAY + HOUR)
    visitor = await openVisitorOf(services, 'portal', ann)
    await press(clientId, 'withdraw')
    await press(clientId, 'submit')
    expect(mailsToOwner()).toBe(2)
  })

  it('are mailed ten times a day of all apps of one partner, and find the others in the queue', async () => {
    for (let number = 0; number < 12; number += 1) await press((await createPortalApp(ann)).clientId, 'submit')
    expect(mailsToOwner()).toBe(10)
  })

  it('are mailed once also where a program submits', async () => {
    const world = await createManagementWorld()
    const partner = await createPartnerProgram(world)
    const clientId = await partner.createApp({ name: 'Album' })
    const { email } = await findOwner(world.services)
    for (const act of ['submit', 'withdraw', 'submit']) await partner.call('POST', `/apps/${clientId}/${act}`, {})
    expect(world.services.mailer.sent.filter(({ to }) => to === email)).toHaveLength(1)
  })
})

it('an app is submitted twenty times a day, then the page says so and keeps the note', async () => {
  const { clientId } = await createPortalApp(ann)
  for (let time = 0; time < 20; time += 1) {
    if (time % 5 === 0) {
      services.clock.advance(HOUR + 1)
      visitor = await openVisitorOf(services, 'portal', ann)
    }
    expect((await press(clientId, 'submit')).status).toBe(302)
    await press(clientId, 'withdraw')
  }
  services.clock.advance(HOUR + 1)
  visitor = await openVisitorOf(services, 'portal', ann)
  const refused = await press(clientId, 'submit', 'My long note')
  expect(refused.status).toBe(429)
  expect(JSON.stringify(refused.value)).toMatch(/20 times a day/)
  expect(refused.value).toMatchObject({ lastResult: { initialValue: { message: 'My long note' } } })
})

describe('a long conversation', () => {
  let clientId: string
  let versionId: string
  beforeEach(async () => {
    ;({ clientId, versionId } = await createSubmittedApp(ann))
    const now = services.clock.now()
    for (let number = 0; number < 120; number += 1) {
      const of = { clientId, versionId, authorId: 'somebody', authorSide: 'partner', act: 'submit' } as const
      const message = `Message ${number}`
      await services.db.run(insertReviewMessage({ id: newSortableId(now), ...of, message, createdAt: now }))
    }
  })

  type Page = { conversation: { messages: { id: string }[]; earlier: string | null; isEnd: boolean } }
  async function readAll(load: (query: string) => Promise<{ value: unknown }>) {
    const ids: string[] = []
    const ends: boolean[] = []
    for (let before: string | null = ''; before !== null; ) {
      const { conversation } = (await load(before && `?before=${before}`)).value as Page
      expect(conversation.messages.length).toBeLessThanOrEqual(50)
      ids.push(...conversation.messages.map(({ id }) => id))
      ends.push(conversation.isEnd)
      before = conversation.earlier
    }
    return { count: new Set(ids).size, ends }
  }
  const WHOLE = { count: 121, ends: [true, false, false] }

  it('is read page by page, at both sides', async () => {
    expect(await readAll((query) => visitor.load(review, `${pathOf(clientId)}${query}`, { clientId }))).toEqual(WHOLE)
    const reviewer = await openVisitorOf(services, 'admin', await findOwner(services))
    const path = `/admin/reviews/${versionId}`
    expect(await readAll((query) => reviewer.load(adminReview, `${path}${query}`, { id: versionId }))).toEqual(WHOLE)
  })

  it('is shown from its end where the page before is not named well', async () => {
    for (const before of ['x', '1', `${'9'.repeat(20)}.x`, "1.'"]) {
      const path = `${pathOf(clientId)}?before=${encodeURIComponent(before)}`
      expect((await visitor.load(review, path, { clientId })).value).toMatchObject({ conversation: { isEnd: true } })
    }
  })
})
