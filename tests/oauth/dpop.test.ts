/** Tokens that are bound to a key of the client's (RFC 9449). */
import { decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { countOf } from '~tests/support/count-rows'
import { type DpopKey, type GivenProof, newDpopKey } from '~tests/support/dpop-key'
import { createFirstPartyClient, createThirdPartyClient, grantToClient, type TestClient } from '~tests/support/fixtures'
import {
  API,
  authorizeParams,
  CALLBACK,
  createWorld,
  introspect,
  obtainCode,
  type Tokens,
  type World,
} from './authorization-world'

let world: World
let app: TestClient
let spa: TestClient
let key: DpopKey
let other: DpopKey

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
  spa = await createThirdPartyClient(world.services, { appType: 'spa' })
  key = await newDpopKey(world.services)
  other = await newDpopKey(world.services)
})

async function token(fields: Record<string, string>, client: TestClient, proof?: string) {
  return world.machine.postForm('/oauth/token', fields, { client, headers: proof ? { dpop: proof } : {} })
}

async function bound(client: TestClient, given: Record<string, string> = {}): Promise<Tokens & { token_type: string }> {
  const { code, verifier } = await obtainCode(world, client, given)
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK }
  const answer = await token(fields, client, await key.proof('/oauth/token'))
  expect(answer.status).toBe(200)
  return answer.json as Tokens & { token_type: string }
}

const userinfo = (accessToken: string, scheme: string, proof?: string) =>
  world.machine.get('/userinfo', {
    headers: { authorization: `${scheme} ${accessToken}`, ...(proof ? { dpop: proof } : {}) },
  })

describe('a bound access token', () => {
  it('is of the type DPoP, names the key, and is introspected with it', async () => {
    const jwt = await bound(app, { audience: API, scope: 'openid read:items' })
    expect(jwt.token_type).toBe('DPoP')
    expect(decodeJwt(jwt.access_token).cnf).toEqual({ jkt: key.jkt })
    const opaque = await bound(app)
    for (const { access_token } of [jwt, opaque]) {
      expect((await introspect(world, app, access_token)).json).toMatchObject({
        active: true,
        token_type: 'DPoP',
        cnf: { jkt: key.jkt },
      })
    }
  })

  it('works at /userinfo with a proof of its key for it, and in no other way', async () => {
    const { access_token } = await bound(app)
    const proof = (by: DpopKey, given: GivenProof = {}) =>
      by.proof('/userinfo', { method: 'GET', accessToken: access_token, ...given })
    expect((await userinfo(access_token, 'DPoP', await proof(key))).status).toBe(200)
    for (const [scheme, given] of [
      ['Bearer', undefined],
      ['Bearer', await proof(key)],
      ['DPoP', undefined],
      ['DPoP', await proof(other)],
      ['DPoP', await proof(key, { accessToken: 'another token' })],
      ['DPoP', await proof(key, { method: 'POST' })],
      ['DPoP', await key.proof('/oauth/token', { method: 'GET', accessToken: access_token })],
    ] as const) {
      const answer = await userinfo(access_token, scheme, given)
      expect(answer.status).toBe(401)
      expect(answer.header('www-authenticate')).toContain(scheme)
    }
  })

  it('in its own name of a client, too', async () => {
    const machine = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
    await grantToClient(world.services, machine, ['read:items'])
    const answer = await token(
      { grant_type: 'client_credentials', audience: API },
      machine,
      await key.proof('/oauth/token'),
    )
    expect(answer.json.token_type).toBe('DPoP')
    expect(decodeJwt(String(answer.json.access_token)).cnf).toEqual({ jkt: key.jkt })
  })

  it('that is bound to no key is not made to look so', async () => {
    const { code, verifier } = await obtainCode(world, app)
    const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK }
    const { access_token = '' } = (await token(fields, app)).json as Tokens
    const proof = await key.proof('/userinfo', { method: 'GET', accessToken: access_token })
    expect((await userinfo(access_token, 'DPoP', proof)).status).toBe(401)
    expect((await userinfo(access_token, 'Bearer')).status).toBe(200)
  })
})

