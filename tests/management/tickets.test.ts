import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '~/platform/durations'
import * as verifyEmail from '~/routes/account.verify-email'
import * as resetPassword from '~/routes/u.reset-password'
import { listAuditEvents } from '~db/queries/audit'
import { listDomainConnections } from '~db/queries/connections'
import { findUser } from '~db/queries/users'
import { createFirstPartyClient } from '~tests/support/fixtures'
import { confirmByLink } from '~tests/support/mailed-link'
import { createEndUser, findOwner, type Person } from '~tests/support/people'
import { openVisitor } from '~tests/support/visitor'
import { createManagementWorld, type ManagementWorld } from './management-world'

const NEW_PASSWORD = 'a quite different battery'
const RESULT = 'https://tenant.example.com/done?from=mail'

let world: ManagementWorld
let person: Person
let userId: string

beforeEach(async () => {
  world = await createManagementWorld()
  person = await createEndUser(world.services)
  userId = person.user.userId
})

const post = (kind: 'email-verification' | 'password-change', body: object) =>
  world.call('POST', `/tickets/${kind}`, body)

async function linkOf(kind: 'email-verification' | 'password-change', body: object): Promise<string> {
  const made = await post(kind, body)
  expect(made.status).toBe(201)
  const url = new URL(String(made.json.ticket))
  expect(url.origin + url.pathname).toBe(
    `${world.services.config.issuer}${kind === 'password-change' ? 'u/reset-password' : 'account/verify-email'}`,
  )
  return url.pathname + url.search
}

const visit = (link: string) => confirmByLink(openVisitor(world.services), verifyEmail, link)
const choose = (link: string, password = NEW_PASSWORD) =>
  openVisitor(world.services).send(resetPassword, link, { password })
const isVerified = async () => (await findUser(world.services.db, userId))?.emailVerified
const queryOf = (location: string | undefined) => Object.fromEntries(new URL(location ?? 'about:blank').searchParams)

describe('a link that confirms an address', () => {
  test('does so, and sends the person where the program wants them, with what came of it', async () => {
    const link = await linkOf('email-verification', { user_id: userId, result_url: RESULT })
    const answer = await visit(link)
    expect(answer.location?.startsWith('https://tenant.example.com/done?')).toBe(true)
    expect(queryOf(answer.location)).toEqual({
      from: 'mail',
      email: person.email,
      success: 'true',
      code: 'success',
      message: 'Your address is confirmed.',
    })
    expect(await isVerified()).toBe(true)
    expect(await listAuditEvents(world.services.db, { action: 'user.ticket-created' }, 5)).toMatchObject([{ userId }])
  })

  test('says so where it came too late, and keeps the address to itself if it is to', async () => {
    const given = { user_id: userId, result_url: RESULT, includeEmailInRedirect: false, ttl_sec: 3600 }
    const link = await linkOf('email-verification', given)
    world.services.clock.advance(1 * HOUR)
    const answer = await visit(link)
    expect(queryOf(answer.location)).toMatchObject({ success: 'false' })
    expect(answer.location).not.toContain('email')
    expect(await isVerified()).toBe(false)
  })

  test('works for five days unless something else is said; 0 says nothing else', async () => {
    const link = await linkOf('email-verification', { user_id: userId, ttl_sec: 0 })
    world.services.clock.advance(5 * DAY - HOUR)
    expect((await visit(link)).value).toMatchObject({ page: { email: person.email, app: null } })
  })

  test('ends the one before, and leads nowhere that its address says', async () => {
    const first = await linkOf('email-verification', { user_id: userId })
    const second = await linkOf('email-verification', { user_id: userId })
    expect((await visit(first)).value).toMatchObject({ page: { refusal: expect.any(String) } })
    const answer = await visit(`${second}&result_url=https://evil.example.com/`)
    expect([answer.status, answer.location]).toEqual([200, undefined])
  })

  test('offers the sign-in of an app, where there is one', async () => {
    const uri = 'https://app.example.com/sign-in'
    const { clientId } = await createFirstPartyClient(world.services, { name: 'Our app', initiateLoginUri: uri })
    const link = await linkOf('email-verification', { user_id: userId, client_id: clientId })
    expect((await visit(link)).value).toMatchObject({ page: { app: { name: 'Our app', uri } } })
    expect((await post('email-verification', { user_id: userId, client_id: 'none' })).status).toBe(404)
  })
})

