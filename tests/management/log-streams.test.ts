import { beforeEach, describe, expect, it } from 'vitest'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { beginTurns } from '~/domain/webhooks/deliver-events'
import { MAX_LOG_STREAMS } from '~/domain/webhooks/receiver-fields'
import { DAY, HOUR, MINUTE, SECOND } from '~/platform/durations'
import { backgroundContext } from '~/services'
import { openEventReceiver, type ReceivedRequest } from '~tests/support/event-receiver'
import { OWNER } from '~tests/support/test-environment'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
let ctx: AppContext
beforeEach(async () => {
  world = await createManagementWorld()
  ctx = backgroundContext(world.services)
})

/** What happens every second. */
async function deliver(node: AppContext = ctx) {
  await Promise.all(await beginTurns(node))
}

async function record(...names: string[]) {
  for (const name of names) {
    await ctx.db.run(auditEvent(ctx, 'app.approved', { type: 'client', id: name, name }, { clientId: name }))
  }
}

/** Records what happened, lets it settle, and delivers. */
async function tell(...names: string[]) {
  await record(...names)
  world.services.clock.advance(6 * SECOND)
  await deliver()
}

async function openStream(url: string, more: object = {}, sink: object = {}): Promise<string> {
  const filters = [{ type: 'category', name: 'other' }]
  const body = { name: 'Collector', type: 'http', filters, sink: { httpEndpoint: url, ...sink }, ...more }
  const made = await world.call('POST', '/log-streams', body)
  expect(made.status, made.text).toBe(201)
  return String(made.json.id)
}

const read = async (id: string) =>
  (await world.call('GET', `/log-streams/${id}`, undefined, await world.tokenFor())).json
const change = async (id: string, body: object) =>
  world.call('PATCH', `/log-streams/${id}`, body, await world.tokenFor())

type Line = { log_id: string; data: { type: string; client_id: string } }
const linesOf = ({ body }: ReceivedRequest): Line[] => body.split('\n').map((line) => JSON.parse(line))
const namesIn = (requests: ReceivedRequest[]) =>
  requests.flatMap((request) =>
    linesOf(request)
      .filter(({ data }) => data.type === 'app.approved')
      .map(({ data }) => data.client_id),
  )

