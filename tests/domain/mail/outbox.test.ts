import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Services } from '~/context'
import { operationsEndpoints } from '~/operations'
import { DAY, HOUR, MINUTE } from '~/platform/durations'
import { createMailer } from '~/platform/mailer'
import * as dashboard from '~/routes/admin._area._index'
import * as resetPassword from '~/routes/u.reset-password'
import { createServices } from '~/services'
import { DatabaseUnavailable } from '~db/outage'
import { countWaitingMails, listDueMails } from '~db/queries/mails'
import { visitorContext } from '~tests/support/context'
import { type MailServer, startMailServer } from '~tests/support/mail-server'
import { createEndUser, findOwner, openVisitorOf } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import { MIGRATIONS_FOLDER } from '~tests/support/tenant-template'
import { linkIn } from '~tests/support/test-mailer'
import { openVisitor } from '~tests/support/visitor'

const PATH = '/u/reset-password'

let services: TestServices
let server: MailServer
let email: string

/** Another process at the same database, with the mail server. */
function node(smtpUrl = server.url): Services {
  const mailer = createMailer({ ...services, smtpUrl, from: 'Portal <portal@example.com>', folder: '' })
  return createServices(services.config, MIGRATIONS_FOLDER, { ...services, mailer, outbox: undefined })
}

const forget = (at: Services, to = email) => openVisitor(at).send(resetPassword, PATH, { email: to })

async function goOn({ outbox }: Services): Promise<void> {
  await outbox.begin()
  await outbox.idle()
}

const waiting = () => countWaitingMails(services.db)

beforeAll(async () => {
  services = await createTestServices()
  server = await startMailServer()
  email = (await createEndUser(services)).email
})

describe('a mail', () => {
  it('is sent as soon as the act is stored that it tells of', async () => {
    const at = node()
    await forget(at)
    await at.outbox.idle()
    expect(server.taken.at(-1)).toMatchObject({ to: email, subject: expect.stringContaining('new password') })
    expect(await waiting()).toBe(0)
  })

  it('outlives an outage of the mail server, encrypted, and its link works', async () => {
    server.answers = '451 4.3.0 the disk is full'
    const at = node()
    const answer = await forget(at)
    expect(answer.status).toBe((await forget(at, 'nobody@example.com')).status)
    await at.outbox.idle()
    services.clock.advance(HOUR / 2)
    const [row] = await listDueMails(services.db, { now: services.clock.now(), limit: 5 })
    expect(row).toMatchObject({ attempts: 1, lastError: expect.stringContaining('disk is full') })
    expect(JSON.stringify(row)).not.toContain(email)
    const before = server.taken.length
    server.answers = '250 fine'
    await goOn(node())
    expect(server.taken).toHaveLength(before + 1)
    const link = linkIn(server.taken.at(-1) ?? { subject: '', text: '' })
    const page = await openVisitor(services).load(resetPassword, link.pathname + link.search)
    expect(page.value).toMatchObject({ step: 'choose' })
  })

  it('is sent, and no promise is rejected for nobody, when the database goes away after it', async () => {
    let isAway = false
    const { mailer } = node()
    const send: typeof mailer.send = async (mail, id) => {
      await mailer.send(mail, id)
      isAway = true
    }
    const { db } = services
    const prepared: typeof db.prepared = (name, build) => {
      const found = db.prepared(name, build)
      const away = () => Promise.reject(new DatabaseUnavailable('The connection was lost.'))
      return { execute: (values) => (isAway ? away() : found.execute(values)) } as typeof found
    }
    const given = { ...services, db: { ...db, prepared }, mailer: { ...mailer, send }, outbox: undefined }
    const at = createServices(services.config, MIGRATIONS_FOLDER, given)
    const before = server.taken.length
    await forget(at)
    await expect(at.outbox.idle()).resolves.toBeUndefined()
    expect(server.taken).toHaveLength(before + 1)
  })

  it('is sent once by nodes that look at the same moment', async () => {
    server.answers = '451 later'
    const at = node()
    const people = await Promise.all([1, 2, 3, 4].map(() => createEndUser(services)))
    for (const { email: to } of people) await forget(at, to)
    await at.outbox.idle()
    server.answers = '250 fine'
    services.clock.advance(MINUTE)
    const before = server.taken.length
    await Promise.all([node(), node(), node()].map(goOn))
    expect(server.taken).toHaveLength(before + 4)
    expect(new Set(server.taken.slice(before).map(({ messageId }) => messageId)).size).toBe(4)
  })

  it('keeps nobody waiting who caused it, while the mail server is silent', async () => {
    server.answers = 'silence'
    const at = node()
    expect((await forget(at)).status).toBe(200)
    expect(await waiting()).toBe(1)
    await vi.waitFor(() => expect(server.silentTo).toBe(1))
    // What the silent server is asked by this node is over for the others.
    services.clock.advance(4 * MINUTE)
    server.answers = '250 fine'
    await goOn(node())
    expect(await waiting()).toBe(0)
  })

  it('is given up when its address is refused for good, or nothing could be sent for days', async () => {
    const at = node()
    server.answers = '550 5.1.1 there is no such mailbox'
    await forget(at)
    await at.outbox.idle()
    expect(await waiting()).toBe(0)
    server.answers = '550 5.7.1 you may not send here'
    services.clock.advance(HOUR)
    await forget(at)
    await at.outbox.idle()
    services.clock.advance(2 * DAY)
    await goOn(at)
    expect(await waiting()).toBe(1)
    services.clock.advance(2 * DAY)
    await goOn(at)
    expect(await waiting()).toBe(0)
  })
})

it('owners and their monitoring see that mails wait, and why', async () => {
  const visitor = await openVisitorOf(services, 'admin', await findOwner(services))
  const overview = async () => (await visitor.load(dashboard, '/admin')).value as { mailTrouble?: unknown }
  expect((await overview()).mailTrouble).toBeUndefined()
  server.answers = '451 4.3.0 the disk is full'
  const at = node()
  await forget(at, (await createEndUser(services)).email)
  await at.outbox.idle()
  expect((await overview()).mailTrouble).toMatchObject({ count: 1, lastError: expect.stringContaining('disk is full') })
  const metrics = operationsEndpoints.find(({ path }) => path === '/metrics')
  const { body } = (await metrics?.run(visitorContext(services, { ip: '127.0.0.1' }), { headers: {} } as never)) ?? {}
  expect(String(body)).toContain('portal_mails_waiting 1')
})
