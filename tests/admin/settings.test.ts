import { expect, it } from 'vitest'
import { SECOND } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import * as dashboard from '~/routes/admin._area._index'
import * as settings from '~/routes/admin._area.settings'
import * as secondFactor from '~/routes/admin.second-factor'
import { listAuditEvents } from '~db/queries/audit'
import { insertTenantMember } from '~db/queries/teams'
import { findTenantSettings } from '~db/queries/tenant'
import { createPartner, openVisitorOf, signIn } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { freshTenant, openEnrolled } from './fixtures'

const PATH = '/admin/settings'
const FIELDS = {
  intent: 'save',
  friendly_name: 'Acme',
  support_email: 'help@acme.example',
  support_url: '',
  default_third_party_security_mode: 'strict',
  enable_dynamic_client_registration: 'on',
}

it('the settings of the tenant are saved, with the flags as they are ticked', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  expect((await visitor.send(settings, PATH, FIELDS)).location).toBe(`${PATH}?notice=saved`)
  expect(await findTenantSettings(services.db)).toMatchObject({
    friendlyName: 'Acme',
    supportEmail: 'help@acme.example',
    supportUrl: null,
    defaultThirdPartySecurityMode: 'strict',
    thirdPartyPkceRequired: false,
    flags: {
      enable_client_connections: false,
      enable_dynamic_client_registration: true,
      use_scope_descriptions_for_consent: false,
    },
  })
  const [event] = await listAuditEvents(services.db, { action: 'settings.updated' }, 1)
  expect(event?.details).toMatchObject({
    fields: expect.arrayContaining(['friendlyName', 'thirdPartyPkceRequired', 'flags.enable_client_connections']),
  })
})

it('a wrong address is refused at its field, and the rest stays typed', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  for (const support_url of ['javascript:alert(1)', 'acme']) {
    const answer = await visitor.send(settings, PATH, { ...FIELDS, support_url })
    expect(answer.status).toBe(400)
    expect(answer.value).toMatchObject({
      lastResult: { error: { support_url: [expect.any(String)] }, initialValue: { friendly_name: 'Acme' } },
    })
  }
})

it('a reviewer does not change the settings', async () => {
  const { services } = await freshTenant()
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const visitor = await openVisitorOf(services, 'admin', person)
  expect((await visitor.send(settings, PATH, FIELDS)).status).toBe(403)
})

it('new recovery codes need a code, and are shown in that answer only', async () => {
  const { services, clock } = await freshTenant()
  const { visitor, hex } = await openEnrolled(services)
  expect((await visitor.send(settings, PATH, { intent: 'replace-recovery-codes', code: '000000' })).status).toBe(400)
  clock.advance(30 * SECOND)
  const code = await totpCode(hex, clock.now())
  const answer = await visitor.send(settings, PATH, { intent: 'replace-recovery-codes', code })
  const { recoveryCodes } = answer.value as { recoveryCodes: string[] }
  expect(recoveryCodes).toHaveLength(10)
  const page = await visitor.load(settings, PATH)
  expect(page.value).toMatchObject({ secondFactor: { hasTotp: true, recoveryCodes: 10 } })
  expect(JSON.stringify(page.value)).not.toContain(recoveryCodes[0])
})

it('the authenticator is replaced by a code; other sessions of the person end', async () => {
  const { services, clock, person } = await freshTenant()
  const { visitor, hex } = await openEnrolled(services)
  const elsewhere = openVisitor(services, { cookies: await signIn(services, 'admin', person) })
  clock.advance(30 * SECOND)
  const code = await totpCode(hex, clock.now())
  const answer = await visitor.send(settings, PATH, { intent: 'remove-authenticator', code })
  expect(answer.location).toBe('/admin/second-factor')
  expect((await visitor.load(secondFactor, '/admin/second-factor')).value).toMatchObject({ step: 'set-up' })
  expect((await elsewhere.load(dashboard, '/admin')).location).toBe('/admin/sign-in')
})
