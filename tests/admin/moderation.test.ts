import { expect, it } from 'vitest'
import { MINUTE } from '~/platform/durations'
import * as apps from '~/routes/admin._area.apps._index'
import * as app from '~/routes/admin._area.apps.$client_id'
import * as partners from '~/routes/admin._area.partners._index'
import * as partner from '~/routes/admin._area.partners.$id'
import * as overview from '~/routes/portal._app.apps_.$clientId'
import { listAuditEvents } from '~db/queries/audit'
import { findClient } from '~db/queries/clients'
import { upsertGrant } from '~db/queries/grants'
import { insertTenantMember } from '~db/queries/teams'
import {
  createApprovedApp,
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
} from '~tests/support/fixtures'
import { createEndUser, createPartner, openVisitorOf } from '~tests/support/people'
import { freshTenant } from './fixtures'

const REASON = 'It sends spam to its users.'

async function owner() {
  const tenant = await freshTenant()
  return { ...tenant, visitor: await openVisitorOf(tenant.services, 'admin', tenant.person) }
}

const appPath = (clientId: string) => [`/admin/apps/${clientId}`, { client_id: clientId }] as const

it('an app is suspended with a reason, and reinstated without one', async () => {
  const { services, visitor } = await owner()
  const { clientId } = await createApprovedApp(await createPartner(services))
  const [path, params] = appPath(clientId)
  const answer = await visitor.send(app, path, { intent: 'suspend', reason: REASON }, { params })
  expect(answer.location).toBe(`${path}?notice=suspended`)
  expect((await visitor.load(app, path, params)).value).toMatchObject({
    app: { state: 'suspended' },
    suspension: REASON,
  })
  expect((await visitor.send(app, path, { intent: 'reinstate' }, { params })).location).toBe(
    `${path}?notice=reinstated`,
  )
  expect(await findClient(services.db, clientId)).toMatchObject({ suspendedAt: null })
})

it('a suspension without a reason is refused, and nothing typed is lost', async () => {
  const { services, visitor } = await owner()
  const { clientId } = await createThirdPartyClient(services)
  const [path, params] = appPath(clientId)
  const answer = await visitor.send(app, path, { intent: 'suspend', reason: 'spam' }, { params })
  expect(answer.status).toBe(400)
  expect(answer.value).toMatchObject({
    lastResult: { initialValue: { reason: 'spam' }, error: { reason: [expect.any(String)] } },
  })
  expect((await visitor.send(app, path, { reason: REASON }, { params })).status).toBe(400)
  expect(await findClient(services.db, clientId)).toMatchObject({ suspendedAt: null })
})

it('the page says before whom a suspension touches', async () => {
  const { services, clock, visitor } = await owner()
  const { clientId } = await createThirdPartyClient(services)
  for (const audience of ['https://a.example/', 'https://b.example/']) {
    const { user } = await createEndUser(services)
    const now = clock.now()
    const grant = {
      userId: user.userId,
      clientId,
      audience,
      scope: [],
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
    }
    await services.db.run(upsertGrant({ ...grant, id: `grt_${audience}` }))
  }
  const [path, params] = appPath(clientId)
  const { value } = await visitor.load(app, path, params)
  expect(value).toMatchObject({ use: { usersWithConsent: 2, liveTokenFamilies: 0 } })
})

it('an app is let off PKCE, and its makers read it in the portal; the strict profile asks for it again', async () => {
  const { services, visitor } = await owner()
  const maker = await createPartner(services)
  const { clientId } = await createApprovedApp(maker)
  const portal = await openVisitorOf(services, 'portal', maker)
  const readByMaker = () => portal.load(overview, `/portal/apps/${clientId}`, { clientId })
  const [path, params] = appPath(clientId)
  const set = (pkce: string) => visitor.send(app, path, { intent: 'set-pkce', pkce }, { params })
  expect((await readByMaker()).value).toMatchObject({ needsPkce: true })
  expect((await set('optional')).location).toBe(`${path}?notice=pkce-changed`)
  expect((await visitor.load(app, path, params)).value).toMatchObject({
    pkce: { isRequired: false, hasChoice: true, setting: 'optional', ofTenant: true },
  })
  expect((await readByMaker()).value).toMatchObject({ needsPkce: false })
  const [event] = await listAuditEvents(services.db, { clientId, action: 'client.pkce-changed' }, 1)
  expect(event?.details).toEqual({ from: null, to: 'optional' })
  expect((await set('never')).status).toBe(400)
  await visitor.send(app, path, { intent: 'set-mode', security_mode: 'strict' }, { params })
  expect((await visitor.load(app, path, params)).value).toMatchObject({ pkce: { isRequired: true, hasChoice: false } })
  expect((await set('optional')).status).toBe(400)
})

