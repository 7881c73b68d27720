import { expect, it } from 'vitest'
import { currentManifest, editApp } from '~/domain/apps/edit-app'
import { submitVersion } from '~/domain/apps/submit-version'
import { addTester } from '~/domain/apps/testers'
import { withdrawVersion } from '~/domain/apps/withdraw-version'
import { suspendPartner } from '~/domain/moderation/suspend-partner'
import { editPartner } from '~/domain/partners/edit-partner'
import { DAY, MINUTE } from '~/platform/durations'
import * as dashboard from '~/routes/admin._area._index'
import * as reviews from '~/routes/admin._area.reviews._index'
import * as review from '~/routes/admin._area.reviews.$id'
import { findClient } from '~db/queries/clients'
import { insertPartnerMember, insertTenantMember } from '~db/queries/teams'
import {
  API,
  createApi,
  createApprovedApp,
  createPortalApp,
  createSubmittedApp,
  readSubmission,
  requireApp,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf } from '~tests/support/people'
import type { Visitor } from '~tests/support/visitor'
import { freshTenant, submittedApp } from './fixtures'

async function reviewer() {
  const tenant = await freshTenant()
  return { ...tenant, visitor: await openVisitorOf(tenant.services, 'admin', tenant.person) }
}

/** Presses a button of the page as it is at this moment, or as it was read before. */
async function decide(visitor: Visitor, versionId: string, given: Record<string, string>) {
  const seen = await readSubmission(visitor.services, versionId)
  return visitor.send(review, pathOf(versionId), { seen, ...given }, { params: { id: versionId } })
}

const pathOf = (versionId: string) => `/admin/reviews/${versionId}`

it('the queue shows what waits, the longest waiting first, and for how long', async () => {
  const { services, clock, person } = await freshTenant()
  const first = await submittedApp({ services })
  clock.advance(2 * DAY)
  const second = await submittedApp({ services })
  const visitor = await openVisitorOf(services, 'admin', person)
  const { value } = await visitor.load(reviews, '/admin/reviews')
  const { queue } = value as { queue: { versionId: string; waitingMs: number; kind: string }[] }
  expect(queue.map(({ versionId }) => versionId)).toEqual([first.versionId, second.versionId])
  expect(queue[0]?.waitingMs).toBeGreaterThan(2 * DAY)
  expect(queue[0]?.kind).toBe('new')
  expect((await visitor.load(dashboard, '/admin')).value).toMatchObject({ counts: { inReview: 2 } })
})

it('a review shows the whole submission, and the diff against what is live', async () => {
  const { services, visitor } = await reviewer()
  await createApi(services)
  const person = await createPartner(services)
  const { clientId } = await createApprovedApp(person)
  services.clock.advance(MINUTE)
  const request = { audience: API, scope: 'delete:items', reason: 'To clean up', required: false }
  const details = await requireApp(services, clientId)
  await editApp(person.ctx, details, {
    ...currentManifest(details),
    callbacks: ['https://other.example/cb'],
    scopeRequests: [request],
  })
  await submitVersion(person.ctx, await requireApp(services, clientId), 'New callbacks')
  const { proposed } = await requireApp(services, clientId)
  const versionId = proposed?.id ?? ''
  const { value } = await visitor.load(review, pathOf(versionId), { id: versionId })
  expect(value).toMatchObject({
    partner: { name: person.partner.name, members: [{ email: person.email }] },
    callbacks: [{ host: 'other.example' }],
    scopes: [{ scope: 'delete:items', sensitivity: 'restricted', reason: 'To clean up' }],
    comparedWith: 1,
    changes: [{ field: 'callbacks', added: ['https://other.example/cb'] }, { field: 'scopeRequests' }],
  })
  const { conversation } = value as { conversation: { messages: { message: string }[] } }
  expect(conversation.messages.at(-1)?.message).toBe('New callbacks')
})

