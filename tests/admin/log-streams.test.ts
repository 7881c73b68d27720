/** Servers that are sent the log: owners make them, pause them and delete them. */
import { expect, it } from 'vitest'
import { beginTurns } from '~/domain/webhooks/deliver-events'
import { SECOND } from '~/platform/durations'
import * as logStreams from '~/routes/admin._area.settings_.log-streams'
import { backgroundContext } from '~/services'
import { insertTenantMember } from '~db/queries/teams'
import type { Fields } from '~tests/support/context'
import { openEventReceiver } from '~tests/support/event-receiver'
import { createPartner, openVisitorOf } from '~tests/support/people'
import { freshTenant } from './fixtures'

const PATH = '/admin/settings/log-streams'
const SECRET = 'Bearer of-the-collector'

type List = { page: { streams: { id: string; status: string; address: string }[] } }

async function openStreams() {
  const tenant = await freshTenant()
  const visitor = await openVisitorOf(tenant.services, 'admin', tenant.person)
  const send = (fields: Fields) => visitor.send(logStreams, PATH, fields)
  return {
    ...tenant,
    send,
    add: (url: string, fields: Fields = {}) =>
      send({ intent: 'create', name: 'Collector', url, format: 'JSONLINES', authorization: SECRET, ...fields }),
    list: async () => ((await visitor.load(logStreams, PATH)).value as List).page.streams,
    async deliver() {
      tenant.clock.advance(6 * SECOND)
      await Promise.all(await beginTurns(backgroundContext(tenant.services)))
    },
  }
}

it('one is sent what happens from then on, with its authorization, which no page tells', async () => {
  const { url, received } = await openEventReceiver()
  const { add, list, deliver, services } = await openStreams()
  expect((await add(`${url}?key=of-the-query`)).location).toBe(`${PATH}?notice=log-stream-created`)
  await createPartner(services)
  await deliver()
  expect(received[0]?.headers.authorization).toBe(SECRET)
  expect(received[0]?.body).toContain('"log_id"')
  const shown = JSON.stringify(await list())
  expect(shown).not.toContain(SECRET)
  expect(shown).not.toContain('of-the-query')
})

it('what is wrong is said at its field, and the authorization does not come back', async () => {
  const { add, list } = await openStreams()
  const answer = await add('http://example.com/')
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({
    lastResult: { initialValue: { name: 'Collector' }, error: { url: [expect.any(String)] } },
  })
  expect(JSON.stringify(answer.value)).not.toContain(SECRET)
  expect(await list()).toEqual([])
})

it('one is paused, resumed and deleted', async () => {
  const { add, list, send } = await openStreams()
  await add('https://logs.example.com/', { categories: ['auth.login.fail', 'management.success'] })
  const [stream] = await list()
  const id = stream?.id ?? ''
  expect(stream).toMatchObject({ status: 'active', categories: ['auth.login.fail', 'management.success'] })
  expect((await send({ intent: 'pause', id })).location).toContain('log-stream-paused')
  expect((await list())[0]?.status).toBe('paused')
  expect((await send({ intent: 'resume', id })).location).toContain('log-stream-resumed')
  expect((await send({ intent: 'delete', id })).location).toContain('log-stream-deleted')
  expect(await list()).toEqual([])
  expect((await send({ intent: 'delete', id })).status).toBe(404)
})

it('a reviewer sees them, and changes nothing', async () => {
  const { services } = await openStreams()
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const reviewer = await openVisitorOf(services, 'admin', person)
  expect((await reviewer.load(logStreams, PATH)).value).toMatchObject({ mayChange: false })
  expect((await reviewer.send(logStreams, PATH, { intent: 'delete', id: 'x' })).status).toBe(403)
})
