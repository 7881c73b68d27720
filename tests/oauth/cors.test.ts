import { beforeAll, describe, expect, it } from 'vitest'
import { currentManifest, editApp } from '~/domain/apps/edit-app'
import {
  createFirstPartyClient,
  createPortalApp,
  createThirdPartyClient,
  requireApp,
  type TestClient,
} from '~tests/support/fixtures'
import { createPartner } from '~tests/support/people'
import { createWorld, type World } from './authorization-world'

const ORIGIN = 'https://spa.example.com'
const ENDPOINTS = ['/oauth/token', '/oauth/revoke', '/oauth/par', '/userinfo']

let world: World
let spa: TestClient

beforeAll(async () => {
  world = await createWorld()
  spa = await createThirdPartyClient(world.services, { appType: 'spa', callbacks: [`${ORIGIN}/callback`] })
})

const preflight = async (path: string, origin: string) => {
  const { app } = world.machine
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'dpop,auth0-client',
  }
  return (await app.inject({ method: 'OPTIONS', url: path, headers })).headers
}
const allowedAt = async (path: string, origin: string) => (await preflight(path, origin))['access-control-allow-origin']

describe('a page of another origin', () => {
  it('may call what browser clients call, where a client has registered it', async () => {
    for (const path of ENDPOINTS) {
      const headers = await preflight(path, ORIGIN)
      expect(headers['access-control-allow-origin']).toBe(ORIGIN)
      expect(headers['access-control-allow-headers']).toMatch(/dpop.*auth0-client/)
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
      expect(headers.vary).toContain('Origin')
    }
    const token = await world.machine.postForm('/oauth/token', {}, { client: spa, headers: { origin: ORIGIN } })
    expect([token.status, token.header('access-control-allow-origin')]).toEqual([400, ORIGIN])
  })

  it('may not, where none has, nor as “null”', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${ORIGIN}.evil.example`,
      'http://spa.example.com',
      `${ORIGIN}:444`,
    ]) {
      for (const path of ENDPOINTS) expect(await allowedAt(path, origin)).toBeUndefined()
      const answer = await world.machine.get('/userinfo', { headers: { origin } })
      expect(answer.header('access-control-allow-origin')).toBeUndefined()
    }
  })

  it('may read the metadata and the keys, whoever it is', async () => {
    for (const path of [
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/.well-known/jwks.json',
    ]) {
      expect(await allowedAt(path, 'https://anybody.example')).toBe('*')
      const answer = await world.machine.get(path, { headers: { origin: 'https://anybody.example' } })
      expect(answer.header('access-control-allow-origin')).toBe('*')
    }
  })

  it('may not read an authorization, a sign-out or an introspection', async () => {
    for (const path of ['/authorize', '/oidc/logout', '/v2/logout', '/oauth/introspect', '/oauth/device/code'])
      expect(await allowedAt(path, ORIGIN)).toBeUndefined()
  })
})

it('a confidential client opens the origins that it names, not those of its callbacks', async () => {
  await createFirstPartyClient(world.services, {
    callbacks: ['https://backend.example.com/callback'],
    webOrigins: ['https://front.example.com'],
  })
  expect(await allowedAt('/oauth/token', 'https://front.example.com')).toBe('https://front.example.com')
  expect(await allowedAt('/oauth/token', 'https://backend.example.com')).toBeUndefined()
})

it('an app that moves takes its origin along', async () => {
  const partner = await createPartner(world.services)
  const app = await createPortalApp(partner, { appType: 'spa', callbacks: ['https://old.example.com/callback'] })
  expect(await allowedAt('/oauth/token', 'https://old.example.com')).toBe('https://old.example.com')
  const details = await requireApp(world.services, app.clientId)
  await editApp(partner.ctx, details, { ...currentManifest(details), callbacks: ['https://new.example.com/callback'] })
  expect(await allowedAt('/oauth/token', 'https://old.example.com')).toBeUndefined()
  expect(await allowedAt('/oauth/token', 'https://new.example.com')).toBe('https://new.example.com')
})
