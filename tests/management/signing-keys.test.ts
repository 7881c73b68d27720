import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { importX509, jwtVerify } from 'jose'
import { beforeEach, expect, it } from 'vitest'
import { MINUTE } from '~/platform/durations'
import { createManagementWorld, type ManagementWorld } from './management-world'

type Key = { kid: string; cert: string; pkcs7: string; thumbprint: string; fingerprint: string } & Record<
  string,
  unknown
>

let world: ManagementWorld
beforeEach(async () => {
  world = await createManagementWorld()
})

const PATH = '/keys/signing'
const list = async () => (await world.call('GET', PATH)).json as unknown as Key[]
const find = async (state: 'current' | 'next' | 'previous') => {
  const found = (await list()).find((key) => key[state])
  if (!found) throw new Error(`there is no ${state} key`)
  return found
}
const published = async () => (await world.machine.get('/.well-known/jwks.json')).json.keys as Record<string, unknown>[]

it('each key has a certificate that verifies what the key signs, in every form that it is asked for', async () => {
  const key = await find('current')
  const { kid, cert, pkcs7, thumbprint, fingerprint } = key
  const { payload } = await jwtVerify(await world.tokenFor(), await importX509(cert, 'RS256'), {
    currentDate: new Date(world.services.clock.now()),
  })
  expect(payload.iss).toBe(world.services.config.issuer)
  const certificate = new X509Certificate(cert)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.subject).toBe(`CN=${new URL(world.services.config.issuer).hostname}`)
  expect([thumbprint, fingerprint]).toEqual([certificate.fingerprint.replaceAll(':', ''), certificate.fingerprint])
  expect(pkcs7).toMatch(/^-----BEGIN PKCS7-----\r\n/)
  expect((await world.call('GET', `${PATH}/${kid}`)).json).toEqual(key)
  expect(key).toMatchObject({ current: true, next: false, previous: false, revoked: false })
})

it('the key set carries the certificates', async () => {
  const { kid } = await find('current')
  const { x5c, x5t, ...jwk } = (await published()).find((key) => key.kid === kid) ?? {}
  const [der = ''] = x5c as string[]
  const certificate = new X509Certificate(Buffer.from(der, 'base64'))
  expect(certificate.publicKey.equals(createPublicKey({ key: jwk as never, format: 'jwk' }))).toBe(true)
  expect(x5t).toBe(createHash('sha1').update(certificate.raw).digest('base64url'))
})

it('a rotation makes the next key sign; then the one before can be revoked, and none that signs or will', async () => {
  world.services.clock.advance(10 * MINUTE)
  const [before, next] = [await find('current'), await find('next')]
  const rotated = await world.call('POST', `${PATH}/rotate`)
  expect(rotated.status).toBe(201)
  expect(rotated.json).toEqual({ kid: next.kid, cert: next.cert })
  expect((await find('current')).kid).toBe(next.kid)
  expect((await find('previous')).kid).toBe(before.kid)
  for (const { kid } of [await find('current'), await find('next')]) {
    expect((await world.call('PUT', `${PATH}/${kid}/revoke`)).status).toBe(409)
  }
  const fresh = await world.tokenFor()
  const revoked = await world.call('PUT', `${PATH}/${before.kid}/revoke`, undefined, fresh)
  expect([revoked.status, revoked.json]).toEqual([200, { kid: before.kid, cert: before.cert }])
  const gone = await world.call('GET', `${PATH}/${before.kid}`, undefined, fresh)
  expect(gone.json).toMatchObject({ revoked: true, revoked_at: expect.any(String), previous: false })
  expect((await published()).map(({ kid }) => kid)).not.toContain(before.kid)
  expect((await world.call('GET', PATH)).status, 'what it signed is worth nothing').toBe(401)
})

it('what there is not is not found', async () => {
  expect((await world.call('GET', `${PATH}/none`)).json).toMatchObject({ statusCode: 404 })
  expect((await world.call('PUT', `${PATH}/none/revoke`)).status).toBe(404)
})
