import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { listAuditEvents } from '~db/queries/audit'
import { findTokenFamily } from '~db/queries/tokens'
import { claimsOf, obtainTokens, type Tokens, userinfo } from '~tests/oauth/authorization-world'
import { type DpopKey, newDpopKey } from '~tests/support/dpop-key'
import { API, createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

const CREATE = 'create:current_user_device_credentials'
const DELETE = 'delete:current_user_device_credentials'

let world: ManagementWorld
let app: TestClient
let key: DpopKey
let other: DpopKey
let bearer: string

beforeEach(async () => {
  world = await createManagementWorld()
  app = await createThirdPartyClient(world.services)
  key = await newDpopKey(world.services)
  other = await newDpopKey(world.services)
  bearer = await ownToken()
})

const ownToken = async (client = app, person = world.user) =>
  (await obtainTokens(world, client, { audience: world.audience, scope: `${CREATE} ${DELETE}` }, person)).access_token

const base64 = (value: string | Buffer) => Buffer.from(value).toString('base64')
const spkiOf = (jwk: JWK) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })

const newDevice = (given: object = {}) => ({
  device_name: 'My phone',
  type: 'public_key',
  value: base64(spkiOf(key.publicJwk)),
  device_id: 'ABCDEF-0123',
  ...given,
})

const register = (given: object = {}, token = bearer) =>
  world.call('POST', '/device-credentials', newDevice(given), token)

const authorize = (client = app) =>
  obtainTokens(world, client, { audience: API, scope: 'openid read:items offline_access' })

async function refresh(token: string | undefined, by?: DpopKey, client = app) {
  const fields = { grant_type: 'refresh_token', refresh_token: token ?? '' }
  const headers = by ? { dpop: await by.proof('/oauth/token') } : undefined
  return world.machine.postForm('/oauth/token', fields, { client, headers })
}

const familyOf = async ({ access_token }: Pick<Tokens, 'access_token'>) =>
  (await findTokenFamily(world.services.db, String(claimsOf(access_token).jti).split('.')[0] ?? ''))?.family

