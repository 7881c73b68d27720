import { beforeEach, describe, expect, test } from 'vitest'
import { verifySecondFactor } from '~/domain/authenticators/verify-second-factor'
import { totpCode } from '~/platform/totp'
import { listAuditEvents } from '~db/queries/audit'
import {
  answerOf,
  authorizeParams,
  decide,
  newPkce,
  obtainTokens,
  openBrowser,
  pendingId,
  redeem,
} from '~tests/oauth/authorization-world'
import { type Authenticator, enrol, seedOf } from '~tests/support/authenticator'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, signIn } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
let user: string
let authenticator: Authenticator

beforeEach(async () => {
  world = await createManagementWorld()
  user = encodeURIComponent(world.user.user.userId)
  authenticator = await enrol(world.services, world.user)
})

const enrollments = async (bearer?: string) =>
  (await world.call('GET', `/users/${user}/enrollments`, undefined, bearer)).json as unknown as object[]
const methods = async () =>
  (await world.call('GET', `/users/${user}/authentication-methods`)).json as unknown as { id: string; type: string }[]
const typesOf = async () => (await methods()).map(({ type }) => type).sort()

describe('enrollments', () => {
  test('are told to a program, and to the user’s own app', async () => {
    const expected = [
      {
        id: expect.any(String),
        status: 'confirmed',
        type: 'authenticator',
        auth_method: 'authenticator',
        name: 'Authenticator app',
        enrolled_at: expect.any(String),
        last_auth: expect.any(String),
      },
    ]
    expect(await enrollments()).toEqual(expected)
    expect(await enrollments(await world.userToken('read:current_user'))).toEqual(expected)
  })

  test('of another user are not', async () => {
    const stranger = await createEndUser(world.services, { isVerified: true })
    const bearer = await world.userToken('read:current_user', stranger)
    const answer = await world.call('GET', `/users/${user}/enrollments`, undefined, bearer)
    expect(answer.json).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'User to be acted on does not match subject in bearer token.',
      errorCode: 'unowned_resource',
    })
  })

  test('are not told to an ID token', async () => {
    const app = await createThirdPartyClient(world.services)
    const { id_token } = await obtainTokens(world, app, { audience: world.audience, scope: 'openid read:current_user' })
    const answer = await world.call('GET', `/users/${user}/enrollments`, undefined, id_token)
    expect(answer.json).toMatchObject({ statusCode: 401, message: 'Invalid token' })
  })
})

