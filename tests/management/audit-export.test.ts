import { beforeAll, describe, expect, it } from 'vitest'
import { auditEvent } from '~/domain/audit/audit-event'
import { DAY, MINUTE } from '~/platform/durations'
import { backgroundContext } from '~/services'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
const DAY_ONE = Date.UTC(2030, 3, 1, 12)
const TRICKY = ['=1+1', 'a "quoted", one', 'two\nlines', '@x', 'naïve 🙂']

beforeAll(async () => {
  world = await createManagementWorld()
  const { clock } = world.services
  const ctx = backgroundContext(world.services)
  clock.set(DAY_ONE)
  for (const name of TRICKY) {
    await ctx.db.run(auditEvent(ctx, 'app.created', { type: 'client', id: 'tricky', name }, { clientId: 'tricky' }))
  }
  clock.advance(DAY)
  for (let n = 0; n < 1200; n += 1) {
    await ctx.db.run(auditEvent(ctx, 'app.edited', undefined, { clientId: 'many', details: { n } }))
  }
  clock.advance(MINUTE)
})

async function exported(query: string) {
  const answer = await world.machine.get(`/api/v2/audit-export?${query}`, { bearer: await world.tokenFor('read:logs') })
  expect(answer.status, answer.text).toBe(200)
  return answer
}

type Event = { id: string; client_id: string; target_name: string; details: { n: number } | null }
const eventsOf = (text: string): Event[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe('the export', () => {
  it('has each event of a time once, in the order in which they happened', async () => {
    const answer = await exported('from=2030-04-01')
    expect(answer.header('content-type')).toMatch(/^application\/x-ndjson/)
    const events = eventsOf(answer.text)
    const names = events.filter(({ client_id }) => client_id === 'tricky').map(({ target_name }) => target_name)
    expect(names).toEqual(TRICKY)
    const many = events.filter(({ client_id }) => client_id === 'many')
    expect(many.map(({ details }) => details?.n)).toEqual(Array.from({ length: 1200 }, (_, n) => n))
    expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).sort())
  })

  it.each([
    ['from=2030-04-01&to=2030-04-01', TRICKY.length],
    ['from=2030-04-01&to=2030-04-01T12:00:00.000Z', 0],
    ['from=2030-04-01T12:00:00.001Z&to=2030-04-01', 0],
    ['from=2030-04-01T12:00:00.000Z&to=2030-04-01T12:00:00.001Z', TRICKY.length],
  ])('%s has %i events', async (query, count) => {
    expect(eventsOf((await exported(query)).text).filter(({ client_id }) => client_id === 'tricky')).toHaveLength(count)
  })

  it('as CSV is read by spreadsheets, and does nothing in them', async () => {
    const { text } = await exported('from=2030-04-01&to=2030-04-01&format=csv')
    const [head, ...lines] = text.split('\r\n')
    expect(head?.split(',')).toEqual(expect.arrayContaining(['id', 'at', 'action', 'target_name', 'details']))
    const cells = lines.filter((line) => line.includes('tricky')).map((line) => line.split('tricky,')[1] ?? '')
    expect(cells[0]).toMatch(/^'=1\+1,/)
    expect(cells[1]).toMatch(/^"a ""quoted"", one",/)
    expect(cells[2]).toMatch(/^"two\nlines",/)
    expect(cells[3]).toMatch(/^'@x,/)
  })

  it('is in the log itself', async () => {
    await exported('from=2030-04-01&to=2030-04-01&format=csv')
    const log = await world.call('GET', '/logs?q=type:mgmt_api_read&per_page=1', undefined, await world.tokenFor())
    const details = { action: 'audit-log.exported', actor: { id: 'management' }, from: '2030-04-01', format: 'csv' }
    expect(JSON.parse(log.text)).toMatchObject([{ details }])
  })

  it('says what is wrong with a time', async () => {
    for (const query of ['from=yesterday', 'to=2030', 'from=2030-04-02&to=2030-04-01', 'format=xml']) {
      const answer = await world.call('GET', `/audit-export?${query}`, undefined, await world.tokenFor())
      expect(answer.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_query_string' })
    }
    const answer = await world.call('GET', '/audit-export', undefined, await world.tokenFor('read:logs_users'))
    expect(answer.status).toBe(403)
  })
})
