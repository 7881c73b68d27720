import { beforeAll, describe, expect, it } from 'vitest'
import { accountConnections } from '~/domain/connections/account-connections'
import { MULTI_FACTOR_ACR } from '~/domain/sessions/acr'
import { blockUser } from '~/domain/users/block-user'
import { requestPasswordReset, resetPassword } from '~/domain/users/reset-password'
import { MINUTE } from '~/platform/durations'
import { listConnections, updateConnection } from '~db/queries/connections'
import { updateTenantSettings } from '~db/queries/tenant'
import { enrol } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createApi, createFirstPartyClient, createThirdPartyClient, type TestClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, PASSWORD, type Person } from '~tests/support/people'
import { API, claimsOf, createWorld, obtainTokens, refresh, userinfo, type World } from './authorization-world'

const REALM = 'http://auth0.com/oauth/grant-type/password-realm'
const MFA_OTP = 'http://auth0.com/oauth/grant-type/mfa-otp'
const MFA_RECOVERY = 'http://auth0.com/oauth/grant-type/mfa-recovery-code'
const GRANTS = ['password', REALM, MFA_OTP, MFA_RECOVERY, 'refresh_token', 'authorization_code']
/** An API that asks for no consent of first-party apps. */
const OWN_API = 'https://own.example.com/'
const DIRECTORY = 'Username-Password-Authentication'

let world: World
let client: TestClient
let thirdParty: TestClient

beforeAll(async () => {
  world = await createWorld()
  const skipConsentForVerifiableFirstPartyClients = true
  await createApi(world.services, { identifier: OWN_API, name: 'Own', skipConsentForVerifiableFirstPartyClients })
  client = await createFirstPartyClient(world.services, { grantTypes: GRANTS })
  thirdParty = await createThirdPartyClient(world.services, { grantTypes: GRANTS })
})

type Given = Record<string, string>

const byPassword = (person: Person, given: Given = {}, as = client) =>
  world.machine.token(
    { grant_type: 'password', username: person.email, password: PASSWORD, scope: 'openid offline_access', ...given },
    as,
  )
const byRealm = (person: Person, given: Given = {}, as = client) =>
  byPassword(person, { grant_type: REALM, realm: DIRECTORY, ...given }, as)

describe('a password', () => {
  it('buys the tokens of its person, of no session, which refresh like others', async () => {
    const answer = await byPassword(world.user, { audience: OWN_API, scope: 'openid email offline_access read:items' })
    expect(answer.status).toBe(200)
    const tokens = answer.json as { access_token: string; id_token: string; refresh_token: string }
    expect(claimsOf(tokens.access_token)).toMatchObject({
      gty: 'password',
      sub: world.user.user.userId,
      scope: 'openid email offline_access read:items',
    })
    expect(claimsOf(tokens.id_token)).toMatchObject({ amr: ['pwd'], email: world.user.email })
    expect(claimsOf(tokens.id_token)).not.toHaveProperty('sid')
    expect((await refresh(world, client, tokens.refresh_token)).status).toBe(200)
  })

  it('without scope and audience buys all of the profile, in an opaque token', async () => {
    const { scope: _, ...rest } = { grant_type: 'password', username: world.user.email, password: PASSWORD, scope: '' }
    const answer = await world.machine.token(rest, client)
    expect(answer.json).toMatchObject({ scope: 'openid profile email address phone' })
    const { access_token } = answer.json as { access_token: string }
    expect((await userinfo(world, { access_token })).json).toMatchObject({ email: world.user.email })
  })

  it('that is wrong is told as that of somebody who is not there', async () => {
    const wrong = { status: 403, json: { error: 'invalid_grant', error_description: 'Wrong email or password.' } }
    expect(await byPassword(world.user, { password: 'not it' })).toMatchObject(wrong)
    expect(await byPassword(world.user, { username: 'nobody@example.com' })).toMatchObject(wrong)
    expect(await byRealm(world.user, { password: 'not it' })).toMatchObject(wrong)
  })

  it('is closed after ten wrong ones for its account alone: the client speaks for many', async () => {
    const [guessed, other] = [await createEndUser(world.services), await createEndUser(world.services)]
    for (let time = 1; time <= 10; time += 1) await byPassword(guessed, { password: `guess ${time}` })
    const closed = await byPassword(guessed)
    expect([closed.status, closed.json.error]).toEqual([429, 'too_many_attempts'])
    expect(Number(closed.header('retry-after'))).toBeGreaterThan(0)
    expect((await byPassword(other)).status).toBe(200)
  })

  it('of somebody who is blocked buys nothing', async () => {
    const person = await createEndUser(world.services)
    await blockUser((await findOwner(world.services)).ctx, person.user.userId)
    expect((await byPassword(person)).json).toMatchObject({
      error: 'invalid_grant',
      error_description: 'user is blocked',
    })
  })

  it('is for APIs that there are, and scopes that exist', async () => {
    expect(await byPassword(world.user, { audience: 'https://nowhere.example/' })).toMatchObject({
      status: 400,
      json: {
        error: 'invalid_request',
        error_description: 'invalid audience specified for password grant exchange',
      },
    })
    const answer = await byPassword(world.user, { audience: OWN_API, scope: 'openid read:items no:such' })
    expect(answer.json.scope).toBe('openid read:items')
  })

  it('is not taken by clients whose list or kind has no password grant', async () => {
    const without = await createFirstPartyClient(world.services)
    const spa = await createFirstPartyClient(world.services, { appType: 'spa', grantTypes: GRANTS })
    const strict = await createThirdPartyClient(world.services, {
      grantTypes: GRANTS,
      thirdPartySecurityMode: 'strict',
    })
    for (const refused of [without, spa, strict]) {
      for (const answer of [await byPassword(world.user, {}, refused), await byRealm(world.user, {}, refused)])
        expect([answer.status, answer.json.error]).toEqual([403, 'unauthorized_client'])
    }
  })

  it('needs the default directory of the tenant, and one that the client may use', async () => {
    await world.services.db.run(updateTenantSettings({ defaultDirectory: null }))
    expect((await byPassword(world.user)).json).toMatchObject({
      error: 'server_error',
      error_description: 'Authorization server not configured with default connection.',
    })
    expect((await byRealm(world.user)).status).toBe(200)
    await world.services.db.run(updateTenantSettings({ defaultDirectory: 'partners' }))
    const partner = await createPartner(world.services)
    expect((await byPassword(partner)).json.error_description).toBe('the connection was disabled')
    await world.services.db.run(updateTenantSettings({ defaultDirectory: DIRECTORY }))
  })

  it('is taken at each of the names that a program has given its connection as realms', async () => {
    const [connection] = (await listConnections(world.services.db, {})).filter(({ name }) => name === DIRECTORY)
    if (!connection) throw new Error('there is no directory')
    const setRealms = (realms: string[]) => world.services.db.run(updateConnection(connection.id, { realms }))
    await setRealms([DIRECTORY, 'people'])
    expect((await byRealm(world.user, { realm: 'people' })).status).toBe(200)
    await setRealms([DIRECTORY])
    expect((await byRealm(world.user, { realm: 'people' })).status).toBe(403)
  })

  it('at a realm that the client may not use is not even looked at', async () => {
    const partner = await createPartner(world.services)
    for (const realm of ['partners', 'tenant-members', 'nowhere'])
      expect((await byRealm(partner, { realm })).json.error_description).toBe('Unknown or invalid realm.')
  })
})