describe('a refresh token', () => {
  const refresh = (client: TestClient, refresh_token: string | undefined, proof?: string) =>
    token({ grant_type: 'refresh_token', refresh_token: refresh_token ?? '' }, client, proof)

  it('of a public client is bound to the key, and another one does not use it up', async () => {
    const { refresh_token } = await bound(spa)
    expect((await refresh(spa, refresh_token)).json.error).toBe('invalid_grant')
    expect((await refresh(spa, refresh_token, await other.proof('/oauth/token'))).json.error).toBe('invalid_grant')
    const answer = await refresh(spa, refresh_token, await key.proof('/oauth/token'))
    expect(answer.json.token_type).toBe('DPoP')
    const again = await refresh(spa, String(answer.json.refresh_token), await key.proof('/oauth/token'))
    expect(again.status).toBe(200)
  })

  it('of a confidential client is bound to the client, which may change its key', async () => {
    const { refresh_token } = await bound(app)
    const answer = await refresh(app, refresh_token, await other.proof('/oauth/token'))
    expect(answer.status).toBe(200)
    const { access_token = '' } = answer.json as Tokens
    expect((await introspect(world, app, access_token)).json.cnf).toEqual({ jkt: other.jkt })
  })
})

/** A request with a proof that is accepted when it comes for the first time. */
async function acceptedRequest(what: string): Promise<{ ask: () => ReturnType<typeof token>; access_token?: string }> {
  const proof = await key.proof('/oauth/token')
  if (what === 'authorization_code') {
    const { code, verifier } = await obtainCode(world, spa)
    const fields = { grant_type: what, code, code_verifier: verifier, redirect_uri: CALLBACK }
    return { ask: () => token(fields, spa, proof) }
  }
  if (what === 'refresh_token') {
    const { refresh_token = '' } = await bound(spa)
    return { ask: () => token({ grant_type: what, refresh_token }, spa, proof) }
  }
  if (what === 'client_credentials') {
    const machine = await createFirstPartyClient(world.services, { appType: 'non_interactive' })
    await grantToClient(world.services, machine, ['read:items'])
    return { ask: () => token({ grant_type: what, audience: API }, machine, proof) }
  }
  if (what === 'pushed request') {
    const { client_id: _own, ...fields } = Object.fromEntries(authorizeParams(app))
    const headers = { dpop: await key.proof('/oauth/par') }
    return { ask: () => world.machine.postForm('/oauth/par', fields, { client: app, headers }) }
  }
  const { access_token } = await bound(spa)
  const ofUserinfo = await key.proof('/userinfo', { method: 'GET', accessToken: access_token })
  return { ask: () => userinfo(access_token, 'DPoP', ofUserinfo), access_token }
}

