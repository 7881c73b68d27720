import { beforeAll, describe, expect, test } from 'vitest'
import { signIn as signInAtToken } from '~tests/management/sign-in'
import { obtainTokens, refresh, userinfo } from '~tests/oauth/authorization-world'
import { enrol } from '~tests/support/authenticator'
import { API, createApprovedApp, createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, PASSWORD, type Person } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

const CONNECTION = 'Username-Password-Authentication'

let world: ManagementWorld
beforeAll(async () => {
  world = await createManagementWorld()
})

const at = (userId: string) => `/users/${encodeURIComponent(userId)}`
const create = (given: object) =>
  world.call('POST', '/users', { connection: CONNECTION, password: PASSWORD, email: 'made@example.com', ...given })

describe('a user that a program makes', () => {
  test('has the defaults of Auth0, and is mailed the link that confirms the address', async () => {
    const made = await create({ email: 'Ann.Made@example.com', user_metadata: { theme: 'dark' } })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      email: 'Ann.Made@example.com',
      email_verified: false,
      name: 'Ann.Made@example.com',
      nickname: 'Ann.Made',
      user_metadata: { theme: 'dark' },
      identities: [{ connection: CONNECTION, provider: 'auth0', isSocial: false }],
    })
    expect(made.json.user_id).toMatch(/^auth0\|[0-9a-f]{24}$/)
    for (const unset of ['last_login', 'logins_count', 'app_metadata', 'blocked', 'given_name', 'multifactor'])
      expect(made.json).not.toHaveProperty(unset)
    expect(world.services.mailer.link('Ann.Made@example.com').searchParams.get('ticket')).toBeTruthy()
  })

  test('may have an id of the program’s choice, once', async () => {
    const made = await create({ email: 'chosen@example.com', user_id: 'chosen-1' })
    expect(made.json.user_id).toBe('auth0|chosen-1')
    const again = await create({ email: 'another@example.com', user_id: 'chosen-1' })
    expect(again.json).toEqual({
      statusCode: 409,
      error: 'Conflict',
      message: 'The user already exists.',
      errorCode: 'auth0_idp_error',
    })
  })

  test('signs in with the password that the program gave', async () => {
    await create({ email: 'signs.in@example.com', email_verified: true })
    expect((await signInAtToken(world, 'signs.in@example.com', PASSWORD)).status).toBe(200)
  })

  test.each([
    [{ email: 'not an address' }, 400],
    [{ password: 'short' }, 400],
    [{ password: 'password123' }, 400],
    [{ connection: 'nowhere' }, 400],
    [{ connection: 'partners' }, 400],
    [{ connection: 'tenant-members' }, 400],
    [{ is_owner: true }, 400],
  ])('is refused as %j', async (given, status) => {
    expect((await create({ email: 'refused@example.com', ...given })).status).toBe(status)
  })
})

