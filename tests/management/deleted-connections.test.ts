/** A connection that is deleted with everybody whom it knows. */
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { beginJobs } from '~/domain/jobs/run-jobs'
import { beginLogouts } from '~/domain/sessions/deliver-logouts'
import { backgroundContext } from '~/services'
import { listAuditEvents } from '~db/queries/audit'
import { updateClient } from '~db/queries/clients'
import { listDomainConnections } from '~db/queries/connections'
import { findUser } from '~db/queries/users'
import { obtainTokens, refresh } from '~tests/oauth/authorization-world'
import { openReceiver } from '~tests/oauth/logout-receiver'
import { fillTenant } from '~tests/support/fill-tenant'
import { createFirstPartyClient } from '~tests/support/fixtures'
import { findOwner } from '~tests/support/people'
import { createManagementWorld } from './management-world'

const MANY = 250

test('closes at once; its people go part by part, whichever node does it, and apps are told of ended sessions', async () => {
  const world = await createManagementWorld()
  const { services, user } = world
  const { db, clock } = services
  await fillTenant(db, MANY, clock.now())
  const app = await createFirstPartyClient(services)
  const { received, uri } = await openReceiver()
  await db.run(updateClient(app.clientId, { backchannelLogoutUris: [uri] }))
  const tokens = await obtainTokens(world, app, { scope: 'openid offline_access' }, user)
  const [connection] = await listDomainConnections(db, {})
  const { id, name } = connection ?? {}

  expect((await world.call('DELETE', `/connections/${id}`)).status).toBe(202)
  expect((await world.call('GET', `/connections/${id}`)).status).toBe(404)
  expect((await world.call('GET', '/users?include_totals=true')).json).toMatchObject({ users: [], total: 0 })
  const anew = await world.call('POST', '/connections', { name, strategy: 'auth0' })
  expect(anew.status).toBe(201)

  const ending = new AbortController()
  const [underWay] = await beginJobs(backgroundContext(services), ending.signal)
  ending.abort()
  await underWay
  const { auditEvents, connections, identities } = db.handle.t
  expect((await db.handle.sql.select().from(identities)).length).toBeGreaterThan(MANY / 2)
  await Promise.all(await beginJobs(backgroundContext(services)))

  expect(await findUser(db, user.user.userId)).toBeUndefined()
  const left = await db.handle.sql.select({ id: connections.id }).from(connections)
  expect(left.map((row) => row.id)).not.toContain(id)
  const events = await db.handle.sql.select({ action: auditEvents.action }).from(auditEvents)
  expect(events.filter(({ action }) => action === 'user.deleted')).toHaveLength(MANY + 1)
  const [deleted] = await listAuditEvents(db, { action: 'connection.deleted' }, 1)
  expect(deleted).toMatchObject({ targetName: name, actorType: 'client' })

  expect((await refresh(world, app, tokens.refresh_token ?? '')).status).toBe(400)
  await Promise.all(await beginLogouts(backgroundContext(services)))
  expect(received.map(({ body }) => decodeJwt(body.get('logout_token') ?? '').sub)).toEqual([user.user.userId])
  expect((await findOwner(services)).user).toBeDefined()
})
