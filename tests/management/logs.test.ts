import { beforeAll, describe, expect, it } from 'vitest'
import { type AuditAction, auditEvent } from '~/domain/audit/audit-event'
import { blockUser } from '~/domain/users/block-user'
import { MINUTE, SECOND } from '~/platform/durations'
import * as signIn from '~/routes/account.sign-in'
import { backgroundContext } from '~/services'
import { visitorContext } from '~tests/support/context'
import { createEndUser, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createManagementWorld, type ManagementWorld } from './management-world'

type Entry = Record<string, unknown> & { _id: string; type: string; date: string; details: Record<string, unknown> }

let world: ManagementWorld
let person: Person
const BEGIN = Date.UTC(2030, 0, 1, 13)
const IP = '2001:dba:77::1'

beforeAll(async () => {
  world = await createManagementWorld()
  const { services } = world
  person = await createEndUser(services)
  services.clock.set(BEGIN)
  const visitor = openVisitor(services, { ip: IP })
  await visitor.send(signIn, '/account/sign-in', { username: person.user.email ?? '', password: 'wrong wrong wrong' })
  await visitor.send(signIn, '/account/sign-in', { username: 'nobody@example.com', password: 'wrong wrong wrong' })
  services.clock.advance(MINUTE)
  await visitor.send(signIn, '/account/sign-in', { username: person.user.email ?? '', password: PASSWORD })
  services.clock.advance(MINUTE)
})

const search = async (q: string, more = '') => {
  const answer = await world.call('GET', `/logs?q=${encodeURIComponent(q)}${more}`)
  expect(answer.status, answer.text).toBe(200)
  return JSON.parse(answer.text) as Entry[]
}
const typesOf = (entries: Entry[]) => entries.map(({ type }) => type)

/** Puts events down as the domain does. */
async function record(count: number, action: AuditAction, subjects: Parameters<typeof auditEvent>[3] = {}) {
  const ctx = backgroundContext(world.services)
  for (let n = 0; n < count; n += 1) await ctx.db.run(auditEvent(ctx, action, undefined, subjects))
}

describe('an entry of the log', () => {
  it("has Auth0's shape and codes: a wrong password, an unknown address, a sign-in", async () => {
    const entries = await search(`ip:"${IP}"`)
    expect(typesOf(entries)).toEqual(['s', 'fu', 'fp'])
    expect(entries[0]).toMatchObject({
      _id: entries[0]?.log_id,
      date: new Date(BEGIN + MINUTE).toISOString(),
      description: 'User signed in',
      connection: 'Username-Password-Authentication',
      user_id: person.user.userId,
      user_name: person.user.name,
      ip: IP,
      user_agent: 'Test browser',
      hostname: 'localhost:3000',
      isMobile: false,
    })
    expect(entries[1]).not.toHaveProperty('user_id')
  })

  it('is found by its id; another is not', async () => {
    const [entry] = await search('type:s')
    expect((await world.call('GET', `/logs/${entry?._id}`)).json).toEqual(entry)
    expect((await world.call('GET', '/logs/0')).json).toMatchObject({ statusCode: 404, errorCode: 'log_not_found' })
  })

  it('tells of a closed account once, and of a blocked person who knew the password', async () => {
    const closed = await createEndUser(world.services)
    const visitor = openVisitor(world.services, { ip: '203.0.113.8' })
    const attempt = () =>
      visitor.send(signIn, '/account/sign-in', { username: closed.user.email ?? '', password: 'wrong wrong wrong' })
    for (let n = 0; n < 13; n += 1) await attempt()
    const entries = await search(`user_id:"${closed.user.userId}" AND type:limit_wc`)
    expect(entries).toHaveLength(1)
    const blocked = await createEndUser(world.services)
    const { userId, email } = blocked.user
    await blockUser(backgroundContext(world.services), userId)
    await openVisitor(world.services).send(signIn, '/account/sign-in', { username: email ?? '', password: PASSWORD })
    expect(typesOf(await search(`user_id:"${userId}" AND type:(f OR fp OR s)`))).toEqual(['f'])
  })
})