it('a second submission says so, and shows what changed since the first was sent back', async () => {
  const { services, visitor } = await reviewer()
  const person = await createPartner(services)
  const { clientId, versionId } = await createSubmittedApp(person)
  const message = 'Name the privacy policy, please.'
  await decide(visitor, versionId, { decision: 'request_changes', message })
  const sentBack = await requireApp(services, clientId)
  const privacyPolicyUri = 'https://app.example.com/privacy'
  await editApp(person.ctx, sentBack, { ...currentManifest(sentBack), privacyPolicyUri })
  await submitVersion(person.ctx, await requireApp(services, clientId), 'It is there now')
  expect((await visitor.load(review, pathOf(versionId), { id: versionId })).value).toMatchObject({
    version: { number: 1, submission: 2, state: 'submitted' },
    changesSinceSentBack: [{ field: 'privacyPolicyUri', before: '', after: privacyPolicyUri }],
    checklist: expect.arrayContaining([
      { label: 'A privacy policy', isDone: true, isAdvice: true },
      { label: 'A homepage', isDone: false, isAdvice: true },
    ]),
    conversation: { messages: [{ act: 'submit' }, { act: 'request_changes', message }, { act: 'submit' }] },
  })
})

it.each([
  ['approve', '', 'approved', 'approved'],
  ['request_changes', 'Please name the privacy policy.', 'changes_requested', 'changes-requested'],
  ['reject', 'We do not take apps of this kind.', 'rejected', 'rejected'],
])('the button %s decides, and the page then shows the outcome', async (decision, message, state, notice) => {
  const { services, visitor } = await reviewer()
  const { versionId } = await submittedApp({ services })
  const params = { id: versionId }
  const answer = await decide(visitor, versionId, { decision, message })
  expect(answer.location).toBe(`${pathOf(versionId)}?notice=${notice}`)
  const page = await visitor.load(review, answer.location ?? '', params)
  expect(page.value).toMatchObject({ version: { state, decidedBy: 'owner' }, notice: expect.any(String) })
})

it.each(['request_changes', 'reject'])(
  '%s needs a message; a short one is kept in the form and nothing happens',
  async (decision) => {
    const { services, visitor } = await reviewer()
    const { versionId, clientId } = await submittedApp({ services })
    for (const message of ['', 'too short', 'x'.repeat(2001)]) {
      const answer = await decide(visitor, versionId, { decision, message })
      expect(answer.status).toBe(400)
      expect(answer.value).toMatchObject({ lastResult: { error: { message: [expect.any(String)] } } })
      if (message) expect(answer.value).toMatchObject({ lastResult: { initialValue: { message } } })
    }
    expect((await requireApp(services, clientId)).proposed?.state).toBe('submitted')
  },
)

