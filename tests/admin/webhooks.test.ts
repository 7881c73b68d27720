import { expect, it } from 'vitest'
import { auditEvent } from '~/domain/audit/audit-event'
import { beginTurns } from '~/domain/webhooks/deliver-events'
import { SECOND } from '~/platform/durations'
import * as webhooks from '~/routes/admin._area.settings_.webhooks'
import * as webhook from '~/routes/admin._area.settings_.webhooks_.$id'
import { backgroundContext } from '~/services'
import { insertTenantMember } from '~db/queries/teams'
import type { Fields } from '~tests/support/context'
import { openEventReceiver } from '~tests/support/event-receiver'
import { createPartner, openVisitorOf } from '~tests/support/people'
import { freshTenant } from './fixtures'

const PATH = '/admin/settings/webhooks'

type Made = { webhookSecret: string }
type List = { page: { webhooks: { id: string; status: string; address: string }[] } }
type Detail = { page: { webhook: Record<string, unknown>; deliveries: { id: string; state: string; type: string }[] } }

async function tenantWithWebhook(url: string) {
  const tenant = await freshTenant()
  const visitor = await openVisitorOf(tenant.services, 'admin', tenant.person)
  const fields = { intent: 'create', name: 'Billing', url, events: 'app.approved' }
  const { webhookSecret } = (await visitor.send(webhooks, PATH, fields)).value as Made
  const list = async () => ((await visitor.load(webhooks, PATH)).value as List).page.webhooks
  const [made] = await list()
  const id = made?.id ?? ''
  const at = `${PATH}/${id}`
  const ctx = backgroundContext(tenant.services)
  return {
    ...tenant,
    visitor,
    webhookSecret,
    id,
    list,
    send: (given: Fields) => visitor.send(webhook, at, given, { params: { id } }),
    detail: async () => ((await visitor.load(webhook, at, { id })).value as Detail).page,
    async deliver() {
      tenant.clock.advance(6 * SECOND)
      await Promise.all(await beginTurns(ctx))
    },
    approve: () => ctx.db.run(auditEvent(ctx, 'app.approved', { type: 'client', id: 'x' }, { clientId: 'x' })),
  }
}

it('a webhook is added; its secret is in that answer only', async () => {
  const { webhookSecret, list, detail } = await tenantWithWebhook('https://hooks.example.com/in?key=of-the-query')
  expect(webhookSecret).toMatch(/^whsec_/)
  const pages = [await list(), await detail()]
  expect(pages[0]).toMatchObject([{ name: 'Billing', status: 'active', address: 'https://hooks.example.com/in' }])
  expect(JSON.stringify(pages)).not.toContain(webhookSecret)
})

it('what is wrong with it is said at its fields, and what was typed stays', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  const answer = await visitor.send(webhooks, PATH, { intent: 'create', name: 'Billing', url: 'http://example.com/' })
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({
    lastResult: {
      error: { url: [expect.stringContaining('https://')], events: ['Choose what it is told of.'] },
      initialValue: { name: 'Billing', url: 'http://example.com/' },
    },
  })
})

it('it is tried, paused, resumed, changed, given a new secret and deleted', async () => {
  const { url, received } = await openEventReceiver()
  const { send, detail, deliver, approve, list, webhookSecret } = await tenantWithWebhook(url)
  expect((await send({ intent: 'ping' })).location).toContain('notice=webhook-pinged')
  await deliver()
  expect((await detail()).deliveries).toMatchObject([{ type: 'webhook.ping', state: 'delivered' }])

  await send({ intent: 'pause' })
  await approve()
  await deliver()
  expect(received).toHaveLength(1)
  expect((await send({ intent: 'ping' })).status, 'a paused one is not tried').toBe(409)
  await send({ intent: 'resume' })
  await deliver()
  expect(received).toHaveLength(2)

  const { deliveries } = await detail()
  await send({ intent: 'redeliver', delivery: deliveries[0]?.id ?? '' })
  await deliver()
  expect(received[2]?.headers['webhook-id']).toBe(received[1]?.headers['webhook-id'])

  await send({ intent: 'save', name: 'Books', url, events: ['app.rejected', 'consent.revoked'] })
  expect((await detail()).webhook).toMatchObject({ name: 'Books', events: ['app.rejected', 'consent.revoked'] })

  const rotated = (await send({ intent: 'rotate-secret' })).value as Made
  expect(rotated.webhookSecret).toMatch(/^whsec_/)
  expect(rotated.webhookSecret).not.toBe(webhookSecret)

  expect((await send({ intent: 'delete' })).location).toBe(`${PATH}?notice=webhook-deleted`)
  expect(await list()).toEqual([])
  expect((await send({ intent: 'pause' })).status).toBe(404)
})

it('a reviewer sees of its address the host alone, as the rest may be a secret, and changes nothing', async () => {
  const { services, id } = await tenantWithWebhook('https://hooks.example.com/of-the-path?key=of-the-query')
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const reviewer = await openVisitorOf(services, 'admin', person)
  const page = await reviewer.load(webhook, `${PATH}/${id}`, { id })
  expect(page.value).toMatchObject({ page: { webhook: { url: 'https://hooks.example.com' } } })
  const list = await reviewer.load(webhooks, PATH)
  for (const { value } of [page, list]) expect(JSON.stringify(value)).not.toMatch(/of-the-(query|path)/)
  const pause = await reviewer.send(webhook, `${PATH}/${id}`, { intent: 'pause' }, { params: { id } })
  expect(pause.status).toBe(403)
  const fields = { intent: 'create', name: 'x', url: 'https://x.example.com/', events: 'app.approved' }
  expect((await reviewer.send(webhooks, PATH, fields)).status).toBe(403)
})