describe('removing the second factor', () => {
  test('works by the user’s own app: mail, sessions and codes follow', async () => {
    await signIn(world.services, 'account', world.user)
    const before = world.services.mailer.sent.length
    const bearer = await world.ownAppToken('delete:current_user_metadata')
    const path = `/users/${user}/multifactor/google-authenticator`
    for (const _attempt of [1, 2]) expect((await world.call('DELETE', path, undefined, bearer)).status).toBe(204)
    expect(await enrollments()).toEqual([])
    expect((await world.call('GET', `/users/${user}/sessions`)).json.sessions).toEqual([])
    expect(world.services.mailer.sent.slice(before).map(({ to }) => to)).toEqual([world.user.email])
    expect(await listAuditEvents(world.services.db, { action: 'authenticator.removed' }, 5)).toHaveLength(1)
  })

  test('of another user, of nobody and of an unknown kind is refused; one that nobody has is no failure', async () => {
    const stranger = await createEndUser(world.services, { isVerified: true })
    const bearer = await world.userToken('update:current_user_metadata', stranger)
    const path = `/users/${user}/multifactor/google-authenticator`
    expect((await world.call('DELETE', path, undefined, bearer)).json).toMatchObject({ errorCode: 'unowned_resource' })
    expect((await world.call('DELETE', '/users/auth0|none/multifactor/duo')).status).toBe(404)
    expect((await world.call('DELETE', `/users/${user}/multifactor/fax`)).json).toMatchObject({
      statusCode: 400,
      errorCode: 'invalid_uri',
    })
    expect((await world.call('DELETE', `/users/${user}/multifactor/duo`)).status).toBe(204)
    expect(await enrollments()).toHaveLength(1)
  })

  describe('by an app of a third party', () => {
    const path = () => `/users/${user}/multifactor/google-authenticator`
    const scope = 'update:current_user_metadata'
    const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'
    const remove = (bearer: string) => world.call('DELETE', path(), undefined, bearer)
    const expectRefused = async (bearer: string) => {
      const refused = await remove(bearer)
      expect(refused.json).toMatchObject({
        statusCode: 403,
        error: 'Forbidden',
        errorCode: 'insufficient_user_authentication',
        acr_values: acr,
        max_age: 900,
      })
      expect(refused.header('www-authenticate')).toBe(
        `Bearer realm="Management API", error="insufficient_user_authentication", acr_values="${acr}", max_age="900"`,
      )
      expect(await enrollments()).toHaveLength(1)
    }

    test('takes a sign-in with that factor, which the refusal asks for', async () => {
      const app = await createThirdPartyClient(world.services)
      const asked = { audience: world.audience, scope }
      await expectRefused((await obtainTokens(world, app, asked)).access_token)
      const { verifier, challenge } = newPkce()
      const stepUp = authorizeParams(app, { ...asked, acr_values: acr, max_age: '900', code_challenge: challenge })
      const browser = await openBrowser(world, world.user)
      expect((await browser.authorize(stepUp)).header('location')).toMatch(/^\/u\/second-factor/)
      Object.assign(
        browser.cookies,
        await signIn(world.services, 'account', world.user, { amr: ['pwd', 'otp', 'mfa'] }),
      )
      const { code = '' } = answerOf(await browser.authorize(stepUp))
      const tokens = (await redeem(world, app, { code, verifier })).json
      expect((await remove(String(tokens.access_token))).status).toBe(204)
      expect(await enrollments()).toEqual([])
    })

    test('takes one of the last minutes, however new the token is', async () => {
      const app = await createThirdPartyClient(world.services)
      const asked = { audience: world.audience, scope }
      const browser = await openBrowser(world)
      Object.assign(
        browser.cookies,
        await signIn(world.services, 'account', world.user, { amr: ['pwd', 'otp', 'mfa'] }),
      )
      world.services.clock.advance(15 * 60_000)
      const { verifier, challenge } = newPkce()
      const params = authorizeParams(app, { ...asked, code_challenge: challenge })
      const id = pendingId(await browser.authorize(params), 'consent')
      const { code = '' } = answerOf(await decide(world, browser, id, [scope]))
      await expectRefused(String((await redeem(world, app, { code, verifier })).json.access_token))
    })
  })

  test('can be had from the authenticators as a whole', async () => {
    expect((await world.call('DELETE', `/users/${user}/authenticators`)).status).toBe(204)
    expect(await typesOf()).toEqual(['password'])
  })
})

