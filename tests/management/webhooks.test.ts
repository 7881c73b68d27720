import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { beginTurns, sweepEventDeliveries } from '~/domain/webhooks/deliver-events'
import { DAY, HOUR, MINUTE, SECOND } from '~/platform/durations'
import { backgroundContext } from '~/services'
import { openEventReceiver, type ReceivedRequest } from '~tests/support/event-receiver'
import { createSubmittedApp } from '~tests/support/fixtures'
import { createPartner, findOwner } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

type Message = { type: string; timestamp: string; data: Record<string, unknown> }
type Delivery = { id: string; type: string; state: string; attempts: { status?: number; problem?: string }[] }

let world: ManagementWorld
let ctx: AppContext
beforeEach(async () => {
  world = await createManagementWorld()
  ctx = backgroundContext(world.services)
})

async function deliver(node: AppContext = ctx) {
  await Promise.all(await beginTurns(node))
}

/** Lets what happened settle, and delivers. */
async function settle() {
  world.services.clock.advance(6 * SECOND)
  await deliver()
}

const record = (clientId: string) =>
  ctx.db.run(auditEvent(ctx, 'app.approved', { type: 'client', id: clientId }, { clientId }))

async function openWebhook(url: string, events: string[] = ['app.approved']): Promise<{ id: string; secret: string }> {
  const made = await world.call('POST', '/webhooks', { url, events })
  expect(made.status, made.text).toBe(201)
  return { id: String(made.json.id), secret: String(made.json.secret) }
}

const call = async (...[method, path, body]: Parameters<ManagementWorld['call']>) =>
  world.call(method, path, body, await world.tokenFor())

async function deliveriesOf(id: string): Promise<Delivery[]> {
  return JSON.parse((await call('GET', `/webhooks/${id}/deliveries`)).text) as Delivery[]
}

/** As a receiver checks a message: the time of the test stands for its own. */
function verify(secret: string, { body, headers }: ReceivedRequest): Message {
  const realNow = Date.now
  Date.now = () => world.services.clock.now()
  try {
    return new Webhook(secret).verify(body, headers) as Message
  } finally {
    Date.now = realNow
  }
}

const clientsIn = (requests: ReceivedRequest[]) =>
  requests.map(({ body }) => (JSON.parse(body) as Message).data.client_id)