describe('a change', () => {
  test('merges metadata at its first level, and null removes', async () => {
    const made = await create({ email: 'merge@example.com', user_metadata: { keep: { a: 1 }, drop: 1 } })
    const path = at(String(made.json.user_id))
    const changed = await world.call('PATCH', path, {
      user_metadata: { drop: null, more: [1] },
      app_metadata: { plan: 'gold' },
    })
    expect(changed.json.user_metadata).toEqual({ keep: { a: 1 }, more: [1] })
    expect(changed.json.app_metadata).toEqual({ plan: 'gold' })
    const cleared = await world.call('PATCH', path, { user_metadata: {} })
    expect(cleared.json).toMatchObject({ user_metadata: {}, app_metadata: { plan: 'gold' } })
  })

  test.each(['user_metadata', 'app_metadata'])('bounds all %s, not what a request adds', async (member) => {
    const made = await create({ email: `${member.slice(0, 4)}.bound@example.com` })
    const path = at(String(made.json.user_id))
    const half = { [member]: { first: 'x'.repeat(9_000) } }
    expect((await world.call('PATCH', path, half)).status).toBe(200)
    const refused = await world.call('PATCH', path, { [member]: { second: 'x'.repeat(9_000) } })
    expect(refused.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_body' })
    expect(refused.json.message).toContain('Use at most 16000 characters')
    expect((await world.call('GET', path)).json).toMatchObject(half)
    expect((await world.call('PATCH', path, { [member]: { first: null, second: 'y' } })).status).toBe(200)
    expect((await create({ email: 'too.much@example.com', [member]: { a: 'x'.repeat(16_000) } })).status).toBe(400)
  })

  test('removes by null what a user can be without', async () => {
    const profile = { nickname: 'N', given_name: 'G', family_name: 'F', picture: 'https://pictures.example.com/1.png' }
    const made = await create({
      email: 'less@example.com',
      ...profile,
      user_metadata: { a: 1 },
      app_metadata: { b: 1 },
    })
    const path = at(String(made.json.user_id))
    const members = [...Object.keys(profile), 'user_metadata', 'app_metadata']
    const changed = await world.call('PATCH', path, Object.fromEntries(members.map((name) => [name, null])))
    expect(changed.status).toBe(200)
    expect(Object.keys(changed.json).filter((name) => members.includes(name))).toEqual([])
    expect((await world.call('PATCH', path, { name: null })).status).toBe(400)
  })

  test('of the address moves the login, and has it confirmed anew', async () => {
    const made = await create({ email: 'old@example.com', email_verified: true })
    const changed = await world.call('PATCH', at(String(made.json.user_id)), { email: 'new@example.com' })
    expect(changed.json).toMatchObject({ email: 'new@example.com', email_verified: false })
    expect((await signInAtToken(world, 'old@example.com', PASSWORD)).status).toBe(403)
    expect((await signInAtToken(world, 'new@example.com', PASSWORD)).status).toBe(200)
  })

  test('never gives two people one address', async () => {
    await create({ email: 'first@example.com' })
    const second = await create({ email: 'second@example.com' })
    const refused = await world.call('PATCH', at(String(second.json.user_id)), { email: 'FIRST@example.com' })
    expect(refused.json).toMatchObject({ statusCode: 409, errorCode: 'auth0_idp_error' })
  })

  test('of the password, or a block, ends what apps have', async () => {
    for (const change of [{ password: 'another password here' }, { blocked: true }]) {
      const person = await createEndUser(world.services, { isVerified: true })
      const app = await createThirdPartyClient(world.services)
      const tokens = await obtainTokens(world, app, {}, person)
      expect((await userinfo(world, tokens)).status).toBe(200)
      expect((await world.call('PATCH', at(person.user.userId), change)).status).toBe(200)
      expect((await userinfo(world, tokens)).status).toBe(401)
      expect((await refresh(world, app, tokens.refresh_token)).json.error).toBe('invalid_grant')
    }
  })

  test('is of one credential at a time', async () => {
    const made = await create({ email: 'both@example.com' })
    const refused = await world.call('PATCH', at(String(made.json.user_id)), {
      email: 'other@example.com',
      password: 'another password here',
    })
    expect(refused.json.message).toBe("Payload validation error: 'Cannot update password and email simultaneously'.")
  })

  test('of app_metadata alone can be given away', async () => {
    const made = await create({ email: 'scoped@example.com' })
    const token = await world.tokenFor('update:users_app_metadata')
    const path = at(String(made.json.user_id))
    expect((await world.call('PATCH', path, { app_metadata: { plan: 'free' } }, token)).status).toBe(200)
    expect((await world.call('PATCH', path, { blocked: true }, token)).status).toBe(403)
  })
})

test('an address that several users are given at once is one’s', async () => {
  const users = await Promise.all([1, 2, 3].map(() => createEndUser(world.services)))
  const answers = await Promise.all(
    users.map(({ user }) => world.call('PATCH', at(user.userId), { email: 'wanted@example.com' })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
})

describe('partners and members of the tenant', () => {
  test('are no users that a program could see, change, delete or link', async () => {
    const { user: owner } = await findOwner(world.services)
    const { user: partner } = await createPartner(world.services)
    for (const { userId, email } of [owner, partner]) {
      expect((await world.call('GET', at(userId))).status).toBe(404)
      expect((await world.call('PATCH', at(userId), { password: 'taken over by a program' })).status).toBe(404)
      expect((await world.call('DELETE', at(userId))).status).toBe(204)
      expect(JSON.parse((await world.call('GET', `/users-by-email?email=${email}`)).text)).toEqual([])
      const [provider = '', id = ''] = userId.split('|')
      const linked = await world.call('POST', `${at(world.user.user.userId)}/identities`, { provider, user_id: id })
      expect(linked.status).toBe(400)
    }
    const all = await world.call('GET', '/users?per_page=100')
    expect(all.text).not.toContain(owner.userId)
    expect(all.text).not.toContain(partner.userId)
    expect((await findOwner(world.services)).user.userId).toBe(owner.userId)
  })
})

describe('a search', () => {
  beforeAll(async () => {
    await create({ email: 'zoe.search@example.com', name: 'Zoë Search', given_name: 'Zoë', email_verified: true })
    await create({ email: 'yan.search@example.com', name: 'Yan Search', given_name: 'Yan' })
  })
  const found = async (q: string) => {
    const answer = await world.call('GET', `/users?q=${encodeURIComponent(q)}&sort=name:1`)
    expect(answer.text.slice(0, 300)).not.toContain('statusCode')
    return (JSON.parse(answer.text) as { name: string }[]).map(({ name }) => name)
  }

  test.each([
    ['email:"zoe.search@example.com"', ['Zoë Search']],
    ['email:ZOE.SEARCH@example.com', ['Zoë Search']],
    ['name:"yan search"', ['Yan Search']],
    ['email:zoe.*', ['Zoë Search']],
    ['email:"zoe.search@example.com" OR given_name:yan', ['Yan Search', 'Zoë Search']],
    ['given_name:yan AND email_verified:true', []],
    ['given_name:yan && (email_verified:true || (email_verified:false))', ['Yan Search']],
    ['given_name:(yan OR "zo\\ë")', ['Yan Search', 'Zoë Search']],
    ['given_name:yan AND email_verified:false', ['Yan Search']],
    [`given_name:yan AND identities.connection:"${CONNECTION}"`, ['Yan Search']],
    ['given_name:yan AND identities.connection:"partners"', []],
    ['given_name:yan AND created_at:[2030-01-01 TO *]', ['Yan Search']],
    ['given_name:yan AND created_at:{* TO 2000-01-01}', []],
    ['given_name:yan AND logins_count:[1 TO 5]', []],
    ['given_name:yan AND blocked:false', ['Yan Search']],
  ])('%s', async (q, expected) => {
    expect(await found(q)).toEqual(expected)
  })

  test.each([
    'jane',
    'app_metadata.plan:gold',
    'name:/a.*/',
    'name:*an',
    'NOT email_verified:true',
    'name:a b',
    '((',
    'email:a AND ('.repeat(70),
    'created_at:yesterday',
    'password:x',
  ])('%s is refused with what to do instead', async (q) => {
    const refused = await world.call('GET', `/users?q=${encodeURIComponent(q)}`)
    expect(refused.json).toMatchObject({ statusCode: 400, errorCode: 'invalid_query_string' })
  })

  test('finds by address whatever its case', async () => {
    const answer = await world.call('GET', '/users-by-email?email=ZOE.search@example.com&fields=name')
    expect(JSON.parse(answer.text)).toEqual([{ name: 'Zoë Search' }])
  })
})

describe('a user’s own token', () => {
  let person: Person
  let stranger: Person
  beforeAll(async () => {
    person = await createEndUser(world.services, { isVerified: true })
    stranger = await createEndUser(world.services)
  })
  const asPerson = async (scope: string, method: 'GET' | 'PATCH' | 'DELETE' | 'POST', path: string, body?: object) =>
    world.call(method, path, body, await world.userToken(scope, person))

  test('reads the caller, and nobody else', async () => {
    const own = await asPerson('read:current_user', 'GET', at(person.user.userId))
    expect(own.json.user_id).toBe(person.user.userId)
    const other = await asPerson('read:current_user', 'GET', at(stranger.user.userId))
    expect(other.json).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'User to be acted on does not match subject in bearer token.',
      errorCode: 'unowned_resource',
    })
  })

  test('lists and searches the caller alone', async () => {
    const token = await world.userToken('read:current_user', person)
    for (const query of ['', `?q=${encodeURIComponent(`email:"${stranger.email}"`)}`, '?include_totals=true']) {
      const answer = await world.call('GET', `/users${query}`, undefined, token)
      const { users = JSON.parse(answer.text) } = answer.json as { users?: { user_id: string }[] }
      expect(users.map(({ user_id }: { user_id: string }) => user_id)).toEqual([person.user.userId])
    }
  })

  test('changes the caller’s preferences, and nothing else', async () => {
    const scope = 'update:current_user_metadata'
    const path = at(person.user.userId)
    const changed = await asPerson(scope, 'PATCH', path, { user_metadata: { theme: 'light' } })
    expect(changed.json.user_metadata).toEqual({ theme: 'light' })
    for (const body of [
      { app_metadata: { plan: 'gold' } },
      { email_verified: true },
      { password: 'a whole other password' },
    ]) {
      const refused = await asPerson(scope, 'PATCH', path, { user_metadata: {}, ...body })
      expect(refused.json).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' })
    }
    const other = await asPerson(scope, 'PATCH', at(stranger.user.userId), { user_metadata: { theme: 'mine' } })
    expect(other.json.errorCode).toBe('unowned_resource')
  })

  test('holds no scope beyond its user’s own data, whatever the app asks for', async () => {
    const app = await createThirdPartyClient(world.services)
    const scope = 'read:current_user read:users update:users create:clients'
    const tokens = await obtainTokens(world, app, { audience: world.audience, scope }, person)
    expect(tokens.scope).toBe('read:current_user')
    expect((await world.call('POST', '/clients', { name: 'Mine' }, tokens.access_token)).json).toMatchObject({
      statusCode: 403,
      errorCode: 'insufficient_scope',
    })
  })

  test('links an account that its ID token proves, and unlinks it', async () => {
    const app = await createFirstPartyClient(world.services)
    const second = await createEndUser(world.services, { isVerified: true })
    const scope = 'openid update:current_user_identities'
    const { access_token } = await obtainTokens(world, app, { audience: world.audience, scope }, person)
    const { id_token } = await obtainTokens(world, app, { audience: world.audience, scope }, second)
    const identities = `${at(person.user.userId)}/identities`

    const named = { provider: 'auth0', user_id: second.user.userId }
    expect((await world.call('POST', identities, named, access_token)).status).toBe(403)
    const linked = await world.call('POST', identities, { link_with: id_token }, access_token)
    expect(linked.status).toBe(201)
    expect(JSON.parse(linked.text)).toMatchObject([
      { user_id: person.user.userId.slice(6), profileData: { email: person.email } },
      { user_id: second.user.userId.slice(6), profileData: { email: second.email } },
    ])
    expect((await world.call('GET', at(second.user.userId))).status).toBe(404)
    const again = await world.call('POST', identities, { link_with: id_token }, access_token)
    expect(again.status).toBe(409)

    const main = await world.call(
      'DELETE',
      `${identities}/auth0/${person.user.userId.slice(6)}`,
      undefined,
      access_token,
    )
    expect(main.json.message).toBe('Main identity cannot be removed.')
    const path = `${identities}/auth0/${second.user.userId.slice(6)}`
    const unlinked = await world.call('DELETE', path, undefined, access_token)
    expect(JSON.parse(unlinked.text)).toHaveLength(1)
    expect((await world.call('GET', at(second.user.userId))).json.email).toBe(second.email)
  })

  test('links by no token that was made for another app, or for something else', async () => {
    const [app, other] = [await createFirstPartyClient(world.services), await createFirstPartyClient(world.services)]
    const second = await createEndUser(world.services, { isVerified: true })
    const scope = 'openid update:current_user_identities'
    const { access_token } = await obtainTokens(world, app, { audience: world.audience, scope }, person)
    const elsewhere = await obtainTokens(world, other, { scope: 'openid' }, second)
    const theirs = await obtainTokens(world, app, { scope: 'openid read:items', audience: API }, second)
    const own = await obtainTokens(world, app, { scope: 'openid' }, person)
    for (const link_with of [elsewhere.id_token, theirs.access_token, own.id_token, 'x.y.z', `${own.id_token}x`]) {
      const answer = await world.call('POST', `${at(person.user.userId)}/identities`, { link_with }, access_token)
      expect(answer.status).toBe(400)
    }
    expect((await world.call('GET', at(second.user.userId))).status).toBe(200)
  })

  test('links by no token from before what has ended the tokens of the other person', async () => {
    const app = await createFirstPartyClient(world.services)
    const scope = 'openid update:current_user_identities'
    const { access_token } = await obtainTokens(world, app, { audience: world.audience, scope }, person)
    const endings: ((userId: string) => Promise<unknown>)[] = [
      (userId) => world.call('PATCH', at(userId), { password: 'Another 1 password' }),
      async (userId) => {
        await world.call('DELETE', at(userId))
        await create({ email: 'same.id@example.com', user_id: userId.slice(6) })
      },
    ]
    for (const ending of endings) {
      const second = await createEndUser(world.services, { isVerified: true })
      const { id_token } = await obtainTokens(world, app, { audience: world.audience, scope }, second)
      world.services.clock.advance(2000)
      await ending(second.user.userId)
      const answer = await world.call(
        'POST',
        `${at(person.user.userId)}/identities`,
        { link_with: id_token },
        access_token,
      )
      expect(answer.json).toMatchObject({ statusCode: 400, message: 'Invalid token (link_with).' })
    }
  })

  test('links no account away from its second factor', async () => {
    const app = await createFirstPartyClient(world.services)
    const second = await createEndUser(world.services, { isVerified: true })
    const scope = 'openid update:current_user_identities'
    const { access_token } = await obtainTokens(world, app, { audience: world.audience, scope }, person)
    const { id_token } = await obtainTokens(world, app, { audience: world.audience, scope }, second)
    await enrol(world.services, second)
    const refused = await world.call(
      'POST',
      `${at(person.user.userId)}/identities`,
      { link_with: id_token },
      access_token,
    )
    expect(refused.json).toMatchObject({ statusCode: 403, errorCode: 'operation_not_supported' })
    expect((await world.call('GET', at(second.user.userId))).status).toBe(200)
  })

  test('is had by an app of a partner, for what an owner has approved', async () => {
    const scopeRequests = ['read:current_user', 'update:current_user_metadata'].map((value) => ({
      audience: world.audience,
      scope: value,
      reason: 'To show who is signed in.',
      required: false,
    }))
    const app = await createApprovedApp(await createPartner(world.services), { scopeRequests })
    const scope = 'openid read:current_user update:current_user_metadata'
    const tokens = await obtainTokens(world, app, { audience: world.audience, scope }, person)
    expect(tokens.scope).toBe(scope)
    const change = { user_metadata: { theme: 'dark' } }
    expect((await world.call('PATCH', at(person.user.userId), change, tokens.access_token)).json).toMatchObject(change)
    const more = { audience: world.audience, scope: 'update:current_user_identities' }
    await expect(obtainTokens(world, app, more, person)).rejects.toThrow()
  })

  test('deletes the caller, and everything of theirs with it', async () => {
    const gone = await createEndUser(world.services, { isVerified: true })
    const token = await world.ownAppToken('delete:current_user', gone)
    expect((await world.call('DELETE', at(person.user.userId), undefined, token)).json.errorCode).toBe(
      'unowned_resource',
    )
    expect((await world.call('DELETE', at(gone.user.userId), undefined, token)).status).toBe(204)
    expect((await world.call('DELETE', at(gone.user.userId), undefined, token)).status).toBe(401)
    expect((await world.call('GET', at(gone.user.userId))).status).toBe(404)
  })
})
