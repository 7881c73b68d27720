/** What strangers cause, and what they cannot spend or learn of others. */
import { beforeAll, describe, expect, it } from 'vitest'
import { submitVersion } from '~/domain/apps/submit-version'
import { withdrawVersion } from '~/domain/apps/withdraw-version'
import { inviteToTeam } from '~/domain/teams/invite'
import { HOUR } from '~/platform/durations'
import { createOutbound } from '~/platform/outbound'
import { hasInvisible, withoutInvisible, withoutLinks } from '~/platform/shown-text'
import * as signIn from '~/routes/account.sign-in'
import * as signUp from '~/routes/account.sign-up'
import * as partnerSignUp from '~/routes/portal.sign-up'
import * as resetPassword from '~/routes/u.reset-password'
import { listIdentities } from '~db/queries/users'
import { createSubmittedApp, requireApp } from '~tests/support/fixtures'
import { createEndUser, createPartner, PASSWORD } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import { openVisitor } from '~tests/support/visitor'

let services: TestServices
const STRANGER = '203.0.113.9'

beforeAll(async () => {
  services = await createTestServices()
})

const from = (ip?: string) => openVisitor(services, { ip })
const forget = (email: string, ip?: string) => from(ip).send(resetPassword, '/u/reset-password', { email })
const mailsTo = (email: string) => services.mailer.sent.filter(({ to }) => to === email).length

describe('a stranger', () => {
  it('closes the reset of a person for the own network, and not for the person', async () => {
    const { email } = await createEndUser(services)
    for (let number = 0; number < 6; number += 1) await forget(email, STRANGER)
    const before = mailsTo(email)
    await forget(email, STRANGER)
    expect(mailsTo(email)).toBe(before)
    await forget(email)
    expect(mailsTo(email)).toBe(before + 1)
  })

  it('spends nothing of an account from a network that is closed', async () => {
    const { email } = await createEndUser(services)
    const attempt = (username: string, password: string, ip?: string) =>
      from(ip).send(signIn, '/account/sign-in', { username, password })
    for (let number = 0; number < 99; number += 1)
      await services.throttle.take('sign-in', `address:${STRANGER}`, {
        points: 100,
        duration: HOUR,
        blockDuration: HOUR,
      })
    expect((await attempt('nobody@example.com', 'wrong', STRANGER)).status).toBe(400)
    for (let number = 0; number < 12; number += 1) {
      expect((await attempt(email, 'wrong', STRANGER)).status).toBe(429)
    }
    expect((await attempt(email, PASSWORD)).status).toBe(303)
  })

  it('closes an account for the own network, and in the end for new ones, never where its person was', async () => {
    const { email, user } = await createEndUser(services)
    const attempt = (password: string, ip: string) =>
      from(ip).send(signIn, '/account/sign-in', { username: email, password })
    const statuses = async (password: string, ips: string[]) =>
      new Set((await Promise.all(ips.map((ip) => attempt(password, ip)))).map(({ status }) => status))
    const guesser = '203.0.113.20'
    const home = '198.51.100.1'
    const work = '198.51.100.2'
    expect(await statuses(PASSWORD, [home])).toEqual(new Set([303]))
    expect(await statuses(PASSWORD, [work])).toEqual(new Set([303]))
    expect(await statuses('wrong', Array(10).fill(guesser))).toEqual(new Set([400]))
    expect(await statuses(PASSWORD, [guesser])).toEqual(new Set([429]))
    expect(await statuses(PASSWORD, ['192.0.2.1'])).toEqual(new Set([303]))
    const [identity] = await listIdentities(services.db, { userId: user.userId })
    const everywhere = { of: identity?.id ?? '', from: '' }
    const within = { points: 100, duration: HOUR, blockDuration: HOUR }
    for (let guess = 0; guess < 90; guess += 1) await services.throttle.take('sign-in', everywhere, within)
    expect(await statuses(PASSWORD, ['192.0.2.2'])).toEqual(new Set([429]))
    expect(await statuses(PASSWORD, [home, work])).toEqual(new Set([303]))
  })

  it.each([
    ['account', signUp, '/account/sign-up', createEndUser],
    ['portal', partnerSignUp, '/portal/sign-up', createPartner],
  ] as const)(
    'who signs up (%s) with an address that has an account is not told so; its holder is',
    async (_, page, path, create) => {
      const { email } = await create(services)
      const fields = { name: 'Ann', email, password: PASSWORD, organization: 'Ann Ltd' }
      const answer = await from().send(page, path, fields)
      expect(answer.status).toBe(400)
      expect(JSON.stringify(answer.value)).toContain('We cannot make this account')
      expect(JSON.stringify(answer.value)).not.toContain('There is an account')
      expect(services.mailer.last(email).subject).toContain('You have an account already')
    },
  )
})

it('an invitation says the same of who works elsewhere and who does not; only the invited is told', async () => {
  const person = await createPartner(services)
  const elsewhere = await createPartner(services)
  const team = { of: 'partner', partner: person.partner } as const
  const shown = async (email: string) => {
    const {
      id: _id,
      ticketHash: _hash,
      ...invitation
    } = await inviteToTeam(person.ctx, team, { email, role: 'developer' })
    return { ...invitation, email: '' }
  }
  expect(await shown(elsewhere.email)).toEqual(await shown('nobody.yet@example.com'))
  expect(services.mailer.last(elsewhere.email).text).toContain('another address')
  expect(services.mailer.last(elsewhere.email).text).not.toContain('ticket=')
  expect(services.mailer.last('nobody.yet@example.com').text).toContain('ticket=')
  await expect(inviteToTeam(person.ctx, team, { email: person.email, role: 'developer' })).rejects.toMatchObject({
    code: 'email_taken',
  })
})

it('a partner puts an app up for review a few times an hour, and no more', async () => {
  const person = await createPartner(services)
  const { clientId } = await createSubmittedApp(person)
  const again = async () => {
    await withdrawVersion(person.ctx, await requireApp(services, clientId))
    await submitVersion(person.ctx, await requireApp(services, clientId), '')
  }
  const refusals: unknown[] = []
  for (let number = 0; number < 10 && refusals.length === 0; number += 1)
    await again().catch((error) => refusals.push(error))
  expect(refusals).toMatchObject([{ code: 'throttled' }])
})

it('joiners are part of names where their spelling needs them, and nowhere else', () => {
  for (const name of ['می‌خواهم', 'क्‍ष', '👩‍👩‍👧', '❤️', '👩🏽‍🚒'])
    expect([name, hasInvisible(name), withoutInvisible(name)]).toEqual([name, false, name])
  for (const name of [
    'ad\u200cmin',
    '\u3164',
    'A\u061cB',
    'Tra\u00advel',
    '\u{e0041}x',
    '\u2800',
    '\u202ex',
    'a\u2028b',
  ])
    expect([name, hasInvisible(name)]).toEqual([name, true])
})

it('words of strangers in mails are no links', () => {
  const link = /\w\.\w|:\/\/|\w@\w/
  for (const name of ['Win at https://evil.example', 'www.evil.example', 'a@evil.example'])
    expect(withoutLinks(name)).not.toMatch(link)
  expect(withoutLinks('Dr. Ada Lovelace')).toBe('Dr. Ada Lovelace')
})

it.each(['[::127.0.0.1]', '[::1]', '[::ffff:127.0.0.1]', '[::7f00:1]'])('%s is not asked', async (host) => {
  const asked = createOutbound()(new URL(`http://${host}:1/`), { maxBytes: 1, timeout: 1000, mayBePrivate: false })
  await expect(asked).rejects.toThrow(/public|private|not allowed/i)
})
