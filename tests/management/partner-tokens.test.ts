/** What a partner's own programs can have, and can not. */
import { beforeAll, describe, expect, test } from 'vitest'
import { reinstateApp } from '~/domain/moderation/reinstate-app'
import { suspendApp } from '~/domain/moderation/suspend-app'
import { deleteApiClient, rotateApiClientSecret } from '~/domain/partners/api-clients'
import { partnerScopes } from '~/domain/resource-servers/management-api'
import { authorizeParams } from '~tests/oauth/authorization-world'
import { API, CALLBACK, grantToClient } from '~tests/support/fixtures'
import { findOwner } from '~tests/support/people'
import { resourceEndpoints } from './management-world'
import { createManagementWorld, createPartnerProgram, type ManagementWorld, type PartnerProgram } from './partner-world'

let world: ManagementWorld
let partner: PartnerProgram
beforeAll(async () => {
  world = await createManagementWorld()
  partner = await createPartnerProgram(world)
})

const askToken = (fields: Record<string, string>, { program } = partner) =>
  world.machine.token({ grant_type: 'client_credentials', audience: world.audience, ...fields }, program)

describe('a token of a partner’s program', () => {
  test('has the scopes that there are for partners, or those of them that it asks for', async () => {
    expect((await askToken({})).json.scope).toBe(partnerScopes.join(' '))
    expect((await askToken({ scope: 'read:apps' })).json.scope).toBe('read:apps')
    expect((await askToken({ scope: 'read:apps read:users' })).json).toMatchObject({ error: 'access_denied' })
  })

  test('is for the Management API alone, whatever grant says so', async () => {
    const refused = await world.call('POST', '/client-grants', {
      client_id: partner.program.clientId,
      audience: API,
      scope: ['read:items'],
    })
    expect(refused.status).toBe(403)
    await grantToClient(world.services, partner.program, ['read:items'])
    await grantToClient(world.services, partner.program, ['read:users'], world.audience)
    expect((await askToken({ audience: API })).json).toMatchObject({ error: 'access_denied' })
    expect((await askToken({})).json.scope).toBe(partnerScopes.join(' '))
  })

  test('comes by client credentials: nobody signs in to such a program', async () => {
    const asked = authorizeParams(partner.program)
    const shown = await world.machine.get(`/authorize?${asked}`)
    expect(shown.status).toBe(403)
    expect(shown.header('location')).toBeUndefined()
    for (const grant of ['authorization_code', 'refresh_token', 'password', 'implicit']) {
      const fields = { grant_type: grant, code: 'x', refresh_token: 'x', username: 'x', password: 'x' }
      const answer = await world.machine.token({ ...fields, redirect_uri: CALLBACK }, partner.program)
      expect(answer.json.error, grant).toMatch(/unauthorized_client|unsupported_grant_type/)
    }
  })

  test('asks for the scope', async () => {
    const { access_token } = (await askToken({ scope: 'read:apps' })).json
    const call = (path: string) => world.call('GET', path, undefined, String(access_token))
    expect((await call('/apps')).status).toBe(200)
    expect((await call('/partners')).json).toMatchObject({
      statusCode: 403,
      errorCode: 'insufficient_scope',
      message: 'Insufficient scope, expected any of: read:partners',
    })
  })

  test('ends with the suspension of the partner, and works again after it', async () => {
    const other = await createPartnerProgram(world)
    await world.call('POST', `/partners/${other.partner.id}/suspend`, { reason: 'Abuse was reported.' })
    expect((await other.call('GET', '/apps')).json).toMatchObject({ statusCode: 403, errorCode: 'partner_suspended' })
    expect((await askToken({}, other)).json).toMatchObject({ error: 'access_denied' })
    await world.call('POST', `/partners/${other.partner.id}/reinstate`, {})
    expect((await other.call('GET', '/apps')).status).toBe(200)
  })

  test('ends with the suspension of its program, as owners suspend any client of a third party', async () => {
    const other = await createPartnerProgram(world)
    const owner = await findOwner(world.services)
    await suspendApp(owner.ctx, other.program.clientId, 'Abuse was reported.')
    expect((await other.call('GET', '/apps')).status).toBe(401)
    await reinstateApp(owner.ctx, other.program.clientId, '')
    expect((await other.call('GET', '/apps')).status).toBe(200)
  })

  test('ends with its program', async () => {
    const other = await createPartnerProgram(world)
    await expect(deleteApiClient(other.ctx, partner.partner, other.program.clientId)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await other.call('GET', '/apps')).status).toBe(200)
    await deleteApiClient(other.ctx, other.partner, other.program.clientId)
    expect((await other.call('GET', '/apps')).json).toMatchObject({ statusCode: 401, message: 'Invalid token' })
    expect((await askToken({}, other)).status).toBe(401)
  })

  test('can be had with the secret before until its overlap is over', async () => {
    const { secret } = await rotateApiClientSecret(partner.ctx, partner.partner, partner.program.clientId, {
      overlapHours: 24,
    })
    expect((await askToken({})).status).toBe(200)
    expect(
      (
        await world.machine.token(
          { grant_type: 'client_credentials', audience: world.audience },
          { clientId: partner.program.clientId, secret },
        )
      ).status,
    ).toBe(200)
  })
})

test('the program of a partner is neither changed nor read as a client by the tenant’s programs', async () => {
  const path = `/clients/${partner.program.clientId}`
  for (const body of [{ is_first_party: true }, { grant_types: ['authorization_code'] }, { callbacks: [CALLBACK] }])
    expect((await world.call('PATCH', path, body)).status).toBe(403)
  expect((await world.call('POST', `${path}/rotate-secret`, {})).status).toBe(403)
  expect((await world.call('GET', path)).json).not.toHaveProperty('client_secret')
})

const closed = resourceEndpoints
  .map(({ declaration }) => declaration)
  .filter(({ partnerScopes: open }) => open === undefined)
test.each(closed.map(({ method, path }) => [method, path] as const))(
  '%s %s is not for partners',
  async (method, path) => {
    const address = path.replace('/api/v2', '').replace(/\{\w+\}/g, 'something')
    const refused = await world.machine.sendJson(method, `/api/v2${address}`, {}, { bearer: partner.token })
    expect(refused.json).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' })
  },
)
