/** The mail that asks somebody to test an app, and the page behind its link. */
import { expect, it } from 'vitest'
import { addTester, removeTester } from '~/domain/apps/testers'
import { isOpenTo } from '~/domain/clients/availability'
import { suspendApp } from '~/domain/moderation/suspend-app'
import * as testing from '~/routes/account._area.testing'
import * as testers from '~/routes/portal._app.apps_.$clientId_.testers'
import { listAppTesters } from '~db/queries/apps'
import { createPortalApp, requireApp } from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf } from '~tests/support/people'
import { createTestServices } from '~tests/support/services'
import { readAndPress } from '~tests/support/shown-page'

async function invited(address: string) {
  const services = await createTestServices()
  const partner = await createPartner(services)
  const app = await createPortalApp(partner)
  const details = await requireApp(services, app.clientId)
  await addTester(partner.ctx, details, address)
  const { pathname, search } = services.mailer.link(address)
  return { services, partner, details, client: app.client, link: pathname + search }
}

it('makes a tester of who follows the link with the account of that address, once', async () => {
  const { services, client, link } = await invited('eve@example.com')
  const eve = await createEndUser(services, { email: 'eve@example.com' })
  const visitor = await openVisitorOf(services, 'account', eve)
  expect((await visitor.load(testing, link)).value).toMatchObject({ isForThem: true, app: { name: 'Photo Print' } })
  expect(await isOpenTo(services, client, eve.user)).toBe(false)
  expect((await readAndPress(visitor, testing, link, 'accept')).location).toBe('/account/apps?done=testing-accepted')
  expect(await isOpenTo(services, client, eve.user)).toBe(true)
  expect((await readAndPress(visitor, testing, link, 'accept')).status).toBe(410)
})

it('makes nobody else one, and nobody once the address was taken off the list', async () => {
  const { services, partner, details, client, link } = await invited('eve@example.com')
  const mallory = await createEndUser(services, { isVerified: true })
  const visitor = await openVisitorOf(services, 'account', mallory)
  expect((await visitor.load(testing, link)).value).toMatchObject({ isForThem: false, email: 'eve@example.com' })
  expect((await readAndPress(visitor, testing, link, 'accept')).status).toBe(403)
  expect(await isOpenTo(services, client, mallory.user)).toBe(false)
  await removeTester(partner.ctx, details, 'eve@example.com')
  const eve = await openVisitorOf(services, 'account', await createEndUser(services, { email: 'eve@example.com' }))
  expect((await readAndPress(eve, testing, link, 'accept')).status).toBe(410)
})

it('mails nobody in the name of an app that is suspended', async () => {
  const { services, partner, details } = await invited('eve@example.com')
  await suspendApp(partner.ctx, details.client.clientId, 'It was misused.')
  const visitor = await openVisitorOf(services, 'portal', partner)
  const path = `/portal/apps/${details.client.clientId}/testers`
  const fields = { intent: 'add-tester', email: 'mia@example.com' }
  expect((await visitor.send(testers, path, fields, { params: { clientId: details.client.clientId } })).status).toBe(
    403,
  )
  expect((await listAppTesters(services.db, details.client.clientId)).map(({ email }) => email)).toEqual([
    'eve@example.com',
  ])
})