describe('the log tells of the Management API', () => {
  it('each change, by the program that made it', async () => {
    const made = await world.call('POST', '/resource-servers', { identifier: 'https://logged.example.com/' })
    const [entry] = await search('type:sapi')
    expect(entry?.details).toMatchObject({
      action: 'resource-server.created',
      actor: { type: 'client', id: 'management' },
      target: { id: made.json.id },
    })
  })

  it('calls that were refused: without the scope, without a token, with a wrong body; but no more than some', async () => {
    world.services.clock.advance(MINUTE)
    const from = new Date(world.services.clock.now()).toISOString()
    await world.call('GET', '/logs', undefined, await world.tokenFor('read:clients'))
    await world.call('POST', '/resource-servers', { identifier: 'x', secret: 'do-not-keep-this' })
    await world.call('GET', '/resource-servers?per_page=1000')
    const entries = await search(`type:fapi AND date:[${from} TO *] AND client_id:management`)
    expect(entries.map(({ details }) => [details.method, details.path, details.status])).toEqual([
      ['POST', '/api/v2/resource-servers', 400],
      ['GET', '/api/v2/logs', 403],
    ])
    expect(JSON.stringify(entries)).not.toContain('do-not-keep-this')
    for (let n = 0; n < 50; n += 1) {
      await world.machine.get('/api/v2/logs', { bearer: 'e30.e30.e30', ip: '2001:dba:5::1' })
    }
    expect(await search('type:fapi AND ip:"2001:dba:5::1"', '&per_page=100')).toHaveLength(20)
  })

  it('needs read:logs or read:logs_users', async () => {
    for (const scope of ['read:logs', 'read:logs_users']) {
      const bearer = await world.tokenFor(scope)
      expect((await world.call('GET', '/logs', undefined, bearer)).status).toBe(200)
      expect((await world.call('GET', `/users/${person.user.userId}/logs`, undefined, bearer)).status).toBe(200)
    }
    const bearer = await world.tokenFor('read:users')
    expect((await world.call('GET', '/logs', undefined, bearer)).status).toBe(403)
    expect((await world.call('GET', `/users/${person.user.userId}/logs`, undefined, bearer)).status).toBe(403)
  })
})