describe('a webhook', () => {
  it.each([
    ['paused', { status: 'paused' }],
    ['moved', { url: 'http://127.0.0.1:9/elsewhere' }],
    ['re-keyed', undefined],
  ])('that is %s is sent nothing more in the turn that is under way', async (_how, change) => {
    let id = ''
    const { received, url } = await openEventReceiver((_request, response) => {
      const changed = change
        ? call('PATCH', `/webhooks/${id}`, change)
        : call('POST', `/webhooks/${id}/rotate-secret`, { overlap_hours: 0 })
      void changed.then(() => response.writeHead(204).end())
      return undefined
    })
    id = (await openWebhook(url)).id
    for (const clientId of ['one', 'two', 'three']) await record(clientId)
    await settle()
    expect(received).toHaveLength(1)
  })

  it('is made with a secret that no later answer has, changed and deleted', async () => {
    const url = 'https://hooks.example.com/in'
    const made = await world.call('POST', '/webhooks', { url, events: ['app.approved', 'app.approved'] })
    const { secret, ...rest } = made.json
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(rest).toEqual({
      id: expect.stringMatching(/^whk_/),
      name: 'hooks.example.com',
      url,
      events: ['app.approved'],
      status: 'active',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    const change = { name: 'Hooks', events: ['app.rejected'], status: 'paused' }
    const changed = await world.call('PATCH', `/webhooks/${rest.id}`, change)
    expect(changed.json).toEqual({ ...rest, ...change, updated_at: expect.any(String) })
    const listed = await world.call('GET', '/webhooks')
    expect(JSON.parse(listed.text)).toEqual([changed.json])
    const log = await world.call('GET', '/logs?q=type:sapi&per_page=2')
    expect(JSON.parse(log.text)).toMatchObject([
      { details: { action: 'webhook.updated' } },
      { details: { action: 'webhook.created' } },
    ])
    for (const { text } of [changed, listed, log]) expect(text).not.toContain(String(secret))
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect((await world.call('DELETE', `/webhooks/${rest.id}`)).status).toBe(204)
    }
    expect((await world.call('GET', `/webhooks/${rest.id}`)).json).toMatchObject({ errorCode: 'inexistent_webhook' })
  })

  it.each([
    ['no events', { events: [] }],
    ['an event that there is not', { events: ['user.signed-in'] }],
    ['an address of another machine without TLS', { url: 'http://hooks.example.com/' }],
  ])('is refused with %s', async (_what, given) => {
    const answer = await world.call('POST', '/webhooks', {
      url: 'https://a.example.com/',
      events: ['app.approved'],
      ...given,
    })
    expect(answer.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_body' })
  })

  it('and what it was told are reached with the scopes for webhooks only', async () => {
    const { id } = await openWebhook('https://hooks.example.com/')
    const bearer = await world.tokenFor('read:logs update:log_streams')
    const calls = [
      ['GET', '/webhooks'],
      ['POST', '/webhooks'],
      ['GET', `/webhooks/${id}`],
      ['GET', `/webhooks/${id}/deliveries`],
      ['POST', `/webhooks/${id}/ping`],
      ['POST', `/webhooks/${id}/rotate-secret`],
    ] as const
    for (const [method, path] of calls) expect((await world.call(method, path, undefined, bearer)).status).toBe(403)
  })
})

describe('its receiver', () => {
  it('is told of what it asked for, from then on, in messages that the library verifies', async () => {
    const { url, received } = await openEventReceiver()
    const partner = await createPartner(world.services)
    const before = await createSubmittedApp(partner)
    const { secret } = await openWebhook(url, ['app.submitted', 'app.suspended'])
    const { clientId } = await createSubmittedApp(partner)
    const owner = await findOwner(world.services)
    await suspendApp(owner.ctx, clientId, 'It asks for too much.')
    await settle()
    const messages = received.map((request) => verify(secret, request))
    expect(messages.map(({ type }) => type)).toEqual(['app.submitted', 'app.suspended'])
    expect(messages[1]).toEqual({
      type: 'app.suspended',
      timestamp: expect.any(String),
      data: {
        event_id: expect.any(String),
        actor: { type: 'user', id: owner.user.userId, name: owner.user.name },
        target: { type: 'client', id: clientId, name: 'Photo Print' },
        client_id: clientId,
        user_id: null,
        partner_id: partner.partner.id,
        details: { reason: 'It asks for too much.' },
      },
    })
    expect(JSON.stringify(messages)).not.toContain(before.clientId)
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.stringMatching(/^msg_/),
      'webhook-timestamp': String(Math.floor(world.services.clock.now() / 1000)),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/=]+$/),
    })
  })

  it('notices a message that was changed on its way, and one that is signed by somebody else', async () => {
    const { url, received } = await openEventReceiver()
    const { secret } = await openWebhook(url)
    const other = await openWebhook('https://hooks.example.com/')
    await record('one')
    await settle()
    const [request] = received as [ReceivedRequest]
    expect(() => verify(secret, { ...request, body: request.body.replace('one', 'two') })).toThrow()
    expect(() => verify(other.secret, request)).toThrow()
    world.services.clock.advance(10 * MINUTE)
    expect(() => verify(secret, request), 'too old').toThrow()
  })

  it('verifies with the old and the new secret while a rotation overlaps, then with the new one alone', async () => {
    const { url, received } = await openEventReceiver()
    const { id, secret: old } = await openWebhook(url)
    const rotated = await call('POST', `/webhooks/${id}/rotate-secret`, { overlap_hours: 2 })
    const secret = String(rotated.json.secret)
    expect(secret).not.toBe(old)
    expect(rotated.json.previous_secret_until).toBe(new Date(world.services.clock.now() + 2 * HOUR).toISOString())
    await record('one')
    await settle()
    for (const key of [old, secret]) expect(verify(key, received[0] as ReceivedRequest).type).toBe('app.approved')
    world.services.clock.advance(2 * HOUR)
    await record('two')
    await settle()
    expect(verify(secret, received[1] as ReceivedRequest).type).toBe('app.approved')
    expect(() => verify(old, received[1] as ReceivedRequest)).toThrow()
    expect((await call('GET', `/webhooks/${id}`)).json).not.toHaveProperty('previous_secret_until')
  })

  it('alone gets its test message', async () => {
    const { url, received } = await openEventReceiver()
    const other = await openEventReceiver()
    const { id, secret } = await openWebhook(url)
    await openWebhook(other.url)
    expect((await world.call('POST', `/webhooks/${id}/ping`)).status).toBe(202)
    await settle()
    expect(received.map((request) => verify(secret, request).type)).toEqual(['webhook.ping'])
    expect(other.received).toHaveLength(0)
    await world.call('PATCH', `/webhooks/${id}`, { status: 'paused' })
    expect((await world.call('POST', `/webhooks/${id}/ping`)).status).toBe(409)
  })

  it('is told after a pause of what happened in it', async () => {
    const { url, received } = await openEventReceiver()
    const { id } = await openWebhook(url)
    await world.call('PATCH', `/webhooks/${id}`, { status: 'paused' })
    await record('one')
    await settle()
    expect(received).toHaveLength(0)
    await world.call('PATCH', `/webhooks/${id}`, { status: 'active' })
    await deliver()
    expect(clientsIn(received)).toEqual(['one'])
  })
})

