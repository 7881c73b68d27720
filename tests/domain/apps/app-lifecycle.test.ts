import { beforeEach, describe, expect, it } from 'vitest'
import { createApp, MAX_APPS_PER_PARTNER } from '~/domain/apps/create-app'
import { deleteApp, requireTypedName } from '~/domain/apps/delete-app'
import { editApp } from '~/domain/apps/edit-app'
import { newManifest } from '~/domain/apps/manifest'
import { rotateAppSecret } from '~/domain/apps/rotate-app-secret'
import { submitVersion } from '~/domain/apps/submit-version'
import { addTester, MAX_TESTERS, removeTester } from '~/domain/apps/testers'
import { discardProposal, withdrawVersion } from '~/domain/apps/withdraw-version'
import { findPresentedSecret, retireClientSecret } from '~/domain/clients/client-secrets'
import { HOUR } from '~/platform/durations'
import {
  type AppDetails,
  findAppOfPartner,
  isInvitedTester,
  isOfTeam,
  listAppVersions,
  listReviewMessages,
  updateApp,
  updateAppVersion,
} from '~db/queries/apps'
import { listAuditEvents } from '~db/queries/audit'
import { listClientSecrets } from '~db/queries/client-secrets'
import { type AppType, findClient, suspendClient } from '~db/queries/clients'
import { API, createPartner, createWorld, type World } from '~tests/portal/portal-world'
import { requireApp } from '~tests/support/fixtures'
import { OWNER } from '~tests/support/test-environment'

let world: World
let partner: Awaited<ReturnType<typeof createPartner>>
const manifest = newManifest({ name: 'Mailbox', callbacks: ['https://app.example.com/cb'] })
const request = { audience: API, scope: 'read:items', reason: 'To list your items', required: true }

beforeEach(async () => {
  world = await createWorld()
  partner = await createPartner(world, 'Ann')
})

const create = (appType: AppType = 'regular_web') => createApp(partner.ctx, partner.partner, { appType, manifest })
const read = async (clientId: string): Promise<AppDetails> =>
  (await findAppOfPartner(partner.ctx.db, partner.partner.id, clientId)) as AppDetails
async function createRead(appType?: AppType) {
  const { client, secret } = await create(appType)
  return { ...(await read(client.clientId)), secret }
}
const actions = async (clientId: string) =>
  (await listAuditEvents(world.services.db, { clientId }, 50)).map(({ action }) => action).sort()

/** What an approval does to the rows. */
async function makeLive({ app, proposed }: AppDetails) {
  const { db } = world.services
  if (!proposed) throw new Error('nothing to approve')
  await db.run(updateAppVersion(proposed.id, ['submitted', 'draft'], { state: 'approved' }))
  await db.run(updateApp(app.clientId, { liveVersionId: proposed.id, proposedVersionId: null }))
  return read(app.clientId)
}