describe('authentication methods', () => {
  test('are the authenticator, the recovery codes and the password', async () => {
    expect(await typesOf()).toEqual(['password', 'recovery-code', 'totp'])
    const withTotals = await world.call('GET', `/users/${user}/authentication-methods?include_totals=true&per_page=2`)
    expect(withTotals.json).toMatchObject({ total: 3, length: 2, start: 0 })
    for (const { id } of await methods())
      expect((await world.call('GET', `/users/${user}/authentication-methods/${id}`)).json).toMatchObject({ id })
    expect((await world.call('GET', `/users/${user}/authentication-methods/none`)).status).toBe(404)
  })

  test('of an authenticator can be given another name, others have none', async () => {
    const path = `/users/${user}/authentication-methods`
    const all = await methods()
    for (const { id, type } of all) {
      const answer = await world.call('PATCH', `${path}/${id}`, { name: 'Work phone' })
      expect([type, answer.status]).toEqual([type, type === 'totp' ? 200 : 400])
    }
    expect((await methods()).find(({ type }) => type === 'totp')).toMatchObject({ name: 'Work phone' })
    expect((await world.call('PATCH', `${path}/none`, { name: 'Work phone' })).status).toBe(404)
  })

  test('are replaced together, and sessions of the second factor before end', async () => {
    const path = `/users/${user}/authentication-methods`
    await signIn(world.services, 'account', world.user)
    const totp = { type: 'totp', name: 'New phone', totp_secret: 'JBSWY3DPEHPK3PXP' }
    expect((await world.call('PUT', path, [totp, totp])).status).toBe(400)
    expect((await world.call('PUT', path, [{ type: 'phone', phone_number: '+1' }])).status).toBe(400)
    expect((await world.call('PUT', path, [{ ...totp, totp_secret: 'none' }])).status).toBe(400)
    expect(await typesOf()).toEqual(['password', 'recovery-code', 'totp'])
    const replaced = await world.call('PUT', path, [totp])
    expect(replaced.status).toBe(200)
    expect(await typesOf()).toEqual(['password', 'totp'])
    expect(await enrollments()).toMatchObject([{ name: 'New phone', status: 'confirmed' }])
    expect((await world.call('GET', `/users/${user}/sessions`)).json.sessions).toEqual([])
    expect((await world.call('PUT', path, [])).json).toHaveLength(1)
    expect(await typesOf()).toEqual(['password'])
  })

  test('are deleted one by one, but for the password', async () => {
    const idOf = async (type: string) => (await methods()).find((one) => one.type === type)?.id
    const remove = async (type: string) =>
      (await world.call('DELETE', `/users/${user}/authentication-methods/${await idOf(type)}`)).status
    expect(await remove('password')).toBe(400)
    expect(await remove('recovery-code')).toBe(204)
    expect(await typesOf()).toEqual(['password', 'totp'])
    expect(await remove('totp')).toBe(204)
    expect(await typesOf()).toEqual(['password'])
  })

  test('are deleted together, and a seed that was set up elsewhere takes their place', async () => {
    const path = `/users/${user}/authentication-methods`
    const secret = 'JBSWY3DPEHPK3PXP'
    expect((await world.call('POST', path, { type: 'totp', totp_secret: secret })).status).toBe(409)
    expect((await world.call('DELETE', path)).status).toBe(204)
    for (const totp_secret of ['', 'short', '0189', 'JBSWY3DPEHPK3PX!'])
      expect((await world.call('POST', path, { type: 'totp', totp_secret })).status).toBe(400)
    const made = await world.call('POST', path, { type: 'totp', totp_secret: secret, name: 'Old phone' })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({ type: 'totp', confirmed: true, name: 'Old phone' })
    expect(made.text).not.toContain(secret)
    const code = await totpCode(seedOf(secret), world.services.clock.now())
    expect(await verifySecondFactor(world.user.ctx, world.user.user, code)).toBe('otp')
  })
})

describe('a new recovery code', () => {
  test('takes the place of all others, and works once', async () => {
    const made = await world.call('POST', `/users/${user}/recovery-code-regeneration`)
    const code = String(made.json.recovery_code)
    const { ctx, user: person } = world.user
    await expect(verifySecondFactor(ctx, person, authenticator.recoveryCodes[0] ?? '')).rejects.toThrow()
    expect(await verifySecondFactor(ctx, person, code)).toBe('recovery')
    await expect(verifySecondFactor(ctx, person, code)).rejects.toThrow()
  })

  test('is for people with a second factor', async () => {
    const person = await createEndUser(world.services)
    const path = `/users/${encodeURIComponent(person.user.userId)}/recovery-code-regeneration`
    expect((await world.call('POST', path)).status).toBe(404)
  })
})

test('browsers in which the second factor was given can be made to ask for it again', async () => {
  await signIn(world.services, 'account', world.user, { amr: ['pwd', 'otp', 'mfa'] })
  const names = async () => {
    const { sessions } = (await world.call('GET', `/users/${user}/sessions`)).json as {
      sessions: { authentication: { methods: { name: string }[] } }[]
    }
    return sessions.map(({ authentication }) => authentication.methods.map(({ name }) => name))
  }
  expect(await names()).toEqual([['pwd', 'mfa']])
  const path = `/users/${user}/multifactor/actions/invalidate-remember-browser`
  expect((await world.call('POST', path)).status).toBe(204)
  expect(await names()).toEqual([['pwd']])
})
