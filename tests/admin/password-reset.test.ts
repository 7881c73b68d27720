import { beforeAll, expect, it } from 'vitest'
import * as overview from '~/routes/admin._area._index'
import * as forgotPassword from '~/routes/admin.forgot-password'
import * as resetPassword from '~/routes/admin.reset-password'
import * as signInPage from '~/routes/admin.sign-in'
import { createPartner } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import { OWNER } from '~tests/support/test-environment'
import { openVisitor } from '~tests/support/visitor'

let services: TestServices

beforeAll(async () => {
  services = await createTestServices()
})

const NEW_PASSWORD = 'a wholly different sentence'

it('an owner who forgot the password chooses a new one by mail, once, and still needs the second factor', async () => {
  const visitor = openVisitor(services)
  const asked = await visitor.send(forgotPassword, '/admin/forgot-password', { email: OWNER.email })
  expect(asked.value).toEqual({ mailedTo: OWNER.email })
  const link = services.mailer.link(OWNER.email)
  expect(link.pathname).toBe('/admin/reset-password')
  const ticket = link.searchParams.get('ticket') ?? ''
  const change = () => visitor.send(resetPassword, '/admin/reset-password', { ticket, password: NEW_PASSWORD })
  expect((await change()).location).toBe('/admin/sign-in?notice=password-changed')
  expect(services.mailer.link(OWNER.email).pathname).toBe('/admin/forgot-password')
  expect((await change()).status).toBe(410)
  await visitor.send(signInPage, '/admin/sign-in', { username: OWNER.email, password: NEW_PASSWORD })
  expect((await visitor.load(overview, '/admin')).location).toContain('/admin/second-factor')
})

it('the answer is the same for an address that no member has, and nothing is mailed to partners from here', async () => {
  const partner = await createPartner(services)
  const before = services.mailer.sent.length
  const visitor = openVisitor(services)
  for (const email of ['nobody@example.com', partner.email]) {
    const asked = await visitor.send(forgotPassword, '/admin/forgot-password', { email })
    expect(asked.value).toEqual({ mailedTo: email })
  }
  expect(services.mailer.sent).toHaveLength(before)
})