describe('a third-party client with a password', () => {
  it('gets nothing that its person has not consented to, then a minimal ID token', async () => {
    const person = await createEndUser(world.services)
    const scope = 'openid email read:items'
    const before = await byPassword(person, { audience: API, scope }, thirdParty)
    expect([before.status, before.json.error]).toEqual([403, 'consent_required'])
    await obtainTokens(world, thirdParty, { audience: API, scope }, person)
    const after = await byPassword(person, { audience: API, scope }, thirdParty)
    expect(after.status).toBe(200)
    expect(claimsOf(after.json.id_token as string)).not.toHaveProperty('email')
    const more = await byPassword(person, { audience: API, scope: `${scope} write:items` }, thirdParty)
    expect(more.json.error).toBe('consent_required')
  })

  it('reaches domain-level connections alone, by either grant', async () => {
    const [connection] = (await listConnections(world.services.db, {})).filter(({ name }) => name === DIRECTORY)
    const id = connection?.id ?? ''
    await world.services.db.run(updateConnection(id, { isDomainConnection: false }))
    expect((await byRealm(world.user, {}, thirdParty)).json.error_description).toBe('Unknown or invalid realm.')
    expect((await byPassword(world.user, {}, thirdParty)).json.error_description).toBe('the connection was disabled')
    expect((await byPassword(world.user)).status).toBe(200)
    await world.services.db.run(updateConnection(id, { isDomainConnection: true }))
  })
})

it('a first-party client needs no consent: nobody is there to be asked, and the password was typed into it', async () => {
  expect((await byPassword(world.user, { audience: API, scope: 'read:items' })).json.scope).toBe('read:items')
})

