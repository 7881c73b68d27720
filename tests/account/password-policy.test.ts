import { beforeAll, describe, expect, it, test } from 'vitest'
import { changeConnection } from '~/domain/connections/update-connection'
import { describePasswordRules, judgePassword, passwordRulesOf } from '~/domain/users/password-rules'
import * as security from '~/routes/account._area.security'
import * as accountSignUp from '~/routes/account.sign-up'
import * as resetPassword from '~/routes/u.reset-password'
import { findConnectionByName, type PasswordPolicy } from '~db/queries/connections'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, findOwner, openVisitorOf } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createWorld, errorsOf, type World } from './account-world'

let world: World
const DATABASE = 'Username-Password-Authentication'
const WEAK = 'only lower case'
const GOOD = 'Only 1 upper case'

/** The tenant's database, with other options. */
async function withOptions(options: object) {
  const { ctx } = await findOwner(world.services)
  const connection = await findConnectionByName(world.services.db, DATABASE)
  if (!connection) throw new Error('the database is gone')
  await changeConnection(ctx, connection, { options })
}

beforeAll(async () => {
  world = await createWorld()
})

describe('a connection that asks for more of a password', () => {
  it('has it at sign-up, where the page says so beforehand', async () => {
    await withOptions({ passwordPolicy: 'good', password_complexity_options: { min_length: 12 } })
    const visitor = openVisitor(world.services)
    const { value } = await visitor.load(accountSignUp, '/account/sign-up')
    expect(value).toMatchObject({ passwordRules: expect.stringMatching(/^At least 12 characters, with 3 of: /) })
    const fields = { name: 'Ann', email: 'ann@example.com', password: WEAK }
    const refused = await visitor.send(accountSignUp, '/account/sign-up', fields)
    expect(refused.status).toBe(400)
    expect(errorsOf(refused).password?.[0]).toMatch(/^Use at least 12 characters, with 3 of: /)
    expect(JSON.stringify(refused.value)).not.toContain(WEAK)
    const short = await visitor.send(accountSignUp, '/account/sign-up', { ...fields, password: 'Short 1 Aa!' })
    expect(short.status).toBe(400)
    expect((await visitor.send(accountSignUp, '/account/sign-up', { ...fields, password: GOOD })).status).toBe(303)
  })

  it('has it when a password is changed and when it is reset, and the link still works after a refusal', async () => {
    await withOptions({})
    const person = await createEndUser(world.services)
    await withOptions({ passwordPolicy: 'good' })
    const signedIn = await openVisitorOf(world.services, 'account', person)
    const change = (password: string) =>
      signedIn.send(security, '/account/security', { current_password: person.password, password })
    expect(errorsOf(await change(WEAK)).password?.[0]).toMatch(/^Use at least 8/)
    const visitor = openVisitor(world.services)
    await visitor.send(resetPassword, '/u/reset-password', { email: person.email })
    const path = `/u/reset-password${world.services.mailer.link(person.email).search}`
    expect(errorsOf(await visitor.send(resetPassword, path, { password: WEAK })).password?.[0]).toMatch(/^Use at/)
    expect((await visitor.send(resetPassword, path, { password: GOOD })).value).toEqual({ isDone: true, app: null })
  })

  it('tells a page of a client’s own which rules were not kept, as Auth0 does', async () => {
    await withOptions({ passwordPolicy: 'excellent' })
    const app = await createThirdPartyClient(world.services)
    const body = { client_id: app.clientId, connection: DATABASE, email: 'own@example.com', password: 'aaaalower' }
    const answer = await world.machine.sendJson('POST', '/dbconnections/signup', body)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({
      name: 'PasswordStrengthError',
      code: 'invalid_password',
      message: 'Password is too weak',
      description: {
        verified: false,
        rules: [
          { code: 'lengthAtLeast', format: [10], verified: false },
          { code: 'containsAtLeast', format: [3], verified: false },
          { code: 'identicalChars', format: [2], verified: false },
        ],
      },
    })
  })

  it('has no words of its dictionary, and nothing that is known of the person', async () => {
    await withOptions({
      password_dictionary: { enable: true, dictionary: ['Example Corporation'] },
      password_no_personal_info: { enable: true },
    })
    const visitor = openVisitor(world.services)
    const fields = { name: 'Berta Example', email: 'bbb@example.com' }
    for (const [password, expected] of [
      ['example corporation', 'too easy to guess'],
      ['my name is BERTA', 'Leave your name'],
      ['bbb and more of it', 'Leave your name'],
    ] as const) {
      const answer = await visitor.send(accountSignUp, '/account/sign-up', { ...fields, password })
      expect(errorsOf(answer).password?.[0]).toContain(expected)
    }
  })

  it('that takes no sign-ups has no page for them', async () => {
    await withOptions({ disable_signup: true })
    const visitor = openVisitor(world.services)
    expect((await visitor.load(accountSignUp, '/account/sign-up')).value).toMatchObject({ links: { signUp: null } })
    const fields = { name: 'Ann', email: 'other@example.com', password: GOOD }
    expect((await visitor.send(accountSignUp, '/account/sign-up', fields)).status).toBe(403)
  })
})

describe('the rules of a policy', () => {
  const keeps = (passwordPolicy: PasswordPolicy | undefined, password: string, min_length?: number) => {
    const options = { passwordPolicy, password_complexity_options: { min_length } }
    const { isLong, isMixed, isVaried } = judgePassword(passwordRulesOf(options), password)
    return isLong && isMixed && isVaried
  }
  test.each([
    [undefined, 'abcdefgh', true],
    ['none', 'abcdefg', false],
    ['low', 'abcdefgh', true],
    ['fair', 'abcdefgh1', false],
    ['fair', 'Abcdefg1', true],
    ['good', 'abcdefgh1', false],
    ['good', 'abcdefg 1', true],
    ['good', 'Äbcdefg1', true],
    ['excellent', 'Abcdefg1', false],
    ['excellent', 'Abcdefghi1', true],
    ['excellent', 'Abbbdefghi1', false],
    ['excellent', 'Abbdeeghi1', true],
  ] as const)('%s and %s: %s', (policy, password, expected) => {
    expect(keeps(policy, password)).toBe(expected)
  })

  it('give way to a length that is set apart from them', () => {
    expect(keeps('excellent', 'Abcdefg1', 8)).toBe(true)
    expect(keeps('low', 'abcdefghijk', 12)).toBe(false)
  })

  it('are told in a sentence', () => {
    expect(describePasswordRules(passwordRulesOf({}))).toBe('At least 8 characters.')
    expect(describePasswordRules(passwordRulesOf({ passwordPolicy: 'fair' }))).toBe(
      'At least 8 characters, with lower case letters, upper case letters and digits.',
    )
    expect(describePasswordRules(passwordRulesOf({ passwordPolicy: 'excellent' }))).toContain(
      'No character more than 2 times in a row.',
    )
  })
})