describe('a log stream', () => {
  it("is made, read, changed member by member and deleted in Auth0's shape; its secrets are in no answer", async () => {
    const { url } = await openEventReceiver()
    const sink = {
      httpEndpoint: url,
      httpContentType: 'application/json',
      httpContentFormat: 'JSONARRAY',
      httpAuthorization: 'Bearer of-the-receiver',
      httpCustomHeaders: [{ header: 'X-Team', value: 'platform-team' }],
    }
    const made = await world.call('POST', '/log-streams', { name: 'Collector', type: 'http', sink })
    expect(made.json).toEqual({
      id: expect.stringMatching(/^lst_/),
      name: 'Collector',
      type: 'http',
      status: 'active',
      isPriority: false,
      filters: [],
      sink: {
        httpEndpoint: url,
        httpContentType: 'application/json',
        httpContentFormat: 'JSONARRAY',
        httpCustomHeaders: [{ header: 'X-Team' }],
      },
    })
    const id = String(made.json.id)
    const filters = [{ type: 'category', name: 'auth.login.fail' }]
    const changed = await change(id, { status: 'paused', filters, sink: { httpContentFormat: 'JSONOBJECT' } })
    expect(changed.json).toEqual({
      ...made.json,
      status: 'paused',
      filters,
      sink: { ...(made.json.sink as object), httpContentFormat: 'JSONOBJECT' },
    })
    expect(JSON.parse((await world.call('GET', '/log-streams')).text)).toEqual([changed.json])
    const log = await world.call('GET', '/logs?q=type:sapi&per_page=2')
    expect(JSON.parse(log.text)).toMatchObject([
      { details: { action: 'log-stream.updated' } },
      { details: { action: 'log-stream.created' } },
    ])
    for (const { text } of [made, changed, log]) expect(text).not.toMatch(/of-the-receiver|platform-team/)
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect((await world.call('DELETE', `/log-streams/${id}`)).status).toBe(204)
    }
    expect((await world.call('GET', `/log-streams/${id}`)).status).toBe(404)
  })

  it.each([
    ['plain http to elsewhere', { sink: { httpEndpoint: 'http://logs.example.com/' } }],
    ['a password in the address', { sink: { httpEndpoint: 'https://me:secret@logs.example.com/' } }],
    ['another scheme', { sink: { httpEndpoint: 'file:///etc/passwd' } }],
    ['a line break in a header', { sink: { httpAuthorization: 'Bearer x\r\nhost: evil.example.com' } }],
    ['a header that is ours', { sink: { httpCustomHeaders: [{ header: 'Host', value: 'evil.example.com' }] } }],
    ['a custom header without a value', { sink: { httpCustomHeaders: [{ header: 'X-Team' }] } }],
    ['a type that is not offered', { type: 'datadog' }],
    ['a category that there is not', { filters: [{ type: 'category', name: 'auth' }] }],
    ['a time that is none', { startFrom: 'yesterday' }],
  ])('is refused with %s', async (_what, { sink, ...body }: { sink?: object; [member: string]: unknown }) => {
    const all = { name: 'x', type: 'http', sink: { httpEndpoint: 'https://logs.example.com/', ...sink }, ...body }
    const answer = await world.call('POST', '/log-streams', all)
    expect(answer.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_body' })
  })

  it('needs its scopes; there are no more than a few', async () => {
    for (const method of ['GET', 'POST'] as const) {
      expect((await world.call(method, '/log-streams', undefined, await world.tokenFor('read:logs'))).status).toBe(403)
    }
    for (let n = 0; n < MAX_LOG_STREAMS; n += 1) await openStream('https://logs.example.com/')
    const body = { type: 'http', sink: { httpEndpoint: 'https://logs.example.com/' } }
    expect((await world.call('POST', '/log-streams', body)).status).toBe(409)
  })
})

