import { expect, it } from 'vitest'
import * as attackProtection from '~/routes/admin._area.settings_.attack-protection'
import * as branding from '~/routes/admin._area.settings_.branding'
import { insertTenantMember } from '~db/queries/teams'
import { findTenantSettings } from '~db/queries/tenant'
import { createPartner, openVisitorOf } from '~tests/support/people'
import { freshTenant } from './fixtures'

const BRANDING = '/admin/settings/branding'
const PROTECTION = '/admin/settings/attack-protection'
const PROTECTED = {
  intent: 'save',
  counts_passwords: 'on',
  max_attempts: '3',
  mode: 'count_per_identifier_and_ip',
  password_allowlist: '192.0.2.0/24\r\n2001:db8::1',
  network_allowlist: '',
  breached: 'both',
}

it('the look is saved; an emptied field has what the program brings along', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  const first = { intent: 'save', primary: '#FFD400', logo_url: 'https://cdn.example.com/logo.png' }
  expect((await visitor.send(branding, BRANDING, first)).location).toBe(`${BRANDING}?notice=saved`)
  expect((await visitor.load(branding, BRANDING)).value).toMatchObject({
    page: { fields: { primary: '#ffd400', page_background: '' }, sketch: { fill: '#ffd400', onFill: '#000000' } },
  })
  await visitor.send(branding, BRANDING, { intent: 'save', page_background: '#102030' })
  expect((await findTenantSettings(services.db)).branding).toEqual({ colors: { page_background: '#102030' } })
})

it('a colour or an address that is none is refused at its field, and stays typed', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  const typed = { primary: 'red', logo_url: 'http://example.com/logo.png' }
  const answer = await visitor.send(branding, BRANDING, { intent: 'save', ...typed })
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({
    lastResult: { error: { primary: [expect.any(String)], logo_url: [expect.any(String)] }, initialValue: typed },
  })
})

it('an address that would end its directive in the policy of the pages is refused at its field', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  for (const field of ['logo_url', 'favicon_url', 'font_url']) {
    const typed = { [field]: 'https://a.example;frame-ancestors/picture' }
    const answer = await visitor.send(branding, BRANDING, { intent: 'save', ...typed })
    expect(answer.status, field).toBe(400)
    expect(answer.value).toMatchObject({ lastResult: { error: { [field]: [expect.any(String)] } } })
  }
})

it('the protection is saved as it is ticked, and shown so again', async () => {
  const { services, person } = await freshTenant()
  const visitor = await openVisitorOf(services, 'admin', person)
  expect((await visitor.send(attackProtection, PROTECTION, PROTECTED)).location).toBe(`${PROTECTION}?notice=saved`)
  expect(await findTenantSettings(services.db)).toMatchObject({
    bruteForceProtection: {
      enabled: true,
      shields: ['block'],
      allowlist: ['192.0.2.0/24', '2001:db8::1'],
      mode: 'count_per_identifier_and_ip',
      max_attempts: 3,
    },
    suspiciousIpThrottling: { enabled: false, stage: { 'pre-login': { max_attempts: 100 } } },
    breachedPasswordDetection: { enabled: true, shields: ['block', 'user_notification'] },
  })
  expect((await visitor.load(attackProtection, PROTECTION)).value).toMatchObject({
    page: { fields: { counts_passwords: 'on', counts_networks: '', tells_person: '', breached: 'both' } },
  })
  const wrong = await visitor.send(attackProtection, PROTECTION, { ...PROTECTED, network_allowlist: 'example.com' })
  expect(wrong.status).toBe(400)
  const { lastResult } = wrong.value as { lastResult: { error: Record<string, string[]> } }
  expect(lastResult.error).toEqual({ network_allowlist: [expect.stringContaining('“example.com”')] })
})

it('a reviewer changes neither', async () => {
  const { services } = await freshTenant()
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const visitor = await openVisitorOf(services, 'admin', person)
  expect((await visitor.send(branding, BRANDING, { intent: 'save', primary: '#ffd400' })).status).toBe(403)
  expect((await visitor.send(attackProtection, PROTECTION, PROTECTED)).status).toBe(403)
})