describe('a proof', () => {
  it.each([
    ['of another type', { header: { typ: 'JWT' } }],
    ['with a key that is not the signer’s', { header: { jwk: 'other' } }],
    ['for another method', { claims: { htm: 'GET' } }],
    ['for another address', { claims: { htu: 'https://other.example.com/oauth/token' } }],
    ['without an address', { claims: { htu: undefined } }],
    ['of two minutes ago', { claims: { iat: -120 } }],
    ['of the future', { claims: { iat: 120 } }],
    ['without a jti', { claims: { jti: undefined } }],
  ])('%s is refused', async (_what, { header = {}, claims = {} }: GivenProof) => {
    if (header.jwk) header.jwk = other.publicJwk
    const now = Math.floor(world.services.clock.now() / 1000)
    if (typeof claims.iat === 'number') claims.iat += now
    const proof = await key.proof('/oauth/token', { header, claims })
    const answer = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, app, proof)
    expect(answer.status).toBe(400)
    expect(answer.json.error).toBe('invalid_dpop_proof')
  })

  it.each([
    ['an empty jti', { jti: '' }, /its jti is empty or no text/],
    ['a jti that is a number', { jti: 7 }, /its jti is empty or no text/],
    ['an iat that is text', { iat: '1700000000' }, /its iat is no number/],
    ['no iat', { iat: undefined }, /it has no iat/],
    ['an exp that is over', { exp: 1 }, /its exp is in the past/],
  ])('with %s is refused for that, and not for its signature', async (_what, claims, message) => {
    const proof = await key.proof('/oauth/token', { claims })
    const answer = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, app, proof)
    expect(answer.json).toMatchObject({
      error: 'invalid_dpop_proof',
      error_description: expect.stringMatching(message),
    })
  })

  it('with a private or a symmetric key in it, signed by a secret or not at all, is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const secret = new TextEncoder().encode('x'.repeat(32))
    const withSecret = await new SignJWT({ htm: 'POST' })
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'eA' } as JWK })
      .sign(secret)
    const unsigned = `${Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString('base64url')}.e30.`
    const withPrivate = await key.proof('/oauth/token', { header: { jwk: await exportJWK(privateKey) } })
    for (const proof of [withSecret, unsigned, withPrivate, 'x', `${await key.proof('/oauth/token')}, x.y.z`]) {
      const answer = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, app, proof)
      expect(answer.json.error).toBe('invalid_dpop_proof')
    }
  })

  it('that nothing was given for leaves no row, whatever was wrong', async () => {
    const before = await countOf(world.services, 'usedTokenIds')
    const { access_token } = await bound(app)
    const ofUserinfo = await other.proof('/userinfo', { method: 'GET', accessToken: access_token })
    expect(await countOf(world.services, 'usedTokenIds')).toBe(before + 1)
    await token({ grant_type: 'refresh_token', refresh_token: 'x' }, app, await other.proof('/oauth/token'))
    await token({ grant_type: 'authorization_code', code: 'x' }, app, await other.proof('/oauth/token'))
    const headers = { dpop: await other.proof('/oauth/par') }
    await world.machine.postForm('/oauth/par', { redirect_uri: 'https://other.example.com/' }, { client: app, headers })
    await userinfo('unknown', 'DPoP', ofUserinfo)
    await userinfo(access_token, 'DPoP', ofUserinfo)
    expect(await countOf(world.services, 'usedTokenIds')).toBe(before + 1)
  })

  it.each(['authorization_code', 'refresh_token', 'client_credentials', 'pushed request', 'userinfo'])(
    'is accepted once (%s), also when it comes ten times at the same moment, and its repetition ends nothing',
    async (what) => {
      const { ask, access_token } = await acceptedRequest(what)
      const answers = await Promise.all(Array.from({ length: 10 }, ask))
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
      expect(answers.filter(({ json }) => json.error === 'invalid_dpop_proof')).toHaveLength(9)
      expect((await ask()).json.error).toBe('invalid_dpop_proof')
      const given = String(access_token ?? answers.find(({ status }) => status < 300)?.json.access_token)
      if (['pushed request', 'client_credentials'].includes(what)) return
      const fresh = await key.proof('/userinfo', { method: 'GET', accessToken: given })
      expect((await userinfo(given, 'DPoP', fresh)).status).toBe(200)
    },
  )

  it('is compared with the address as it is meant: letters of the host, the default port, a query', async () => {
    const htu = 'HTTP://LOCALHOST:3000/oauth/token?x=1#y'
    const proof = await key.proof('/oauth/token', { claims: { htu } })
    const answer = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, app, proof)
    expect(answer.json.error).toBe('invalid_grant')
  })
})

describe('a code that was asked for with a key', () => {
  it('is redeemed with a proof of that key, however it was named', async () => {
    const redeemWith = async (code: string, verifier: string, proof?: string) =>
      (
        await token(
          { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK },
          app,
          proof,
        )
      ).json
    const named = await obtainCode(world, app, { dpop_jkt: key.jkt })
    expect((await redeemWith(named.code, named.verifier)).error).toBe('invalid_grant')
    expect((await redeemWith(named.code, named.verifier, await other.proof('/oauth/token'))).error).toBe(
      'invalid_grant',
    )
    expect((await redeemWith(named.code, named.verifier, await key.proof('/oauth/token'))).token_type).toBe('DPoP')
  })

  it('at the pushed request by a proof, which has to be of the key that dpop_jkt names', async () => {
    const { client_id: _own, ...fields } = Object.fromEntries(authorizeParams(app, { dpop_jkt: other.jkt }))
    const headers = { dpop: await key.proof('/oauth/par') }
    expect((await world.machine.postForm('/oauth/par', fields, { client: app, headers })).json.error).toBe(
      'invalid_dpop_proof',
    )
  })
})

it('a client that has to bind its tokens gets none without a proof', async () => {
  const careful = await createThirdPartyClient(world.services, { dpopBoundAccessTokens: true })
  const { code, verifier } = await obtainCode(world, careful)
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK }
  expect((await token(fields, careful)).json.error).toBe('invalid_dpop_proof')
  expect((await token(fields, careful, await key.proof('/oauth/token'))).status).toBe(200)
})
