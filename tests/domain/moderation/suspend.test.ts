import { expect, it } from 'vitest'
import { newClientRow } from '~/domain/clients/new-client'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { reinstatePartner, suspendPartner } from '~/domain/moderation/suspend-partner'
import { MINUTE } from '~/platform/durations'
import { listReviewMessages } from '~db/queries/apps'
import { findClient, insertClient } from '~db/queries/clients'
import { findPartner } from '~db/queries/partners'
import { freshTenant, submittedApp } from '~tests/admin/fixtures'

const REASON = 'It sends spam to its users.'

it('a suspension is kept with its reason, told to the team, and can be lifted', async () => {
  const tenant = await freshTenant()
  const { clientId, user } = await submittedApp(tenant)
  await suspendApp(tenant.ctx, clientId, REASON)
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ suspendedAt: tenant.clock.now() })
  expect(tenant.mails.at(-1)).toMatchObject({ to: user.email, text: expect.stringContaining(REASON) })
  await expect(suspendApp(tenant.ctx, clientId, REASON)).rejects.toMatchObject({ code: 'conflict' })
  tenant.clock.advance(MINUTE)
  await reinstateApp(tenant.ctx, clientId, '')
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ suspendedAt: null })
  await expect(reinstateApp(tenant.ctx, clientId, '')).rejects.toMatchObject({ code: 'conflict' })
  const messages = await listReviewMessages(tenant.ctx.db, clientId)
  expect(messages.map(({ act }) => act)).toEqual(['submit', 'suspend', 'reinstate'])
})

it('an app that no partner made can be suspended too, a first-party client cannot', async () => {
  const tenant = await freshTenant()
  const given = { name: 'Made by the API', appType: 'regular_web' as const }
  const third = newClientRow(tenant.clock.now(), { ...given, isFirstParty: false })
  const first = newClientRow(tenant.clock.now(), { ...given, isFirstParty: true })
  await tenant.ctx.db.run(insertClient(third))
  await tenant.ctx.db.run(insertClient(first))
  await suspendApp(tenant.ctx, third.clientId, REASON)
  expect(await findClient(tenant.ctx.db, third.clientId)).toMatchObject({ suspendedAt: tenant.clock.now() })
  await expect(suspendApp(tenant.ctx, first.clientId, REASON)).rejects.toMatchObject({ code: 'not_found' })
})

it('an organization is suspended with all its apps, and an app suspended before stays so afterwards', async () => {
  const tenant = await freshTenant()
  const { clientId, partner } = await submittedApp(tenant)
  const other = await submittedApp(tenant)
  await suspendPartner(tenant.ctx, partner.id, REASON)
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ suspendedAt: tenant.clock.now() })
  expect(await findClient(tenant.ctx.db, other.clientId)).toMatchObject({ suspendedAt: null })
  await expect(reinstateApp(tenant.ctx, clientId, '')).rejects.toMatchObject({ code: 'conflict' })
  await reinstatePartner(tenant.ctx, partner.id, '')
  expect(await findPartner(tenant.ctx.db, partner.id)).toMatchObject({ suspendedAt: null })
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ suspendedAt: null })

  await suspendApp(tenant.ctx, clientId, REASON)
  tenant.clock.advance(MINUTE)
  await suspendPartner(tenant.ctx, partner.id, REASON)
  await reinstatePartner(tenant.ctx, partner.id, '')
  expect(await findClient(tenant.ctx.db, clientId)).toMatchObject({ suspendedAt: tenant.clock.now() - MINUTE })
})