describe('somebody with a second factor', () => {
  async function newEnrolled() {
    const person = await createEndUser(world.services)
    return { person, authenticator: await enrol(world.services, person) }
  }
  async function mfaTokenFor(person: Person, given: Given = {}): Promise<string> {
    const answer = await byPassword(person, given)
    expect([answer.status, answer.json.error]).toEqual([403, 'mfa_required'])
    return answer.json.mfa_token as string
  }
  const byOtp = (mfa_token: string, otp: string, as = client) =>
    world.machine.token({ grant_type: MFA_OTP, mfa_token, otp }, as)

  it('gets tokens for the code after the password; they say that there were two factors', async () => {
    const { person, authenticator } = await newEnrolled()
    const mfaToken = await mfaTokenFor(person, { audience: OWN_API, scope: 'openid read:items' })
    const answer = await byOtp(mfaToken, await authenticator.nextCode())
    expect(answer.status).toBe(200)
    expect(answer.json.scope).toBe('openid read:items')
    expect(claimsOf(answer.json.id_token as string)).toMatchObject({
      acr: MULTI_FACTOR_ACR,
      amr: ['pwd', 'otp', 'mfa'],
    })
    expect((await byOtp(mfaToken, await authenticator.nextCode())).json.error).toBe('invalid_grant')
  })

  it('may begin again after a wrong code, up to five times', async () => {
    const { person, authenticator } = await newEnrolled()
    const mfaToken = await mfaTokenFor(person)
    expect(await byOtp(mfaToken, '000000')).toMatchObject({
      status: 403,
      json: { error: 'invalid_grant', error_description: 'Invalid otp_code.' },
    })
    expect((await byOtp(mfaToken, await authenticator.nextCode())).status).toBe(200)
    const another = await mfaTokenFor(person)
    for (let time = 1; time <= 5; time += 1) await byOtp(another, '000000')
    expect((await byOtp(another, await authenticator.nextCode())).status).toBe(429)
  })

  it('gets a new recovery code for the one that was used', async () => {
    const { person, authenticator } = await newEnrolled()
    const [first = ''] = authenticator.recoveryCodes
    const byRecovery = async (recovery_code: string) =>
      world.machine.token({ grant_type: MFA_RECOVERY, mfa_token: await mfaTokenFor(person), recovery_code }, client)
    const answer = await byRecovery(first)
    expect(answer.status).toBe(200)
    expect((await byRecovery(first)).json.error_description).toBe('Invalid recovery_code.')
    expect((await byRecovery(answer.json.recovery_code as string)).status).toBe(200)
  })

  it('gets no recovery code for a code of the authenticator', async () => {
    const { person, authenticator } = await newEnrolled()
    const mfa_token = await mfaTokenFor(person)
    const code = await authenticator.nextCode()
    for (const recovery_code of [code, `${code.slice(0, 3)}-${code.slice(3)}`, ` ${code}`]) {
      const answer = await world.machine.token({ grant_type: MFA_RECOVERY, mfa_token, recovery_code }, client)
      expect(answer).toMatchObject({ status: 403, json: { error_description: 'Invalid recovery_code.' } })
    }
    expect((await byOtp(mfa_token, code)).status).toBe(200)
  })

  it('is not let in by a token of another client, or one older than ten minutes', async () => {
    const { person, authenticator } = await newEnrolled()
    const other = await createFirstPartyClient(world.services, { grantTypes: GRANTS })
    const mfaToken = await mfaTokenFor(person)
    expect((await byOtp(mfaToken, await authenticator.nextCode(), other)).json.error).toBe('invalid_grant')
    world.services.clock.advance(10 * MINUTE)
    expect((await byOtp(mfaToken, await authenticator.nextCode())).json.error_description).toContain(
      'expired mfa_token',
    )
  })

  it('of codes sent at once, one is taken', async () => {
    const { person, authenticator } = await newEnrolled()
    const mfaToken = await mfaTokenFor(person)
    const answers = await Promise.all(
      authenticator.recoveryCodes
        .slice(0, 4)
        .map((recovery_code) =>
          world.machine.token({ grant_type: MFA_RECOVERY, mfa_token: mfaToken, recovery_code }, client),
        ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('has the client told what there is to ask for', async () => {
    const { person } = await newEnrolled()
    const mfa_token = await mfaTokenFor(person)
    const challenge = (challenge_type?: string) =>
      world.machine.postForm('/mfa/challenge', { mfa_token, ...(challenge_type ? { challenge_type } : {}) }, { client })
    expect((await challenge('oob otp')).json).toEqual({ challenge_type: 'otp' })
    expect(await challenge('oob')).toMatchObject({ status: 403, json: { error: 'unsupported_challenge_type' } })
    const list = await world.machine.get('/mfa/authenticators', { bearer: mfa_token })
    expect(list.json).toMatchObject([
      { authenticator_type: 'otp', active: true },
      { authenticator_type: 'recovery-code', active: true },
    ])
    expect((await world.machine.get('/mfa/authenticators', { bearer: 'mfa_other' })).status).toBe(401)
  })
})

it('the tokens of a password end when it changes', async () => {
  const person = await createEndUser(world.services)
  const { access_token, refresh_token } = (await byPassword(person)).json as Record<string, string>
  expect((await userinfo(world, { access_token: access_token ?? '' })).status).toBe(200)
  await resetPasswordOf(person)
  expect((await userinfo(world, { access_token: access_token ?? '' })).status).toBe(401)
  expect((await refresh(world, client, refresh_token)).json.error).toBe('invalid_grant')
})

async function resetPasswordOf({ email }: Person): Promise<void> {
  const ctx = visitorContext(world.services)
  await requestPasswordReset(ctx, await accountConnections(ctx), email, '/u/reset-password')
  await resetPassword(ctx, world.services.mailer.link(email).searchParams.get('ticket') ?? '', 'another long one')
}