describe('a message that is not taken', () => {
  it('is sent again with the same id after longer and longer waits, and given up in the end', async () => {
    const { url, received } = await openEventReceiver(() => 500)
    const { id } = await openWebhook(url)
    await record('one')
    await settle()
    const waits = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 1 * DAY]
    for (const [index, wait] of waits.entries()) {
      world.services.clock.advance(wait - 1)
      await deliver()
      expect(received, `wait ${index} is not over`).toHaveLength(index + 1)
      world.services.clock.advance(1)
      await deliver()
      expect(received, `wait ${index} is over`).toHaveLength(index + 2)
    }
    world.services.clock.advance(7 * DAY)
    await deliver()
    expect(received).toHaveLength(waits.length + 1)
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const [delivery] = await deliveriesOf(id)
    expect(delivery).toMatchObject({ type: 'app.approved', state: 'failed' })
    expect(delivery?.attempts).toHaveLength(10)
    expect(delivery?.attempts[0]).toMatchObject({ status: 500, problem: 'it answered 500' })
  })

  it('holds up no other', async () => {
    const { url, received } = await openEventReceiver(({ body }) => (body.includes('"bad"') ? 500 : 200))
    const { id } = await openWebhook(url)
    for (const clientId of ['bad', 'good', 'better']) await record(clientId)
    await settle()
    expect(clientsIn(received)).toEqual(['bad', 'good', 'better'])
    expect((await deliveriesOf(id)).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'pending'])
  })

  it('for days, with all others, suspends the webhook', async () => {
    const { url } = await openEventReceiver(() => 500)
    const { id } = await openWebhook(url)
    for (let day = 0; day < 7; day += 1) {
      await record(`day ${day}`)
      await settle()
      world.services.clock.advance(1 * DAY)
    }
    expect((await call('GET', `/webhooks/${id}`)).json).toMatchObject({
      status: 'suspended',
      last_problem: 'it answered 500',
    })
  })

  it('by a server that is not there is put down as such', async () => {
    const { id } = await openWebhook('http://127.0.0.1:1/nobody')
    await record('one')
    await settle()
    const [delivery] = await deliveriesOf(id)
    expect(delivery?.attempts).toEqual([
      { at: expect.any(String), milliseconds: 0, problem: expect.stringContaining('ECONNREFUSED') },
    ])
  })

  it('is not led elsewhere by a redirect', async () => {
    const elsewhere = await openEventReceiver()
    const { url } = await openEventReceiver((_request, response) => {
      response.setHeader('location', elsewhere.url)
      return 307
    })
    const { id } = await openWebhook(url)
    await record('one')
    await settle()
    expect(elsewhere.received).toHaveLength(0)
    expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'pending', attempts: [{ status: 307 }] })
  })
})

describe('a delivery', () => {
  it('is made again when somebody asks, with the same id', async () => {
    let status = 500
    const { url, received } = await openEventReceiver(() => status)
    const { id } = await openWebhook(url)
    await record('one')
    await settle()
    status = 200
    const [failed] = await deliveriesOf(id)
    const again = await world.call('POST', `/webhooks/${id}/deliveries/${failed?.id}/redeliver`)
    expect(again.status).toBe(202)
    await deliver()
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([failed?.id, failed?.id])
    const delivered = await world.call('GET', `/webhooks/${id}/deliveries/${failed?.id}`)
    expect(delivered.json).toMatchObject({ state: 'delivered', attempts: [{ status: 500 }, { status: 200 }] })
    await world.call('POST', `/webhooks/${id}/deliveries/${failed?.id}/redeliver`)
    await deliver()
    expect(received, 'also one that was taken').toHaveLength(3)
  })

  it('of another webhook is not found', async () => {
    const { url } = await openEventReceiver()
    const { id } = await openWebhook(url)
    const other = await openWebhook('https://hooks.example.com/')
    await record('one')
    await settle()
    const [delivery] = await deliveriesOf(id)
    const path = `/webhooks/${other.id}/deliveries/${delivery?.id}`
    expect((await world.call('GET', path)).status).toBe(404)
    expect((await world.call('POST', `${path}/redeliver`)).status).toBe(404)
  })

  it('is listed page by page, the newest first, and forgotten after a month', async () => {
    const { url } = await openEventReceiver()
    const { id } = await openWebhook(url)
    for (const clientId of ['one', 'two', 'three']) await record(clientId)
    await settle()
    const all = await deliveriesOf(id)
    expect(all.map((one) => one.id)).toEqual(
      all
        .map((one) => one.id)
        .sort()
        .reverse(),
    )
    const page = await world.call('GET', `/webhooks/${id}/deliveries?per_page=2&page=1&include_totals=true`)
    expect(page.json).toMatchObject({ total: 3, deliveries: [{ id: all[2]?.id }] })
    world.services.clock.advance(31 * DAY)
    await sweepEventDeliveries(ctx)
    expect(await deliveriesOf(id)).toEqual([])
  })
})

it('two nodes that take it up at the same moment send each message once', async () => {
  const { url, received } = await openEventReceiver()
  await openWebhook(url)
  const names = Array.from({ length: 20 }, (_, round) => `round ${round}`)
  for (const name of names) {
    await record(name)
    world.services.clock.advance(6 * SECOND)
    await Promise.all([deliver(), deliver(), deliver()])
  }
  expect(clientsIn(received)).toEqual(names)
})