it('of two owners who decide at once one wins, and the other reads what happened', async () => {
  const { services, visitor, person } = await reviewer()
  const other = await openVisitorOf(services, 'admin', person)
  const { versionId } = await submittedApp({ services })
  const answers = await Promise.all([
    decide(visitor, versionId, { decision: 'approve' }),
    decide(other, versionId, { decision: 'reject', message: 'Not like this.' }),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([302, 409])
  const late = answers.find(({ status }) => status === 409)
  expect(late?.value).toMatchObject({ problem: expect.stringContaining('decided or withdrawn') })
})

it('a version that the partner withdrew cannot be approved', async () => {
  const { services, visitor } = await reviewer()
  const { versionId, clientId, partnerCtx } = await submittedApp({ services })
  await withdrawVersion(partnerCtx, await requireApp(services, clientId))
  const answer = await decide(visitor, versionId, { decision: 'approve' })
  expect(answer.status).toBe(409)
  expect(await findClient(services.db, clientId)).toMatchObject({ availability: 'testers' })
})

it.each<[what: string, said: string, (given: Awaited<ReturnType<typeof waiting>>) => Promise<unknown>]>([
  [
    'the submission',
    'what is submitted',
    async ({ services, partnerCtx, clientId }) => {
      await withdrawVersion(partnerCtx, await requireApp(services, clientId))
      services.clock.advance(MINUTE)
      await submitVersion(partnerCtx, await requireApp(services, clientId), '')
    },
  ],
  [
    'the name of the organization',
    'its organization',
    ({ ctx, partner }) =>
      editPartner(ctx, partner, { name: 'Travelbase Payments', websiteUri: partner.websiteUri }, { byTenant: true }),
  ],
  [
    'the organization, by its suspension',
    'its organization',
    ({ ctx, partner }) => suspendPartner(ctx, partner.id, 'Because.'),
  ],
  [
    'the team',
    'its team',
    async ({ services, partner }) => {
      const { user } = await createEndUser(services, { isVerified: true })
      await services.db.run(
        insertPartnerMember({ partnerId: partner.id, userId: user.userId, role: 'owner', createdAt: 0 }),
      )
    },
  ],
  [
    'the testers',
    'its testers',
    async ({ services, partnerCtx, clientId }) =>
      addTester(partnerCtx, await requireApp(services, clientId), 'new@tester.example'),
  ],
  [
    'another app of the organization',
    'another app',
    ({ partnerPerson }) => createPortalApp(partnerPerson, { name: 'Other' }),
  ],
])(
  'what was read is decided: %s is other by now, so the page says so, and nothing is approved',
  async (_, said, change) => {
    const given = await waiting()
    const { value } = await given.visitor.load(review, pathOf(given.versionId), { id: given.versionId })
    const { seen } = value as { seen: string }
    await change(given)
    const fields = { decision: 'approve', message: 'Welcome to all of you.', seen }
    const answer = await decide(given.visitor, given.versionId, fields)
    expect({ status: answer.status, value: answer.value }).toMatchObject({
      status: 409,
      value: {
        problem: expect.stringContaining(said),
        lastResult: { initialValue: { message: fields.message } },
      },
    })
    expect(await findClient(given.services.db, given.clientId)).toMatchObject({ availability: 'testers' })
    const again = await given.visitor.load(review, pathOf(given.versionId), { id: given.versionId })
    const now = { ...fields, seen: (again.value as { seen: string }).seen }
    expect((await decide(given.visitor, given.versionId, now)).status).toBe(302)
  },
)

/** A submission that an owner has open. */
async function waiting() {
  const tenant = await reviewer()
  return { ...tenant, ...(await submittedApp({ services: tenant.services })) }
}

it('a form without what was read decides nothing', async () => {
  const { visitor, versionId } = await waiting()
  const answer = await visitor.send(review, pathOf(versionId), { decision: 'approve' }, { params: { id: versionId } })
  expect(answer.status).toBe(400)
})

it('while a submission waits, its organization keeps the name and website that reviewers read', async () => {
  const { services, partnerCtx, partner, clientId } = await waiting()
  for (const change of [{ name: 'Travelbase Payments' }, { websiteUri: 'https://other.example/' }]) {
    const edited = editPartner(partnerCtx, partner, { name: partner.name, websiteUri: partner.websiteUri, ...change })
    await expect(edited).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('in review') })
  }
  await withdrawVersion(partnerCtx, await requireApp(services, clientId))
  await editPartner(partnerCtx, partner, { name: 'Travelbase Payments', websiteUri: null })
})

it('a submission that there is not is a 404', async () => {
  const { visitor } = await reviewer()
  expect((await visitor.load(review, pathOf('ver_none'), { id: 'ver_none' })).status).toBe(404)
  const answer = await decide(visitor, 'ver_none', { decision: 'approve', seen: 'nothing' })
  expect(answer.status).toBe(404)
})

it('a reviewer who is no owner decides reviews too', async () => {
  const { services } = await reviewer()
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const visitor = await openVisitorOf(services, 'admin', person)
  const { versionId } = await submittedApp({ services })
  const answer = await decide(visitor, versionId, { decision: 'approve' })
  expect(answer.status).toBe(302)
})