describe('its receiver', () => {
  it('gets each entry of its categories once, in order, with the headers that were given', async () => {
    const { url, received } = await openEventReceiver()
    const sink = { httpAuthorization: 'Bearer x', httpCustomHeaders: [{ header: 'X-Team', value: 'platform' }] }
    const id = await openStream(url, {}, sink)
    await change(id, { sink: { httpCustomHeaders: [{ header: 'x-team' }] } })
    await tell('one', 'two')
    await tell('three')
    await deliver()
    expect(namesIn(received)).toEqual(['one', 'two', 'three'])
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: '/events',
      headers: { authorization: 'Bearer x', 'x-team': 'platform', 'content-type': 'application/json' },
    })
    const [line] = linesOf(received.at(-1) as ReceivedRequest)
    const entry = await world.call('GET', `/logs/${line?.log_id}`)
    expect(line?.data, 'the entry is the one of the log').toEqual(entry.json)
  })

  it('is not shown what the one before was', async () => {
    const [before, after] = [await openEventReceiver(), await openEventReceiver()]
    const sink = { httpAuthorization: 'Bearer x', httpCustomHeaders: [{ header: 'X-Team', value: 'platform' }] }
    const id = await openStream(before.url, {}, sink)
    const custom = { httpCustomHeaders: [{ header: 'X-Team' }] }
    for (const given of [{}, custom, { httpAuthorization: 'Bearer y' }, { ...custom, httpAuthorization: '' }])
      expect((await change(id, { sink: { httpEndpoint: after.url, ...given } })).status).toBe(400)
    expect((await change(id, { sink: { httpEndpoint: `${before.url}/more` } })).status).toBe(200)
    const anew = { httpAuthorization: '', httpCustomHeaders: [{ header: 'X-Team', value: 'new' }] }
    expect((await change(id, { sink: { httpEndpoint: after.url, ...anew } })).status).toBe(200)
    await tell('one')
    expect(before.received).toEqual([])
    expect(after.received[0]?.headers).toMatchObject({ 'x-team': 'new' })
    expect(after.received[0]?.headers).not.toHaveProperty('authorization')
  })

  it('gets arrays, lines or single objects', async () => {
    const bodies = async (httpContentFormat: string) => {
      const { url, received } = await openEventReceiver()
      await openStream(url, {}, { httpContentFormat })
      await tell('one', 'two')
      return received.map(({ body }) => body).filter((body) => body.includes('app.approved'))
    }
    const [array] = await bodies('JSONARRAY')
    expect(JSON.parse(array ?? '')).toEqual(
      expect.arrayContaining([
        { log_id: expect.any(String), data: expect.objectContaining({ client_id: 'one' }) },
        { log_id: expect.any(String), data: expect.objectContaining({ client_id: 'two' }) },
      ]),
    )
    const objects = await bodies('JSONOBJECT')
    expect(objects.map((body) => JSON.parse(body).data.client_id)).toEqual(['one', 'two'])
  })

  it('gets what happened since a time, and nothing while it is paused; then it goes on from where it stopped', async () => {
    const { url, received } = await openEventReceiver()
    await record('before')
    world.services.clock.advance(MINUTE)
    const startFrom = new Date(world.services.clock.now()).toISOString()
    await record('since')
    const id = await openStream(url, { startFrom })
    await tell('now')
    expect(namesIn(received)).toEqual(['since', 'now'])
    await change(id, { status: 'paused' })
    await tell('paused')
    expect(namesIn(received)).toHaveLength(2)
    await change(id, { status: 'active' })
    await deliver()
    expect(namesIn(received)).toEqual(['since', 'now', 'paused'])
  })

  it('is told nothing that a transaction could still be put before', async () => {
    const { url, received } = await openEventReceiver()
    await openStream(url)
    await record('soon')
    await deliver()
    expect(namesIn(received)).toEqual([])
    world.services.clock.advance(6 * SECOND)
    await deliver()
    expect(namesIn(received)).toEqual(['soon'])
  })

  it('gets hundreds of entries page by page', async () => {
    const { url, received } = await openEventReceiver()
    await openStream(url)
    const names = Array.from({ length: 250 }, (_, n) => `app ${n}`)
    await tell(...names)
    expect(namesIn(received)).toEqual(names)
    for (const request of received) expect(linesOf(request).length).toBeLessThanOrEqual(100)
  })
})

