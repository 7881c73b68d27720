import { expect, it } from 'vitest'
import { openMachine } from '~tests/support/machine'
import { createTestServices } from '~tests/support/services'

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'end_session_endpoint']
const LISTS = [
  'acr_values_supported',
  'claims_supported',
  'code_challenge_methods_supported',
  'grant_types_supported',
  'id_token_signing_alg_values_supported',
  'response_modes_supported',
  'response_types_supported',
  'scopes_supported',
  'subject_types_supported',
  'token_endpoint_auth_methods_supported',
  'ui_locales_supported',
]

it('oidcc-discovery-endpoint-verification: the metadata is whole, true to its address, and leads to keys', async () => {
  const issuer = 'https://login.example.com/'
  const services = await createTestServices({ env: { ISSUER: issuer } })
  const machine = await openMachine(services)
  const answer = await machine.get('/.well-known/openid-configuration')
  expect([answer.status, answer.header('content-type')]).toEqual([200, 'application/json'])
  const { json } = answer
  expect(json.issuer).toBe(issuer)
  for (const name of ENDPOINTS) expect(String(json[name]), name).toMatch(/^https:\/\/login\.example\.com\/[^?#]*$/)
  for (const name of LISTS) {
    const list = json[name] as unknown[]
    expect(Array.isArray(list) && list.length > 0 && list.every((value) => typeof value === 'string'), name).toBe(true)
  }
  expect(json).toMatchObject({
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    response_types_supported: expect.arrayContaining(['code', 'id_token', 'id_token token']),
    scopes_supported: expect.arrayContaining(['openid']),
    code_challenge_methods_supported: ['S256'],
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  })
  for (const scope of json.scopes_supported as string[]) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)

  const { keys } = (await machine.get('/.well-known/jwks.json')).json as { keys: Record<string, string>[] }
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
  for (const key of keys) {
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String) })
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key).not.toHaveProperty(secret)
  }
})
