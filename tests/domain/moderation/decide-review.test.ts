import { expect, it } from 'vitest'
import { editApp } from '~/domain/apps/edit-app'
import { submitVersion } from '~/domain/apps/submit-version'
import { withdrawVersion } from '~/domain/apps/withdraw-version'
import { decideReview } from '~/domain/moderation/decide-review'
import { createResourceServer } from '~/domain/resource-servers/create-resource-server'
import { MINUTE } from '~/platform/durations'
import { findAppVersion, listReviewMessages } from '~db/queries/apps'
import { listAuditEvents } from '~db/queries/audit'
import { listClientGrants } from '~db/queries/client-grants'
import { findClient } from '~db/queries/clients'
import { freshTenant, submittedApp } from '~tests/admin/fixtures'
import { decideAsRead, readSubmission, requireApp } from '~tests/support/fixtures'

it('an approval makes the submitted version live, for everyone, and tells the partner', async () => {
  const tenant = await freshTenant()
  const { clientId, version, user } = await submittedApp(tenant)
  await decideAsRead(tenant.ctx, version.id, { decision: 'approve', message: 'Welcome' })
  const { app, client, live } = await requireApp(tenant.ctx, clientId)
  expect(app).toMatchObject({ liveVersionId: version.id, proposedVersionId: null })
  expect(live).toMatchObject({ state: 'approved', decidedBy: tenant.owner.userId })
  expect(client).toMatchObject({ availability: 'everyone', name: 'Photo Print' })
  expect(await listReviewMessages(tenant.ctx.db, clientId)).toMatchObject([
    { act: 'submit' },
    { act: 'approve', authorSide: 'tenant', message: 'Welcome' },
  ])
  expect(await listAuditEvents(tenant.ctx.db, { action: 'app.approved' }, 10)).toMatchObject([{ clientId }])
  expect(tenant.mails.at(-1)).toMatchObject({ to: user.email, subject: expect.stringContaining('was approved') })
})

it('a change of a live app takes over in one step, and the client obeys the old version until then', async () => {
  const tenant = await freshTenant()
  const { clientId, version, partnerCtx } = await submittedApp(tenant)
  await decideAsRead(tenant.ctx, version.id, { decision: 'approve' })
  tenant.clock.advance(MINUTE)
  const before = await requireApp(tenant.ctx, clientId)
  await editApp(partnerCtx, before, { ...version.manifest, name: 'Photo Press' })
  await submitVersion(partnerCtx, await requireApp(tenant.ctx, clientId), '')
  const { proposed, client } = await requireApp(tenant.ctx, clientId)
  expect(client.name).toBe('Photo Print')
  await decideAsRead(tenant.ctx, proposed?.id ?? '', { decision: 'approve' })
  const after = await requireApp(tenant.ctx, clientId)
  expect(after).toMatchObject({ client: { name: 'Photo Press' }, live: { id: proposed?.id, state: 'approved' } })
  expect(await findAppVersion(tenant.ctx.db, version.id)).toMatchObject({ state: 'superseded' })
})

it('a rejected change leaves the live version as it is', async () => {
  const tenant = await freshTenant()
  const { clientId, version, partnerCtx } = await submittedApp(tenant)
  await decideAsRead(tenant.ctx, version.id, { decision: 'approve' })
  await editApp(partnerCtx, await requireApp(tenant.ctx, clientId), { ...version.manifest, name: 'Bank' })
  await submitVersion(partnerCtx, await requireApp(tenant.ctx, clientId), '')
  const { proposed } = await requireApp(tenant.ctx, clientId)
  await decideAsRead(tenant.ctx, proposed?.id ?? '', { decision: 'reject', message: 'This is not your name.' })
  expect(await requireApp(tenant.ctx, clientId)).toMatchObject({
    app: { liveVersionId: version.id },
    client: { name: 'Photo Print', availability: 'everyone' },
    proposed: { state: 'rejected' },
  })
})

it('of owners who decide at the same moment one wins, and the others are told', async () => {
  const tenant = await freshTenant()
  const { clientId, version } = await submittedApp(tenant)
  const verdicts = ['approve', 'reject', 'request_changes', 'approve'] as const
  const results = await Promise.allSettled(
    verdicts.map((decision) => decideAsRead(tenant.ctx, version.id, { decision, message: 'Because of the name' })),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
  }
  const messages = await listReviewMessages(tenant.ctx.db, clientId)
  expect(messages.filter(({ authorSide }) => authorSide === 'tenant')).toHaveLength(1)
})

it('a withdrawn version cannot be decided, and nothing changes', async () => {
  const tenant = await freshTenant()
  const { clientId, version, partnerCtx } = await submittedApp(tenant)
  await withdrawVersion(partnerCtx, await requireApp(tenant.ctx, clientId))
  await expect(decideAsRead(tenant.ctx, version.id, { decision: 'approve' })).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ availability: 'testers' })
})

it('what is approved is what was read: a submission that was changed and sent again meanwhile is not', async () => {
  const tenant = await freshTenant()
  const { clientId, version, partnerCtx } = await submittedApp(tenant)
  const seen = await readSubmission(tenant.ctx, version.id)
  await withdrawVersion(partnerCtx, await requireApp(tenant.ctx, clientId))
  await editApp(partnerCtx, await requireApp(tenant.ctx, clientId), {
    ...version.manifest,
    callbacks: ['https://evil.example/cb'],
  })
  tenant.clock.advance(MINUTE)
  await submitVersion(partnerCtx, await requireApp(tenant.ctx, clientId), '')
  await expect(decideReview(tenant.ctx, version.id, { decision: 'approve', message: '', seen })).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ availability: 'testers' })
})

it('an app that acts in its own name gets client grants for the approved scopes, and for no other', async () => {
  const tenant = await freshTenant()
  const identifier = 'https://api.example.com/'
  const scope = { description: 'Read orders', sensitivity: 'basic' as const }
  await createResourceServer(tenant.ctx, {
    name: 'Orders',
    identifier,
    openToPartners: true,
    scopes: [
      { ...scope, value: 'read:orders' },
      { ...scope, value: 'write:orders' },
    ],
  })
  const request = { audience: identifier, reason: 'To print the orders', required: true }
  const { clientId, version } = await submittedApp(tenant, {
    appType: 'non_interactive',
    scopeRequests: [{ ...request, scope: 'read:orders' }],
  })
  expect(await listClientGrants(tenant.ctx.db, clientId)).toEqual([])
  await decideAsRead(tenant.ctx, version.id, { decision: 'approve' })
  expect(await listClientGrants(tenant.ctx.db, clientId)).toMatchObject([
    { audience: identifier, scope: ['read:orders'] },
  ])
})