describe('a search', () => {
  it.each([
    ['type:s AND ip:"2001:dba:77::1"', ['s']],
    ['type:(s OR fp) AND ip:"2001:dba:77::1"', ['s', 'fp']],
    ['(type:s OR type:fu) AND ip:2001\\:dba\\:77\\:\\:1', ['s', 'fu']],
    ['connection:"Username-Password-Authentication" AND ip:"2001:dba:77::1" AND type:fp', ['fp']],
    ['connection:nothing AND ip:"2001:dba:77::1"', []],
    ['ip:"2001:dba:77::1" AND date:[2030-01-01 TO 2030-01-01T13:00:00.000Z]', ['fu', 'fp']],
    ['ip:"2001:dba:77::1" AND date:{2030-01-01T13:00:00.000Z TO *}', ['s']],
    ['ip:"2001:dba:77::1" AND date:2030-01-01', ['s', 'fu', 'fp']],
    ['ip:"2001:dba:77::1" AND date:[* TO 2029-12-31]', []],
  ])('%s', async (q, expected) => {
    expect(typesOf(await search(q))).toEqual(expected)
  })

  it.each([
    ['foo', 'Name the field'],
    ['description:x', 'is not searched'],
    ['type:s*', 'Wildcards'],
    ['type:/s/', 'Regular expressions'],
    ['type:s~', 'not supported'],
    ['NOT type:s', 'NOT is not supported'],
    ['type:s AND NOT type:f', 'NOT is not supported'],
    ['type:s type:f', 'Join terms with AND or OR'],
    ['type:s OR client_id:x', 'between values of one field'],
    ['type:s AND type:f', 'has one value only'],
    ['type:s AND ip:a OR ip:b', 'parentheses'],
    ['type:s OR type:f AND ip:b', 'parentheses'],
    ['client_id:[a TO b]', 'Ranges'],
    ['date:yesterday', 'Write dates as'],
    ['type:(s', 'syntax of Lucene'],
    ['type:s)', 'syntax of Lucene'],
    ['type:()', 'syntax of Lucene'],
    ['type:', 'syntax of Lucene'],
    ['type:"s', 'syntax of Lucene'],
    ['type:^2', 'not supported'],
    ['type:(s OR', 'syntax of Lucene'],
    ['type:[a TO', 'syntax of Lucene'],
    ['a AND ('.repeat(100), 'syntax of Lucene'],
    ['"('.repeat(250), 'Join terms'],
    ['(a OR b) AND '.repeat(50), 'syntax of Lucene'],
    [`type:(${Array.from({ length: 11 }, (_, n) => `t${n}`).join(' OR ')})`, 'at most 10 values'],
    [`type:${'s'.repeat(1000)}`, 'at most 1000 characters'],
  ])('that no index answers is refused with what to do: %s', async (q, says) => {
    const answer = await world.call('GET', `/logs?q=${encodeURIComponent(q)}`)
    expect(answer.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_query_string' })
    expect(answer.json.message).toMatch(/^Query validation error: '.+' on property q\.$/)
    expect(answer.json.message).toContain(says)
  })

  it('is paged, sorted either way, counted, and narrowed to members', async () => {
    await record(5, 'app.approved', { clientId: 'paged' })
    const ids = (await search('client_id:paged')).map(({ _id }) => _id)
    expect(ids).toEqual([...ids].sort().reverse())
    const turned = await search('client_id:paged', '&sort=date:1')
    expect(turned.map(({ _id }) => _id)).toEqual([...ids].reverse())
    const page = await world.call('GET', '/logs?q=client_id:paged&page=1&per_page=2&include_totals=true&fields=type')
    expect(page.json).toEqual({
      start: 2,
      limit: 2,
      length: 2,
      total: 5,
      logs: ids.slice(2, 4).map((_id) => ({ _id, type: 'app.approved' })),
    })
    const late = await world.call('GET', '/logs?page=20&per_page=100')
    expect(late.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_query_string' })
  })

  it('of several values gives them in one order, page by page', async () => {
    for (let n = 0; n < 3; n += 1) {
      await record(1, 'app.submitted', { clientId: 'mixed' })
      await record(1, 'app.rejected', { clientId: 'mixed' })
    }
    const q = 'type:(app.submitted OR app.rejected)'
    const all = await search(`${q} AND client_id:mixed`)
    expect(typesOf(all)).toEqual([
      'app.rejected',
      'app.submitted',
      'app.rejected',
      'app.submitted',
      'app.rejected',
      'app.submitted',
    ])
    const pages = await Promise.all([0, 1, 2].map((page) => search(q, `&per_page=2&page=${page}`)))
    expect(pages.flat()).toEqual(all)
  })
})

it('the events of a user are theirs alone', async () => {
  const answer = await world.call('GET', `/users/${person.user.userId}/logs?include_totals=true`)
  const { logs } = answer.json as { logs: Entry[] }
  expect(logs.map(({ type }) => type)).toEqual(expect.arrayContaining(['s', 'fp']))
  expect(new Set(logs.map(({ user_id }) => user_id))).toEqual(new Set([person.user.userId]))
})

it('a program reads everything once by from and take, in the order in which it happened, and goes on from the end', async () => {
  const { services } = world
  services.clock.advance(MINUTE)
  const [last] = await search('')
  await record(7, 'app.created', { clientId: 'read-on' })
  services.clock.advance(10 * SECOND)
  const seen: Entry[] = []
  let path = `/logs?from=${last?._id}&take=3`
  for (let n = 0; n < 4; n += 1) {
    const answer = await world.call('GET', path)
    seen.push(...(JSON.parse(answer.text) as Entry[]))
    path = /<[^>]*\/api\/v2([^>]+)>; rel="next"/.exec(answer.header('link') ?? '')?.[1] ?? ''
  }
  const own = seen.filter(({ client_id }) => client_id === 'read-on')
  expect(own).toHaveLength(7)
  expect(seen.map(({ _id }) => _id)).toEqual([...new Set(seen.map(({ _id }) => _id))].sort())
  await record(1, 'app.deleted', { clientId: 'read-on' })
  const soon = await world.call('GET', path)
  expect(JSON.parse(soon.text), 'an event is told when none before it can still appear').toEqual([])
  services.clock.advance(10 * SECOND)
  const again = JSON.parse((await world.call('GET', path)).text) as Entry[]
  expect(typesOf(again)).toEqual(['app.deleted'])
})

it('what owners and partners do to sign in is not taken for a sign-in of a user', () => {
  const ctx = visitorContext(world.services)
  const typeOf = (area: string) => auditEvent(ctx, 'user.signed-in', undefined, { details: { area } }).values?.type
  expect(['account', 'portal', 'admin'].map(typeOf)).toEqual(['s', 'portal.signed-in', 'admin.signed-in'])
})