describe('a link behind which a password is chosen', () => {
  test('works once, does not confirm the address, and sends the person on', async () => {
    const link = await linkOf('password-change', { user_id: userId, result_url: RESULT })
    expect((await openVisitor(world.services).load(resetPassword, link)).value).toMatchObject({ step: 'choose' })
    const answers = await Promise.all([choose(link), choose(link), choose(link)])
    const [done, ...others] = answers.filter(({ location }) => location !== undefined)
    expect(others).toEqual([])
    expect(queryOf(done?.location)).toMatchObject({ from: 'mail', success: 'true', email: person.email })
    expect(await isVerified()).toBe(false)
    expect((await openVisitor(world.services).load(resetPassword, link)).value).toMatchObject({ step: 'dead' })
  })

  test('confirms the address where the program says that it went there', async () => {
    const link = await linkOf('password-change', { user_id: userId, mark_email_as_verified: true })
    expect((await choose(link)).value).toEqual({ isDone: true, app: null })
    expect(await isVerified()).toBe(true)
  })

  test('is made by address and connection, too', async () => {
    const [connection] = await listDomainConnections(world.services.db, {})
    const email = person.email.toUpperCase()
    const link = await linkOf('password-change', { email, connection_id: connection?.id })
    expect((await choose(link)).value).toMatchObject({ isDone: true })
    const elsewhere = await post('password-change', { email, connection_id: 'con_none' })
    expect(elsewhere.json).toMatchObject({ statusCode: 404, errorCode: 'inexistent_user' })
  })

  test('keeps to the rules of passwords', async () => {
    const link = await linkOf('password-change', { user_id: userId, result_url: RESULT })
    expect((await choose(link, 'short')).status).toBe(400)
    expect((await choose(link)).location).toContain('success=true')
  })
})

describe('a program', () => {
  test('says whom it is about in one way, sets no password, and sends people to web addresses only', async () => {
    for (const body of [
      {},
      { email: person.email },
      { user_id: userId, email: person.email, connection_id: 'con_1' },
      { user_id: userId, new_password: NEW_PASSWORD },
      { user_id: userId, result_url: 'javascript:alert(1)' },
      { user_id: userId, result_url: 'ftp://tenant.example.com/' },
      { user_id: userId, result_url: '/account' },
      { user_id: userId, result_url: RESULT, client_id: 'management' },
      { user_id: userId, ttl_sec: -1 },
      { user_id: userId, identity: { provider: 'github', user_id: '1' } },
    ])
      expect((await post('password-change', body)).json, JSON.stringify(body)).toMatchObject({
        statusCode: 400,
        errorCode: 'invalid_body',
      })
    const refused = await post('password-change', { user_id: userId, new_password: NEW_PASSWORD })
    expect(refused.json.message).toBe("Payload validation error: 'Additional properties not allowed: new_password'.")
  })

  test('makes no links for owners, partners and nobody', async () => {
    const owner = await findOwner(world.services)
    for (const user_id of [owner.user.userId, 'auth0|none']) {
      expect((await post('password-change', { user_id })).json).toMatchObject({ errorCode: 'inexistent_user' })
      expect((await post('email-verification', { user_id })).json).toMatchObject({ errorCode: 'inexistent_user' })
    }
  })

  test('needs the scope for it', async () => {
    const bearer = await world.tokenFor('update:users')
    const answer = await world.call('POST', '/tickets/password-change', { user_id: userId }, bearer)
    expect(answer.json).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' })
  })
})