describe('a receiver that fails', () => {
  it('is asked again after waits that double, and misses nothing', async () => {
    let status = 500
    const { url, received } = await openEventReceiver(() => status)
    await openStream(url)
    await tell('one')
    expect(received).toHaveLength(1)
    for (const wait of [5, 10, 20, 40].map((seconds) => seconds * SECOND)) {
      const before = received.length
      world.services.clock.advance(wait - 1)
      await deliver()
      expect(received, `not before ${wait} ms`).toHaveLength(before)
      world.services.clock.advance(1)
      await deliver()
      expect(received, `after ${wait} ms`).toHaveLength(before + 1)
    }
    await record('two')
    status = 200
    world.services.clock.advance(80 * SECOND)
    await deliver()
    expect(namesIn(received.slice(-1))).toEqual(['one', 'two'])
    const before = received.length
    await tell('three')
    expect(received, 'it is not behind any more').toHaveLength(before + 1)
  })

  it('in the middle of single objects is sent the rest only', async () => {
    let calls = 0
    const { url, received } = await openEventReceiver(() => {
      calls += 1
      return calls === 3 ? 503 : 200
    })
    await openStream(
      url,
      { filters: [{ type: 'category', name: 'auth.token_exchange.fail' }] },
      {
        httpContentFormat: 'JSONOBJECT',
      },
    )
    for (const clientId of ['one', 'two', 'three', 'four']) {
      await ctx.db.run(auditEvent(ctx, 'token.replayed', undefined, { clientId }))
    }
    world.services.clock.advance(6 * SECOND)
    await deliver()
    world.services.clock.advance(6 * SECOND)
    await deliver()
    const sent = received.map(({ body }) => JSON.parse(body).data.client_id)
    expect(sent).toEqual(['one', 'two', 'three', 'three', 'four'])
  })

  it('for days is suspended, which the log tells, until somebody resumes it', async () => {
    let status = 500
    const { url, received } = await openEventReceiver(() => status)
    const id = await openStream(url)
    await tell('one')
    for (let hour = 0; hour < 5 * 24 + 1; hour += 1) {
      world.services.clock.advance(1 * HOUR)
      await deliver()
    }
    expect(await read(id)).toMatchObject({ status: 'suspended' })
    const asked = received.length
    world.services.clock.advance(1 * DAY)
    await deliver()
    expect(received).toHaveLength(asked)
    const q = encodeURIComponent('type:log-stream.suspended')
    const log = await world.call('GET', `/logs?q=${q}`, undefined, await world.tokenFor())
    expect(JSON.parse(log.text)).toMatchObject([{ details: { target: { id }, problem: 'it answered 500' } }])
    status = 200
    await change(id, { status: 'active' })
    await deliver()
    expect(await read(id)).toMatchObject({ status: 'active' })
    expect(namesIn(received.slice(asked))).toContain('one')
  })

  it('with 410 is suspended at once, and the members of the tenant are told', async () => {
    const { url } = await openEventReceiver(() => 410)
    const id = await openStream(url)
    await tell('one')
    expect(await read(id)).toMatchObject({ status: 'suspended' })
    const mail = world.services.mailer.last(OWNER.email)
    expect(mail.subject).toContain('was suspended')
    expect(mail.text).toContain('it answered 410')
  })

  it('by not answering keeps nobody else waiting', async () => {
    let release = () => {}
    const slow = await openEventReceiver((_request, response) => {
      release = () => void response.end()
      return undefined
    })
    const quick = await openEventReceiver()
    await openStream(slow.url)
    await openStream(quick.url)
    await record('one')
    world.services.clock.advance(6 * SECOND)
    const turns = await beginTurns(ctx)
    await expect.poll(() => namesIn(quick.received)).toEqual(['one'])
    await record('two')
    world.services.clock.advance(6 * SECOND)
    // The slow one is still at its first request: it is given no second.
    const later = await beginTurns(ctx)
    await expect.poll(() => namesIn(quick.received)).toEqual(['one', 'two'])
    expect(slow.received).toHaveLength(1)
    release()
    await Promise.all([...turns, ...later])
  })
})

it('two nodes that take it up at the same moment send each entry once', async () => {
  const { url, received } = await openEventReceiver()
  await openStream(url)
  for (let round = 0; round < 20; round += 1) {
    await record(`round ${round}`)
    world.services.clock.advance(6 * SECOND)
    await Promise.all([deliver(), deliver(), deliver()])
  }
  expect(namesIn(received)).toEqual(Array.from({ length: 20 }, (_, round) => `round ${round}`))
})

it('what a node that died had taken up is sent by another, after a while', async () => {
  const { url, received } = await openEventReceiver()
  await openStream(url)
  await record('one')
  world.services.clock.advance(6 * SECOND)
  const dying = { ...ctx, outbound: () => new Promise<never>(() => {}) }
  void beginTurns(dying).then((turns) => Promise.all(turns))
  await expect
    .poll(async () => (await ctx.db.handle.sql.select().from(ctx.db.handle.t.eventReceivers))[0]?.nextTurnAt)
    .toBe(world.services.clock.now() + MINUTE)
  await deliver()
  expect(received).toHaveLength(0)
  world.services.clock.advance(MINUTE)
  await deliver()
  expect(namesIn(received)).toEqual(['one'])
})

it('a process that ends lets go after the request that it is at, and another goes on at once', async () => {
  const ending = new AbortController()
  const { url, received } = await openEventReceiver(() => {
    ending.abort()
    return 204
  })
  await openStream(url, {}, { httpContentFormat: 'JSONOBJECT' })
  await record('one', 'two', 'three')
  world.services.clock.advance(6 * SECOND)
  await Promise.all(await beginTurns(ctx, ending.signal))
  expect(namesIn(received)).toEqual(['one'])
  await deliver()
  expect(namesIn(received)).toEqual(['one', 'two', 'three'])
})
