import { expect, it } from 'vitest'
import { openMachine } from '~tests/support/machine'
import { createTestServices } from '~tests/support/services'

it('the metadata is the same at both addresses, under the issuer of the configuration, whatever the Host header says', async () => {
  const services = await createTestServices()
  const machine = await openMachine(services)
  const headers = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'https' }
  const openid = await machine.get('/.well-known/openid-configuration', { headers })
  const oauth = await machine.get('/.well-known/oauth-authorization-server')
  expect(openid.text).toBe(oauth.text)
  expect(openid.text).not.toContain('evil')
  expect(openid.json.issuer).toBe(services.config.issuer)
  expect(openid.json.code_challenge_methods_supported).toEqual(['S256'])
})

it('every endpoint of the metadata answers', async () => {
  const machine = await openMachine(await createTestServices())
  const { json } = await machine.get('/.well-known/openid-configuration')
  const endpoints = Object.entries(json).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
  expect(endpoints.length).toBeGreaterThan(5)
  for (const [name, url] of endpoints) {
    const { pathname } = new URL(String(url))
    const answer =
      name === 'jwks_uri' || name === 'authorization_endpoint'
        ? await machine.get(pathname)
        : await machine.postForm(pathname, {})
    expect(answer.status, name).not.toBe(404)
    expect(answer.status, name).toBeLessThan(500)
  }
})

it('the Management API says what it is protected by, at the path of its identifier', async () => {
  const services = await createTestServices()
  const machine = await openMachine(services)
  const { issuer } = services.config
  const answer = await machine.get('/.well-known/oauth-protected-resource/api/v2/')
  expect(answer.json).toMatchObject({
    resource: `${issuer}api/v2/`,
    authorization_servers: [issuer],
    scopes_supported: expect.arrayContaining(['read:clients', 'read:current_user']),
  })
  const server = await machine.get('/.well-known/oauth-authorization-server')
  expect(server.json.protected_resources).toEqual([`${issuer}api/v2/`])
})