describe('a new app', () => {
  it('is a third-party client for its testers, with a draft that the client obeys and a secret', async () => {
    const { client, proposed, live, secret } = await createRead()
    expect(client).toMatchObject({
      isFirstParty: false,
      thirdPartySecurityMode: 'permissive',
      availability: 'testers',
      callbacks: manifest.callbacks,
      scopeRequests: [],
    })
    expect(proposed).toMatchObject({ number: 1, state: 'draft', manifest })
    expect(live).toBeUndefined()
    expect(await findPresentedSecret(world.services, client.clientId, secret ?? '')).toBeDefined()
    expect(await actions(client.clientId)).toEqual(['app.created'])
  })

  it('has no secret where none can be kept', async () => {
    for (const type of ['spa', 'native'] as const) {
      const { client, secret } = await createRead(type)
      expect(secret).toBeUndefined()
      expect(await listClientSecrets(world.services.db, { clientId: client.clientId })).toEqual([])
    }
  })

  it(`is refused to a partner who has ${MAX_APPS_PER_PARTNER}`, async () => {
    for (let n = 0; n < MAX_APPS_PER_PARTNER; n++) await create('spa')
    await expect(create('spa')).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('an edit', () => {
  it('of a draft changes it in place, and the client with it', async () => {
    const app = await createRead()
    const change = { ...manifest, name: 'Letterbox', scopeRequests: [request] }
    expect(await editApp(partner.ctx, app, change)).toEqual(['name', 'scopeRequests'])
    const after = await read(app.client.clientId)
    expect(after.proposed).toMatchObject({ number: 1, manifest: change })
    expect(after.client).toMatchObject({ name: 'Letterbox', scopeRequests: [request] })
    expect(await actions(app.client.clientId)).toEqual(['app.created', 'app.edited'])
  })

  it('that changes nothing leaves no trace', async () => {
    const app = await createRead()
    expect(await editApp(partner.ctx, app, { ...manifest })).toEqual([])
    expect(await actions(app.client.clientId)).toEqual(['app.created'])
  })

  it('is refused while the version is in review, also to one who read it before', async () => {
    const before = await createRead()
    await submitVersion(partner.ctx, before, '')
    const refused = { code: 'conflict', message: expect.stringContaining('Withdraw it first') }
    await expect(editApp(partner.ctx, before, { ...manifest, name: 'X' })).rejects.toMatchObject(refused)
    const during = await read(before.client.clientId)
    await expect(editApp(partner.ctx, during, { ...manifest, name: 'X' })).rejects.toMatchObject(refused)
    expect((await findClient(world.services.db, before.client.clientId))?.name).toBe('Mailbox')
  })

  it('of a live app makes one new draft, and the client obeys what was approved', async () => {
    const live = await makeLive(await createRead())
    const edits = await Promise.allSettled([
      editApp(partner.ctx, live, { ...manifest, callbacks: ['https://new.example.com/cb'] }),
      editApp(partner.ctx, live, { ...manifest, callbacks: ['https://other.example.com/cb'] }),
    ])
    expect(edits.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const after = await read(live.client.clientId)
    expect(after.client.callbacks).toEqual(manifest.callbacks)
    expect(after.proposed).toMatchObject({ number: 2, state: 'draft' })
    expect(await listAppVersions(world.services.db, live.client.clientId)).toHaveLength(2)
  })

  it('of a live app can be dropped, and made again', async () => {
    const live = await makeLive(await createRead())
    await editApp(partner.ctx, live, { ...manifest, name: 'New name' })
    await discardProposal(partner.ctx, await read(live.client.clientId))
    const after = await read(live.client.clientId)
    expect(after.proposed).toBeUndefined()
    await editApp(partner.ctx, after, { ...manifest, name: 'Newer name' })
    expect((await read(live.client.clientId)).proposed?.number).toBe(3)
  })

  it('of the only version cannot be dropped', async () => {
    const app = await createRead()
    await expect(discardProposal(partner.ctx, app)).rejects.toMatchObject({ code: 'conflict' })
    expect((await read(app.client.clientId)).proposed?.state).toBe('draft')
  })
})

describe('a submission', () => {
  it('happens once when two people press the button', async () => {
    const app = await createRead()
    const both = await Promise.allSettled([
      submitVersion(partner.ctx, app, 'Hello'),
      submitVersion(partner.ctx, app, ''),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await listReviewMessages(world.services.db, app.client.clientId)).toHaveLength(1)
    expect(world.mails.filter(({ to }) => to === OWNER.email)).toHaveLength(1)
    expect(await actions(app.client.clientId)).toEqual(['app.created', 'app.submitted'])
  })

  it('can be withdrawn once, and made again', async () => {
    const app = await createRead()
    await submitVersion(partner.ctx, app, '')
    const submitted = await read(app.client.clientId)
    await withdrawVersion(partner.ctx, submitted)
    await expect(withdrawVersion(partner.ctx, submitted)).rejects.toMatchObject({ code: 'conflict' })
    const draft = await read(app.client.clientId)
    expect(draft.proposed).toMatchObject({ state: 'draft', submittedAt: null })
    await submitVersion(partner.ctx, draft, '')
  })

  it('can follow changes that were asked for, and a rejection', async () => {
    for (const state of ['changes_requested', 'rejected'] as const) {
      const app = await createRead()
      await submitVersion(partner.ctx, app, '')
      await world.services.db.run(updateAppVersion(app.proposed?.id ?? '', ['submitted'], { state }))
      const sentBack = await read(app.client.clientId)
      await editApp(partner.ctx, sentBack, { ...manifest, name: 'Better' })
      const edited = await read(app.client.clientId)
      expect(edited.proposed?.state).toBe(state)
      await submitVersion(partner.ctx, edited, 'Done')
      expect((await read(app.client.clientId)).proposed?.state).toBe('submitted')
    }
  })

  it('is refused with a scope that partners can no longer ask for, and of a live app without changes', async () => {
    const app = await createRead()
    await editApp(partner.ctx, app, { ...manifest, scopeRequests: [{ ...request, scope: 'gone' }] })
    await expect(submitVersion(partner.ctx, await read(app.client.clientId), '')).rejects.toMatchObject({
      code: 'invalid',
    })
    const live = await makeLive(await createRead())
    await expect(submitVersion(partner.ctx, live, '')).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the secret of an app', () => {
  it('is replaced with an overlap, and the team is told without being sent it', async () => {
    const app = await createRead()
    const { clientId } = app.client
    const { secret, oldWorksUntil } = await rotateAppSecret(partner.ctx, app, { overlapHours: 24 })
    const works = (presented: string) => findPresentedSecret(world.services, clientId, presented)
    expect(oldWorksUntil).toBe(world.clock.now() + 24 * HOUR)
    expect([await works(app.secret ?? ''), await works(secret)]).not.toContain(undefined)
    const mail = world.mails.at(-1)
    expect(mail).toMatchObject({ to: 'ann@example.com', subject: expect.stringContaining('new client secret') })
    expect(mail?.text).not.toContain(secret)
    world.clock.advance(24 * HOUR)
    expect(await works(app.secret ?? '')).toBeUndefined()
    expect(await works(secret)).toBeDefined()
  })

  it('ends at once without an overlap, or when it is retired; the newest one stays', async () => {
    const app = await createRead()
    const works = (presented: string) => findPresentedSecret(world.services, app.client.clientId, presented)
    world.clock.advance(1)
    const second = (await rotateAppSecret(partner.ctx, app, { overlapHours: 0 })).secret
    expect(await works(app.secret ?? '')).toBeUndefined()
    world.clock.advance(1)
    const third = (await rotateAppSecret(partner.ctx, app, { overlapHours: 72 })).secret
    const [newest, old] = await listClientSecrets(world.services.db, { clientId: app.client.clientId })
    await retireClientSecret(partner.ctx, app.client, old?.id ?? '')
    await expect(retireClientSecret(partner.ctx, app.client, newest?.id ?? '')).rejects.toThrow()
    expect(await works(second)).toBeUndefined()
    expect(await works(third)).toBeDefined()
  })

  it('is not there to be replaced in a public app', async () => {
    const app = await createRead('spa')
    await expect(rotateAppSecret(partner.ctx, app, { overlapHours: 24 })).rejects.toMatchObject({ code: 'not_allowed' })
  })
})

it('testers are kept by address in lower case, once, and the team is among them', async () => {
  const app = await createRead()
  const { db } = world.services
  await addTester(partner.ctx, app, ' Eve@Example.COM ')
  await expect(addTester(partner.ctx, app, 'eve@example.com')).rejects.toMatchObject({ code: 'conflict' })
  expect(await isInvitedTester(db, app.client.clientId, 'eve@example.com')).toBe(true)
  expect(await isOfTeam(db, app.client.clientId, 'ann@example.com')).toBe(true)
  await removeTester(partner.ctx, app, 'EVE@example.com')
  await expect(removeTester(partner.ctx, app, 'eve@example.com')).rejects.toMatchObject({ code: 'not_found' })
  for (let n = 0; n < MAX_TESTERS; n++) await addTester(partner.ctx, app, `t${n}@example.com`)
  await expect(addTester(partner.ctx, app, 'more@example.com')).rejects.toMatchObject({ code: 'conflict' })
})

it('an app is deleted by its name, with everything that hung on it but its history', async () => {
  const app = await createRead()
  await addTester(partner.ctx, app, 'eve@example.com')
  await submitVersion(partner.ctx, app, 'Hello')
  expect(() => requireTypedName(app, 'mailbox')).toThrow(
    expect.objectContaining({ code: 'invalid', options: { field: 'confirm_name' } }),
  )
  requireTypedName(app, ' Mailbox ')
  await deleteApp(partner.ctx, app, 'partner')
  const { db } = world.services
  expect(await findClient(db, app.client.clientId)).toBeUndefined()
  expect(await listAppVersions(db, app.client.clientId)).toEqual([])
  expect(await listReviewMessages(db, app.client.clientId)).toEqual([])
  expect(await actions(app.client.clientId)).toContain('app.deleted')
  await expect(deleteApp(partner.ctx, app, 'partner')).rejects.toMatchObject({ code: 'not_found' })
})

it('an app that is suspended is not deleted by its partner, to be made again', async () => {
  const app = await createRead()
  const { db, clock } = world.services
  await db.run(suspendClient({ clientId: app.client.clientId, at: clock.now() }))
  for (const details of [app, await requireApp(partner.ctx, app.client.clientId)])
    await expect(deleteApp(partner.ctx, details, 'partner')).rejects.toThrow(/suspended/)
  expect(await findClient(db, app.client.clientId)).toBeDefined()
  await deleteApp(partner.ctx, app, 'tenant')
})

it('a page from which a secret was rotated rotates no second time', async () => {
  const app = await createRead()
  const [seen] = await listClientSecrets(world.services.db, { clientId: app.client.clientId })
  const rotate = () => rotateAppSecret(partner.ctx, app, { overlapHours: 24, seen: seen?.id })
  const outcomes = await Promise.allSettled([rotate(), rotate(), rotate()])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(rotate()).rejects.toMatchObject({ code: 'conflict' })
})
