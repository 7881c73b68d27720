/** What no client sends: the answer is a refusal with a reason, never a failure of the program. */
import { beforeAll, describe, expect, it } from 'vitest'
import * as signIn from '~/routes/account.sign-in'
import * as signUp from '~/routes/portal.sign-up'
import { createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { openVisitor } from '~tests/support/visitor'
import { createWorld, obtainCode, obtainTokens, redeem, refresh, type World } from './authorization-world'

let world: World
let app: TestClient
let other: TestClient

beforeAll(async () => {
  world = await createWorld()
  app = await createThirdPartyClient(world.services)
  other = await createThirdPartyClient(world.services)
})

describe('a NUL, which PostgreSQL takes nowhere', () => {
  it('in an address', async () => {
    for (const path of ['/authorize?client_id=%00', '/authorize/resume?request=%00', '/portal/apps/%00', '/%00']) {
      expect((await world.machine.get(path)).status).toBe(400)
    }
  })

  it('in a parameter, form or JSON', async () => {
    for (const name of ['grant_type', 'code', 'client_id', 'scope', 'redirect_uri']) {
      const fields = { grant_type: 'authorization_code', code: 'x', [name]: 'a\0b' }
      expect((await world.machine.token(fields)).json.error).toBe('invalid_request')
      expect((await world.machine.sendJson('POST', '/oauth/token', fields)).json.error).toBe('invalid_request')
    }
    for (const path of ['/oauth/revoke', '/oauth/introspect']) {
      expect((await world.machine.postForm(path, { token: '\0' }, { client: app })).status).toBe(400)
    }
  })

  it('in the Authorization header', async () => {
    const authorization = `Basic ${Buffer.from('%00:%00').toString('base64')}`
    const answer = await world.machine.postForm('/oauth/token', { grant_type: 'x' }, { headers: { authorization } })
    expect(answer.json.error).toBe('invalid_client')
    expect((await world.machine.get('/userinfo', { bearer: 'at_%00' })).status).toBe(401)
  })

  it('in a form of a page', async () => {
    const visitor = openVisitor(world.services)
    const typed = { username: 'a\0@example.com', password: 'a\0b' }
    expect((await visitor.send(signIn, '/account/sign-in', typed)).status).toBe(400)
  })
})

describe('names that JavaScript objects have', () => {
  it('as parameters and fields change nothing', async () => {
    const fields = { grant_type: 'constructor', '__proto__[polluted]': '1', 'constructor.prototype.polluted': '1' }
    expect((await world.machine.token(fields, app)).json.error).toBe('unsupported_grant_type')
    expect((await world.machine.token({ grant_type: '__proto__' }, app)).json.error).toBe('unsupported_grant_type')
    const visitor = openVisitor(world.services)
    const typed = {
      '__proto__.polluted': '1',
      'constructor.prototype.polluted': '1',
      'name[__proto__]': '1',
      name: 'x',
    }
    expect((await visitor.send(signUp, '/portal/sign-up', typed)).status).toBe(400)
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })
})

describe('bodies', () => {
  it('that are no form and no JSON object are refused', async () => {
    const send = (payload: string, type: string) =>
      world.machine.app.inject({ method: 'POST', url: '/oauth/token', payload, headers: { 'content-type': type } })
    for (const [payload, type] of [
      ['[]', 'application/json'],
      ['null', 'application/json'],
      ['{"grant_type":{}}', 'application/json'],
      ['{"grant_type":', 'application/json'],
      ['grant_type=x', 'text/plain'],
      ['grant_type=x', 'multipart/form-data'],
    ] as const) {
      const answer = await send(payload, type)
      expect(answer.statusCode).toBe(400)
      expect(answer.json().error).toBe('invalid_request')
    }
  })

  it('of more than a quarter of a megabyte are refused unread', async () => {
    const answer = await world.machine.token({ grant_type: 'x'.repeat(300_000) }, app)
    expect(answer.status).toBe(413)
  })
})

describe('what one client was given', () => {
  it('is of no use to another, and stays of use to its own', async () => {
    const code = await obtainCode(world, app)
    const tokens = await obtainTokens(world, app)
    expect((await redeem(world, other, code)).json.error).toBe('invalid_grant')
    expect((await refresh(world, other, tokens.refresh_token)).json.error).toBe('invalid_grant')
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      await world.machine.postForm('/oauth/revoke', { token }, { client: other })
      const seen = await world.machine.postForm('/oauth/introspect', { token }, { client: other })
      expect(seen.text).toBe('{"active":false}')
    }
    expect((await redeem(world, app, code)).status).toBe(200)
    expect((await refresh(world, app, tokens.refresh_token)).status).toBe(200)
  })
})