it('an app is given the strict profile, which is no longer the tenant’s default for it', async () => {
  const { services, visitor } = await owner()
  const { clientId } = await createApprovedApp(await createPartner(services))
  const [path, params] = appPath(clientId)
  const fields = { intent: 'set-mode', security_mode: 'strict' }
  expect((await visitor.send(app, path, fields, { params })).location).toBe(`${path}?notice=mode-changed`)
  expect(await findClient(services.db, clientId)).toMatchObject({
    thirdPartySecurityMode: 'strict',
    isFirstParty: false,
  })
  expect((await visitor.send(app, path, { ...fields, security_mode: 'none' }, { params })).status).toBe(400)
})

it('first-party clients are not moderated here', async () => {
  const { services, visitor } = await owner()
  const { clientId } = await createFirstPartyClient(services)
  const [path, params] = appPath(clientId)
  expect((await visitor.load(app, path, params)).status).toBe(404)
  expect((await visitor.send(app, path, { intent: 'suspend', reason: REASON }, { params })).status).toBe(404)
  expect(await findClient(services.db, clientId)).toMatchObject({ suspendedAt: null })
})

it('a reviewer may look, and not suspend', async () => {
  const { services } = await owner()
  const { clientId } = await createThirdPartyClient(services)
  const person = await createPartner(services)
  await services.db.run(insertTenantMember({ userId: person.user.userId, role: 'reviewer', createdAt: 0 }))
  const visitor = await openVisitorOf(services, 'admin', person)
  const [path, params] = appPath(clientId)
  expect((await visitor.load(app, path, params)).status).toBe(200)
  expect((await visitor.send(app, path, { intent: 'suspend', reason: REASON }, { params })).status).toBe(403)
})

it('an organization is suspended and reinstated with its apps', async () => {
  const { services, visitor } = await owner()
  const person = await createPartner(services)
  const { clientId } = await createApprovedApp(person)
  const path = `/admin/partners/${person.partner.id}`
  const params = { id: person.partner.id }
  await visitor.send(partner, path, { intent: 'suspend', reason: REASON }, { params })
  expect((await visitor.load(partner, path, params)).value).toMatchObject({ apps: [{ clientId, state: 'suspended' }] })
  expect((await visitor.send(partner, path, { intent: 'suspend', reason: REASON }, { params })).status).toBe(409)
  await visitor.send(partner, path, { intent: 'reinstate' }, { params })
  expect((await visitor.load(partner, path, params)).value).toMatchObject({ apps: [{ clientId, state: 'live' }] })
})

it('the list of apps holds all of third parties, by state and by name, and no first-party one', async () => {
  const { services, visitor } = await owner()
  const person = await createPartner(services)
  await createApprovedApp(person, { name: 'Live one' })
  await createPortalApp(person, { name: 'Draft 100% one' })
  await createThirdPartyClient(services, { name: 'Made by the API' })
  await createFirstPartyClient(services)
  const names = async (query: string) => {
    const { value } = await visitor.load(apps, `/admin/apps${query}`)
    return (value as { apps: { name: string }[] }).apps.map(({ name }) => name).sort()
  }
  expect(await names('')).toEqual(['Draft 100% one', 'Live one', 'Made by the API'])
  expect(await names('?state=live')).toEqual(['Live one', 'Made by the API'])
  expect(await names('?state=in_development')).toEqual(['Draft 100% one'])
  expect(await names('?q=one')).toEqual(['Draft 100% one', 'Live one'])
  expect(await names('?q=100%25')).toEqual(['Draft 100% one'])
  expect(await names('?q=%25')).toEqual([])
})

it('pages of a list skip nobody who was made at the same moment', async () => {
  const { services, clock, visitor } = await owner()
  const made: string[] = []
  for (let number = 0; number < 60; number += 1) {
    if (number % 40 === 39) clock.advance(MINUTE)
    made.push((await createThirdPartyClient(services)).clientId)
  }
  const seen: string[] = []
  for (let query = ''; ; ) {
    const { value } = await visitor.load(apps, `/admin/apps${query}`)
    const page = value as { apps: { clientId: string }[]; next: string | null }
    seen.push(...page.apps.map(({ clientId }) => clientId))
    if (page.next === null) break
    query = `?before=${encodeURIComponent(page.next)}`
  }
  expect(seen).toHaveLength(60)
  expect(new Set(seen)).toEqual(new Set(made))
})

it('pages of partners skip nobody who signed up at the same moment', async () => {
  const { services, visitor } = await owner()
  for (let number = 0; number < 27; number += 1) await createPartner(services)
  const first = (await visitor.load(partners, '/admin/partners')).value as { partners: { id: string }[]; next: string }
  const second = (await visitor.load(partners, `/admin/partners?before=${encodeURIComponent(first.next)}`)).value
  const ids = [...first.partners, ...(second as { partners: { id: string }[] }).partners].map(({ id }) => id)
  expect(new Set(ids).size).toBe(27)
})
