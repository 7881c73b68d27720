import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findSession } from '~/domain/sessions/sessions'
import { MINUTE } from '~/platform/durations'
import * as security from '~/routes/account._area.security'
import * as accountSignIn from '~/routes/account.sign-in'
import { listAuditEvents } from '~db/queries/audit'
import { findUser, listIdentities } from '~db/queries/users'
import { enrol } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createEndUser, openVisitorOf, PASSWORD, type Person } from '~tests/support/people'
import { openVisitor, type Visitor } from '~tests/support/visitor'
import { createWorld, errorsOf, type World } from './account-world'
import {
  comeBack,
  connect,
  type OidcProvider,
  oidcOptions,
  signInAtProvider,
  startOidcProvider,
} from './provider-world'

const PATH = '/account/security'

let world: World
let provider: OidcProvider
let person: Person
let visitor: Visitor

beforeAll(async () => {
  world = await createWorld()
  provider = await startOidcProvider(world.services)
  await connect(world.services, { name: 'staff', strategy: 'oidc', options: oidcOptions(provider) })
})

beforeEach(async () => {
  person = await createEndUser(world.services, { isVerified: true })
  visitor = await openVisitorOf(world.services, 'account', person)
})

const subjectOf = ({ user }: Person) => `oidc|staff|${user.userId}`
const identitiesOf = ({ user }: Person) => listIdentities(world.services.db, { userId: user.userId })
const act = (intent: string, fields: Record<string, string>) => visitor.send(security, PATH, { intent, ...fields })
const leaveToLink = async () => (await act('link-provider', { connection: 'staff' })).location ?? ''
const whoIs = async ({ cookies }: Visitor) =>
  (await findSession(visitorContext(world.services, { cookies }), 'account'))?.user.userId

/** Somebody who has signed in at the provider before, and so has an account here. */
async function known(): Promise<Person> {
  const there = await createEndUser(provider.services, { isVerified: true })
  const other = openVisitor(world.services)
  const { location } = await other.send(accountSignIn, '/account/sign-in', { connection: 'staff' })
  await comeBack(other, await signInAtProvider(provider, location ?? '', there))
  expect(await whoIs(other)).toBe(subjectOf(there))
  return there
}

describe('an account at a provider', () => {
  it('is added by signing in there, and signs in to this account from then on', async () => {
    const there = await createEndUser(provider.services, { isVerified: true })
    const answer = await comeBack(visitor, await signInAtProvider(provider, await leaveToLink(), there))
    expect(answer.location).toBe(`${PATH}?done=identity-linked`)
    expect((await visitor.load(security, answer.location ?? '')).value).toMatchObject({
      notice: expect.stringContaining('linked'),
      page: { identities: { lines: [{ isMain: true }, { at: 'staff', name: there.email, isMain: false }] } },
    })
    const other = openVisitor(world.services)
    const { location } = await other.send(accountSignIn, '/account/sign-in', { connection: 'staff' })
    await comeBack(other, await signInAtProvider(provider, location ?? '', there))
    expect(await whoIs(other)).toBe(person.user.userId)
    expect((await findUser(world.services.db, person.user.userId))?.email).toBe(person.email)
  })

  it('that is an account here already becomes one with this', async () => {
    const there = await known()
    await comeBack(visitor, await signInAtProvider(provider, await leaveToLink(), there))
    expect(await findUser(world.services.db, subjectOf(there))).toBeUndefined()
    expect((await identitiesOf(person)).map(({ provider: name }) => name)).toEqual(['auth0', 'oidc'])
  })

  it('is added to the account of who asked for it, in the session in which they asked', async () => {
    const there = await createEndUser(provider.services, { isVerified: true })
    const back = await signInAtProvider(provider, await leaveToLink(), there)
    const { session: _, ...cookies } = visitor.cookies
    const signedOut = openVisitor(world.services, { cookies })
    expect((await comeBack(signedOut, back)).status).toBe(410)
    const attacker = await openVisitorOf(
      world.services,
      'account',
      await createEndUser(world.services, { isVerified: true }),
    )
    attacker.cookies['visitor-1'] = visitor.cookies['visitor-1'] ?? ''
    expect((await comeBack(attacker, back)).status).toBe(410)
    const elsewhere = await openVisitorOf(world.services, 'account', person)
    expect((await comeBack(elsewhere, back)).status).toBe(410)
    expect(await findUser(world.services.db, subjectOf(there))).toBeUndefined()
    expect((await comeBack(visitor, back)).location).toBe(`${PATH}?done=identity-linked`)
  })

  it('that signs in to this account already, or asks for a second factor, is not added', async () => {
    const there = await createEndUser(provider.services, { isVerified: true })
    await comeBack(visitor, await signInAtProvider(provider, await leaveToLink(), there))
    expect((await comeBack(visitor, await signInAtProvider(provider, await leaveToLink(), there))).status).toBe(409)
    const guarded = await known()
    const user = await findUser(world.services.db, subjectOf(guarded))
    if (!user) throw new Error('the account is not there')
    await enrol(world.services, { ...person, user })
    const answer = await comeBack(visitor, await signInAtProvider(provider, await leaveToLink(), guarded))
    expect(answer.status).toBe(403)
    expect(answer.value).toMatchObject({ back: PATH, message: expect.stringContaining('second factor') })
    expect(await findUser(world.services.db, subjectOf(guarded))).toBeDefined()
  })
})