describe('a device', () => {
  test('is registered by the user’s own token, and listed with who it is for', async () => {
    const made = await register()
    expect(made.status).toBe(201)
    expect(made.json.id).toMatch(/^dcr_/)
    const listed = await world.call('GET', `/device-credentials?type=public_key&include_totals=true`)
    expect(listed.json).toEqual({
      start: 0,
      limit: 50,
      length: 1,
      total: 1,
      device_credentials: [
        {
          id: made.json.id,
          device_name: 'My phone',
          device_id: 'ABCDEF-0123',
          type: 'public_key',
          user_id: world.user.user.userId,
          client_id: app.clientId,
        },
      ],
    })
    expect(await listAuditEvents(world.services.db, { action: 'device-credential.created' }, 5)).toHaveLength(1)
  })

  test('may come as SPKI in PEM and as a JWK; the private half and weak keys are refused', async () => {
    const pem = createPublicKey({ key: other.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    expect((await register({ value: base64(pem), device_id: 'a1' })).status).toBe(201)
    const jwk = (await newDpopKey(world.services, 'RS256')).publicJwk
    expect((await register({ value: base64(JSON.stringify(jwk)), device_id: 'a2' })).status).toBe(201)
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    for (const value of [
      base64(weak.publicKey.export({ type: 'spki', format: 'der' })),
      base64(JSON.stringify(secret)),
      base64('no key'),
      'ü',
    ]) {
      expect((await register({ value, device_id: 'a3' })).json).toMatchObject({
        statusCode: 400,
        errorCode: 'invalid_body',
      })
    }
  })

  test('may come as PKCS#1 and as PEM without base64, and a refusal says what to send in our own words', async () => {
    const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
    const values = [
      base64(rsa().publicKey.export({ type: 'pkcs1', format: 'der' })),
      base64(rsa().publicKey.export({ type: 'pkcs1', format: 'pem' })),
      String(rsa().publicKey.export({ type: 'pkcs1', format: 'pem' })),
      String(rsa().publicKey.export({ type: 'spki', format: 'pem' })),
    ]
    for (const [index, value] of values.entries())
      expect((await register({ value, device_id: `b${index}` })).status).toBe(201)
    const { privateKey } = rsa()
    for (const value of ['no key', base64('{"kty":'), String(privateKey.export({ type: 'pkcs1', format: 'pem' }))]) {
      const refused = await register({ value, device_id: 'b9' })
      expect(refused.status).toBe(400)
      expect(refused.json.message).toMatch(
        /This is no public key\. Send it as PEM, or base64 of SPKI, PKCS#1, PEM or a JWK\.' on/,
      )
    }
  })

  test('has an id of hexadecimal digits and hyphens, of at most 36 characters', async () => {
    for (const device_id of ['', 'xyz', 'a'.repeat(37), 'a b']) expect((await register({ device_id })).status).toBe(400)
    expect((await register({ device_id: '01234567-89ab-CDEF-0123-456789abcdef' })).status).toBe(201)
  })

  test('has one key, and a key is of one device', async () => {
    expect((await register()).status).toBe(201)
    const again = await register({ value: base64(spkiOf(other.publicJwk)) })
    expect(again.json).toMatchObject({ statusCode: 409, message: 'A public key already exists for the device.' })
    expect((await register({ device_id: 'a1' })).status).toBe(409)
  })

  test('that is registered several times at once is registered once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => register()))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })

  test('is of nobody that is not a user, and of no other app', async () => {
    const program = await world.call('POST', '/device-credentials', newDevice())
    expect(program.json).toEqual({ statusCode: 401, error: 'Unauthorized', message: 'Missing authentication' })
    const elsewhere = await createThirdPartyClient(world.services)
    expect((await register({ client_id: elsewhere.clientId })).json).toMatchObject({
      statusCode: 403,
      message: 'Cannot create device credentials for that client.',
    })
    expect((await register({ client_id: app.clientId })).status).toBe(201)
    expect((await register({ user_id: 'auth0|other' })).status).toBe(400)
  })
})

describe('the key of a device', () => {
  test('binds the tokens of its user and client: no other key and no bearer goes on with them', async () => {
    await register()
    const first = await authorize()
    const bound = await refresh(first.refresh_token, key)
    expect(bound.status).toBe(200)
    expect(await familyOf(bound.json as Tokens)).toMatchObject({
      dpopJkt: key.jkt,
      deviceCredentialId: expect.stringMatching(/^dcr_/),
    })
    const next = String(bound.json.refresh_token)
    expect((await refresh(next)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(next, other)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(next, key)).status).toBe(200)
  })

  test('that is registered by nobody binds no tokens of a confidential app', async () => {
    const first = await authorize()
    const answer = await refresh(first.refresh_token, key)
    expect(answer.status).toBe(200)
    expect(await familyOf(answer.json as Tokens)).toMatchObject({ dpopJkt: null, deviceCredentialId: null })
  })

  test('of one user or app is nothing to another', async () => {
    await register()
    const elsewhere = await createThirdPartyClient(world.services)
    const theirs = await authorize(elsewhere)
    const answer = await refresh(theirs.refresh_token, key, elsewhere)
    expect(await familyOf(answer.json as Tokens)).toMatchObject({ deviceCredentialId: null })
  })

  test('that comes first of two at once keeps the tokens', async () => {
    const machine = await createFirstPartyClient(world.services, { appType: 'native' })
    const own = await ownToken(machine)
    await register({}, own)
    await register({ value: base64(spkiOf(other.publicJwk)), device_id: 'b2' }, own)
    const { refresh_token, ...tokens } = await authorize(machine)
    const answers = await Promise.all([refresh(refresh_token, key, machine), refresh(refresh_token, other, machine)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    const winner = answers[0]?.status === 200 ? key : other
    expect(await familyOf(tokens)).toMatchObject({ dpopJkt: winner.jkt })
  })
})

describe('removing a device', () => {
  test('ends what its key has got, from the next request on, and nothing else', async () => {
    const { json: device } = await register()
    const kept = await authorize()
    const bound = (await refresh((await authorize()).refresh_token, key)).json as Tokens
    const removed = await world.call('DELETE', `/device-credentials/${device.id}`, undefined, bearer)
    expect(removed.status).toBe(204)
    const proof = await key.proof('/userinfo', { method: 'GET', accessToken: bound.access_token })
    const headers = { authorization: `DPoP ${bound.access_token}`, dpop: proof }
    expect((await world.machine.get('/userinfo', { headers })).status).toBe(401)
    expect((await refresh(bound.refresh_token, key)).status).toBe(400)
    expect((await userinfo(world, kept)).status).toBe(200)
    expect((await world.call('GET', '/device-credentials?type=public_key')).json).toEqual([])
    expect((await world.call('DELETE', `/device-credentials/${device.id}`, undefined, bearer)).status).toBe(204)
  })

  test('while it is used leaves no token that is bound to it', async () => {
    const { json: device } = await register()
    const { refresh_token } = await authorize()
    const [answer] = await Promise.all([
      refresh(refresh_token, key),
      world.call('DELETE', `/device-credentials/${device.id}`),
    ])
    if (answer.status !== 200) return expect(answer.status).toBe(400)
    const family = await familyOf(answer.json as Tokens)
    // The removal came before the key was looked up, or after the tokens were bound to it.
    expect(family?.deviceCredentialId === null || family?.revokedAt !== null).toBe(true)
  })

  test('is for the app that has it: another of the same user ends nothing of it', async () => {
    const made = await register()
    const tokens = await authorize()
    const stranger = await ownToken(await createThirdPartyClient(world.services))
    const family = await familyOf(tokens)
    for (const id of [made.json.id, family?.id])
      expect((await world.call('DELETE', `/device-credentials/${id}`, undefined, stranger)).status).toBe(403)
    expect((await refresh(tokens.refresh_token, key)).status).toBe(200)
  })

  test('is for its own user, or for a program that may', async () => {
    const { json: device } = await register()
    const stranger = await createEndUser(world.services, { isVerified: true })
    const refused = await world.call(
      'DELETE',
      `/device-credentials/${device.id}`,
      undefined,
      await ownToken(app, stranger),
    )
    expect(refused.json).toMatchObject({ statusCode: 403, errorCode: 'unowned_resource' })
    const weaker = await world.tokenFor('read:device_credentials')
    expect((await world.call('DELETE', `/device-credentials/${device.id}`, undefined, weaker)).status).toBe(403)
    expect((await world.call('DELETE', `/device-credentials/${device.id}`)).status).toBe(204)
  })
})

describe('refresh tokens', () => {
  test('stand among the devices by their type, and are revoked there', async () => {
    await register()
    const rotating = await authorize()
    const own = await createFirstPartyClient(world.services)
    const steady = await authorize(own)
    const list = async (query: string) =>
      (await world.call('GET', `/device-credentials?${query}`)).json as unknown as { id: string; type: string }[]
    const all = await list('')
    expect(all.map(({ type }) => type).sort()).toEqual(['public_key', 'refresh_token', 'rotating_refresh_token'])
    const [mine, ...rest] = await list('type=rotating_refresh_token')
    expect([mine?.type, rest]).toEqual(['rotating_refresh_token', []])
    expect(await list(`type=refresh_token&client_id=${app.clientId}`)).toEqual([])
    expect((await world.call('DELETE', `/device-credentials/${mine?.id}`)).status).toBe(204)
    expect((await refresh(rotating.refresh_token)).status).toBe(400)
    expect((await refresh(steady.refresh_token, undefined, own)).status).toBe(200)
  })

  test('and keys are one list, whose pages miss nothing and give nothing twice', async () => {
    for (const digit of [1, 2, 3]) {
      const { publicJwk } = await newDpopKey(world.services)
      await register({ value: base64(spkiOf(publicJwk)), device_id: `d${digit}` })
    }
    for (let count = 0; count < 3; count += 1) await authorize()
    const idsOf = ({ json }: { json: unknown }) => (json as { id: string }[]).map(({ id }) => id)
    const all = idsOf(await world.call('GET', '/device-credentials'))
    expect(all).toHaveLength(6)
    for (const perPage of [1, 2, 4, 5]) {
      const pages: string[] = []
      for (let page = 0; pages.length < 6; page += 1)
        pages.push(...idsOf(await world.call('GET', `/device-credentials?per_page=${perPage}&page=${page}`)))
      expect(pages).toEqual(all)
    }
    const last = await world.call('GET', '/device-credentials?per_page=5&page=1&include_totals=true')
    expect(last.json).toMatchObject({ total: 6, length: 1 })
    expect(idsOf(await world.call('GET', '/device-credentials?per_page=3&page=1&fields=id'))).toEqual(all.slice(3))
  })
})
