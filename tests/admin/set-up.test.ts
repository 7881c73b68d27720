import { expect, it } from 'vitest'
import { ownerSetUpLink } from '~/domain/tenant/set-up'
import { DAY } from '~/platform/durations'
import * as secondFactor from '~/routes/admin.second-factor'
import * as setUp from '~/routes/admin.set-up'
import { backgroundContext } from '~/services'
import { listAuditEvents } from '~db/queries/audit'
import { listTenantMembers } from '~db/queries/teams'
import { createTestServices } from '~tests/support/services'
import { openVisitor } from '~tests/support/visitor'

const OWNER = { name: 'First Owner', email: 'first@example.com', password: 'correct horse battery' }

async function printedLink() {
  const services = await createTestServices({ env: { OWNER_EMAIL: '', OWNER_PASSWORD: '' } })
  const link = new URL((await ownerSetUpLink(backgroundContext(services))) ?? '')
  return { services, ticket: link.searchParams.get('ticket') ?? '', path: link.pathname + link.search }
}

it('the link that is printed makes the first owner, who then sets up the second factor', async () => {
  const { services, ticket, path } = await printedLink()
  const visitor = openVisitor(services)
  expect((await visitor.load(setUp, path)).value).toMatchObject({ isLive: true })
  expect((await visitor.send(setUp, path, { ...OWNER, ticket })).location).toBe('/admin')
  expect((await visitor.load(secondFactor, '/admin/second-factor')).value).toMatchObject({ step: 'set-up' })
  expect(await listTenantMembers(services.db, {})).toMatchObject([
    { member: { role: 'owner' }, user: { email: OWNER.email } },
  ])
  const [event] = await listAuditEvents(services.db, { action: 'user.signed-up' }, 2)
  expect(event).toMatchObject({ actorType: 'user', actorName: OWNER.name, details: { area: 'admin', role: 'owner' } })
})

it('the link works once, also when it is used several times at the same moment', async () => {
  const { services, ticket, path } = await printedLink()
  const answers = await Promise.all(
    [1, 2, 3].map((number) =>
      openVisitor(services).send(setUp, path, { ...OWNER, email: `owner${number}@example.com`, ticket }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([302, 410, 410])
  expect(await listTenantMembers(services.db, {})).toHaveLength(1)
  const late = await openVisitor(services).send(setUp, path, { ...OWNER, email: 'late@example.com', ticket })
  expect(late.status).toBe(410)
  expect((await openVisitor(services).load(setUp, path)).value).toMatchObject({ isLive: false })
})

it('a link of an earlier start ends when another one makes the owner', async () => {
  const { services, ticket, path } = await printedLink()
  const newer = new URL((await ownerSetUpLink(backgroundContext(services))) ?? '').searchParams.get('ticket') ?? ''
  expect((await openVisitor(services).send(setUp, path, { ...OWNER, ticket: newer })).status).toBe(302)
  expect((await openVisitor(services).send(setUp, path, { ...OWNER, email: 'b@example.com', ticket })).status).toBe(410)
})

it('a link ends after a week, and an invented one never worked', async () => {
  const { services, ticket, path } = await printedLink()
  expect((await openVisitor(services).send(setUp, path, { ...OWNER, ticket: 'tkt_invented' })).status).toBe(410)
  services.clock.advance(7 * DAY)
  expect((await openVisitor(services).send(setUp, path, { ...OWNER, ticket })).status).toBe(410)
})

it('a short password is refused at its field, and the rest of the form stays', async () => {
  const { services, ticket, path } = await printedLink()
  const answer = await openVisitor(services).send(setUp, path, { ...OWNER, password: 'short', ticket })
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({
    lastResult: { error: { password: [expect.any(String)] }, initialValue: { name: OWNER.name, email: OWNER.email } },
  })
})