describe('an account with a password', () => {
  const link = (other: Person, password = PASSWORD) =>
    act('link-account', { email: other.email, link_password: password })

  it('is added by that password, and signs in to this account from then on', async () => {
    const other = await createEndUser(world.services, { isVerified: true })
    expect((await link(other)).location).toBe(`${PATH}?done=identity-linked`)
    expect(await findUser(world.services.db, other.user.userId)).toBeUndefined()
    const elsewhere = openVisitor(world.services)
    await elsewhere.send(accountSignIn, '/account/sign-in', { username: other.email, password: PASSWORD })
    expect(await whoIs(elsewhere)).toBe(person.user.userId)
  })

  it('is not added by a wrong password, and the password is not echoed', async () => {
    const other = await createEndUser(world.services, { isVerified: true })
    const answer = await link(other, 'a wrong password')
    expect(answer.status).toBe(400)
    expect(errorsOf(answer).link_password?.[0]).toContain('Wrong e-mail address or password')
    expect(JSON.stringify(answer.value)).toContain(other.email)
    expect(JSON.stringify(answer.value)).not.toContain('a wrong password')
    expect(await findUser(world.services.db, other.user.userId)).toBeDefined()
  })

  it('is not added to itself', async () => {
    const answer = await link(person)
    expect(answer.status).toBe(409)
    expect(errorsOf(answer)['']?.[0]).toContain('already')
  })
})

describe('a way to sign in', () => {
  it('is taken away, and is an account of its own again; the main one stays', async () => {
    const there = await createEndUser(provider.services, { isVerified: true })
    await comeBack(visitor, await signInAtProvider(provider, await leaveToLink(), there))
    const elsewhere = await openVisitorOf(world.services, 'account', person)
    const fields = { provider: 'oidc', provider_user_id: `staff|${there.user.userId}` }
    expect((await act('unlink-identity', fields)).location).toBe(`${PATH}?done=identity-removed`)
    expect(await identitiesOf(person)).toHaveLength(1)
    expect(await findUser(world.services.db, subjectOf(there))).toMatchObject({ email: there.email })
    expect(await whoIs(visitor)).toBe(person.user.userId)
    expect(await whoIs(elsewhere)).toBeUndefined()
    const main = { provider: 'auth0', provider_user_id: person.user.userId.split('|')[1] ?? '' }
    expect((await act('unlink-identity', main)).status).toBe(403)
    const events = await listAuditEvents(world.services.db, { userId: person.user.userId }, 50)
    expect(events.map(({ action, actorId }) => [action, actorId])).toEqual(
      expect.arrayContaining([
        ['identity.linked', person.user.userId],
        ['identity.unlinked', person.user.userId],
      ]),
    )
  })

  it('is changed by somebody who has just signed in; others are asked to sign in again', async () => {
    world.services.clock.advance(15 * MINUTE)
    expect((await visitor.load(security, PATH)).value).toMatchObject({ page: { identities: { isFresh: false } } })
    for (const intent of ['link-provider', 'link-account', 'unlink-identity']) {
      const answer = await act(intent, { connection: 'staff' })
      expect(answer.location).toBe(`/account/sign-in?notice=confirm&continue=${encodeURIComponent(PATH)}`)
    }
  })
})
